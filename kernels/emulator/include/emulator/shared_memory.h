/// @file
/// `__shared__` memory. A block's shared arrays live in an arena of the operating-system thread that runs the
/// block, each with its name, a red zone behind it and the line that declared it.
///
/// The translator writes `__shared__ float tile[32][33];` as
/// @code
///   static thread_local ::emulator::SharedSite emulator_site_tile;
///   auto& tile = ::emulator::shared_array<float[32][33]>(emulator_site_tile, "tile", __LINE__);
/// @endcode
/// and `extern __shared__ T x[];` as `T* x = ::emulator::dynamic_shared<T>("x");`.
#pragma once

#include <cstddef>
#include <cstdint>

#include <emulator/indices.h>

namespace emulator {

/// Remembers where a declaration's array is in the block that is running now.
/// Constant-initialized, so that a thread_local one costs no guard.
struct SharedSite {
  std::uint64_t block = 0;  ///< serial number of the block that `address` belongs to
  void* address = nullptr;
};

/// Serial number of the block that runs on this OS thread; never repeats, never 0 inside a kernel.
extern EMULATOR_THREAD_LOCAL std::uint64_t current_block_serial;

/// Start of the running block's dynamic shared memory (the third launch parameter), aligned to 1024 bytes.
extern EMULATOR_THREAD_LOCAL void* current_dynamic_shared;

/// Finds or makes the running block's array for `site`. Filled with 0xFF bytes (NaN, -1) when made, since
/// CUDA does not clear shared memory. Ends the kernel when static shared memory exceeds 48 KiB.
void* place_shared_array(SharedSite& site, std::size_t bytes, std::size_t alignment, const char* name,
                         unsigned line);

/// The running block's instance of a `__shared__` variable of type T (an array type, mostly).
template <class T>
inline T& shared_array(SharedSite& site, const char* name, unsigned line) {
  if (__builtin_expect(site.block != current_block_serial, 0)) {
    place_shared_array(site, sizeof(T), alignof(T), name, line);
  }
  return *static_cast<T*>(site.address);
}

/// Tells the checks what the running block calls its dynamic shared memory. In instrumented programs only.
void name_dynamic_shared(const char* name);

/// `extern __shared__ T x[]`: all names declared so share the same memory, as in CUDA.
/// @param name  what the source calls it, for the reports of checks
template <class T>
inline T* dynamic_shared([[maybe_unused]] const char* name = nullptr) {
#ifdef EMULATED_GPU_INSTRUMENTED
  name_dynamic_shared(name);
#endif
  return static_cast<T*>(current_dynamic_shared);
}

/// Size in bytes of the block's dynamic shared memory.
std::size_t dynamic_shared_size();

}  // namespace emulator
