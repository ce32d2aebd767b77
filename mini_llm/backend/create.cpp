#include "backend/create.h"

#include <fmt/format.h>

#include "backend/available_memory.h"
#include "backend/reference_backend.h"

namespace backend {
namespace {

constexpr double kMiB = 1 << 20;

void check_memory(const model::Config& config, const ReferenceBackend::Options& options) {
  const auto available = available_memory();
  const double needed = ReferenceBackend::memory_bytes(config, options);
  if (!available || needed <= static_cast<double>(*available)) return;
  throw Error(fmt::format(
      "a context of {} tokens needs {:.0f} MiB of memory, but {:.0f} MiB are free. Give a smaller "
      "context with -c; the model was trained for {}.",
      options.context_size, needed / kMiB, static_cast<double>(*available) / kMiB, config.context_length));
}

}  // namespace

std::unique_ptr<Backend> create(const model::Config& config, const Request& request) {
  if (request.kind != "auto" && request.kind != "reference") {
    throw Error(fmt::format(
        "there is no backend '{}' in this version yet. Use '--backend reference', or leave it out.",
        request.kind));
  }
  const ReferenceBackend::Options options = {request.context_size, request.batch_size, request.threads};
  check_memory(config, options);
  return std::make_unique<ReferenceBackend>(config, options);
}

}  // namespace backend
