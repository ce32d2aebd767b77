/// @file
/// What is known of each kernel: the shared memory it may have, and has.
///
/// A launch knows its kernel by the name in the source, which is also what cudaFuncSetAttribute was given.
/// Template arguments and namespaces may be spelled in several ways, so only the name itself counts.
#pragma once

#include <cstddef>
#include <string>

namespace emulator {

/// Argument number `place` (from 0) of a call, of whose arguments `text` is the source.
std::string kernel_argument(const char* text, std::size_t place);

/// The kernel as written: the first argument, without the others if there are any.
inline std::string kernel_expression(const char* text) { return kernel_argument(text, 0); }

/// "matmul" for "ns::matmul<16, float>" or "(const void*)matmul".
std::string plain_kernel_name(const char* expression);

/// Bytes of dynamic shared memory that a launch of the kernel may ask for: 48 KiB unless it was raised.
std::size_t dynamic_shared_limit(const char* kernel);
void raise_dynamic_shared_limit(const char* kernel, std::size_t bytes);

/// Bytes of its `__shared__` arrays, known once the kernel has run.
std::size_t static_shared_bytes(const char* kernel);
void note_static_shared_bytes(const char* kernel, std::size_t bytes);

}  // namespace emulator
