#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "backend/backend.h"
#include "model/config.h"

namespace backend {

/// A backend cannot be had, or not in this size. The message is for the user.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Request {
  std::string_view kind = "auto";  // as in `--backend`
  std::size_t context_size = 0;    // positions
  std::size_t batch_size = 0;      // tokens in a pass
  int threads = 1;
  std::string_view kv_type = "f16";  // how `cpu` keeps keys and values: f32, f16 or q8_0
};

/// The backend that was asked for, with room for the context.
///
/// `auto` is `cpu`. `reference` keeps keys and values as floats, whatever kv_type says.
/// @throws Error when there is no such backend or type, or the machine has too little free memory for the
/// context
std::unique_ptr<Backend> create(const model::Config& config, const Request& request);

}  // namespace backend
