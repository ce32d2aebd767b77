#pragma once

#include <cstdint>
#include <optional>

namespace backend {

/// Bytes of memory that can be taken without pushing other programs out; nullopt where the system does not
/// say.
///
/// Asking first matters: Linux grants any allocation and ends the program, or another one, when it is used.
std::optional<std::uint64_t> available_memory();

}  // namespace backend
