#include "backend/available_memory.h"

namespace backend {

std::optional<std::uint64_t> available_memory() { return std::nullopt; }

}  // namespace backend
