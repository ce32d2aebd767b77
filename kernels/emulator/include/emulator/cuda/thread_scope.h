/// @file
/// What cuda::atomic, cuda::barrier and cuda::pipeline share.
#pragma once

#include <atomic>
#include <cstddef>

namespace cuda {

/// Who may use an object at once. All scopes are the same on the emulated GPU.
enum thread_scope { thread_scope_system, thread_scope_device, thread_scope_block, thread_scope_thread };

using std::memory_order;
using std::memory_order_acq_rel;
using std::memory_order_acquire;
using std::memory_order_consume;
using std::memory_order_relaxed;
using std::memory_order_release;
using std::memory_order_seq_cst;

/// A number of bytes that is known to be a multiple of Alignment.
template <std::size_t Alignment>
struct aligned_size_t {
  static constexpr std::size_t align = Alignment;
  std::size_t value;
  explicit constexpr aligned_size_t(std::size_t bytes) : value(bytes) {}
  constexpr operator std::size_t() const { return value; }
};

}  // namespace cuda
