/// @file
/// The asynchronous copies from global to shared memory of cuda_pipeline.h: here a copy is made at once, so
/// that what is committed is done. A kernel that reads before it waits is wrong on a GPU though it works
/// here.
#pragma once

#include <cstddef>
#include <cstring>

/// Copies `bytes` - `zero_fill` bytes and clears the rest. On a GPU `bytes` is 4, 8 or 16 and both are
/// aligned to it.
inline void __pipeline_memcpy_async(void* shared, const void* global, std::size_t bytes,
                                    std::size_t zero_fill = 0) {
  const std::size_t copied = bytes - zero_fill;
  std::memcpy(shared, global, copied);
  std::memset(static_cast<char*>(shared) + copied, 0, zero_fill);
}
/// Closes a batch of copies.
inline void __pipeline_commit() {}
/// Waits until at most `batches` of the last ones are under way.
inline void __pipeline_wait_prior(std::size_t /*batches*/) {}
