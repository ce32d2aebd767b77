#include "backend/create.h"

#include <fmt/format.h>

#include "backend/available_memory.h"
#include "backend/cpu_backend.h"
#include "backend/reference_backend.h"

namespace backend {
namespace {

constexpr double kMiB = 1 << 20;

void check_memory(const model::Config& config, std::size_t context_size, double needed) {
  const auto available = available_memory();
  if (!available || needed <= static_cast<double>(*available)) return;
  throw Error(fmt::format(
      "a context of {} tokens needs {:.0f} MiB of memory, but {:.0f} MiB are free. Give a smaller "
      "context with -c; the model was trained for {}.",
      context_size, needed / kMiB, static_cast<double>(*available) / kMiB, config.context_length));
}

kernels::KvType kv_type(const model::Config& config, std::string_view name) {
  if (name == "f32") return kernels::KvType::kF32;
  if (name == "f16") return kernels::KvType::kF16;
  if (name != "q8_0") throw Error(fmt::format("there is no type '{}' for keys and values.", name));
  if (config.head_size % 32 != 0) {
    throw Error(fmt::format(
        "keys and values as q8_0 need heads of a multiple of 32 numbers, and this model's have {}. "
        "Use '--kv-type f16'.",
        config.head_size));
  }
  return kernels::KvType::kQ8_0;
}

}  // namespace

std::unique_ptr<Backend> create(const model::Config& config, const Request& request) {
  if (request.kind == "reference") {
    const ReferenceBackend::Options options = {request.context_size, request.batch_size, request.threads};
    check_memory(config, options.context_size, ReferenceBackend::memory_bytes(config, options));
    return std::make_unique<ReferenceBackend>(config, options);
  }
  if (request.kind == "auto" || request.kind == "cpu") {
    const CpuBackend::Options options = {request.context_size, request.batch_size, request.threads,
                                         kv_type(config, request.kv_type)};
    check_memory(config, options.context_size, CpuBackend::memory_bytes(config, options));
    return std::make_unique<CpuBackend>(config, options);
  }
  throw Error(fmt::format(
      "there is no backend '{}' in this version yet. Use '--backend cpu', or leave it out.", request.kind));
}

}  // namespace backend
