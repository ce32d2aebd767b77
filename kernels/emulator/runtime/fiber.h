/// @file
/// Fibers: stacks with a guard page, and the switch between them.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "fiber_switch.h"

#if defined(__SANITIZE_ADDRESS__)
#define EMULATOR_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EMULATOR_ASAN 1
#endif
#endif
#ifdef EMULATOR_ASAN
#include <sanitizer/common_interface_defs.h>
#endif

namespace emulator {

/// A stack, and where it goes on while no CUDA thread sits on it.
struct Fiber {
  Context context = nullptr;
  char* stack = nullptr;  ///< lowest usable address; the page below is the guard
  std::size_t stack_bytes = 0;
  char* first_frame = nullptr;  ///< where the stack begins to grow down, somewhat below its end
  void* fake_stack = nullptr;   ///< AddressSanitizer's, while another fiber runs
};

/// Leaves `from` for `to`, which goes on at `target`. Where `from` goes on is stored in `*resume_at`.
[[gnu::always_inline]] inline void switch_fiber([[maybe_unused]] Fiber& from,
                                                [[maybe_unused]] const Fiber& to, Context target,
                                                Context* resume_at) {
#ifdef EMULATOR_ASAN
  __sanitizer_start_switch_fiber(&from.fake_stack, to.stack, to.stack_bytes);
#endif
  const auto arrived = jump(target, resume_at);
  *static_cast<Context*>(arrived.data) = arrived.fctx;
#ifdef EMULATOR_ASAN
  __sanitizer_finish_switch_fiber(from.fake_stack, nullptr, nullptr);
#endif
}

/// To be called first on a new fiber with what its entry function received.
inline void enter_fiber(boost::context::detail::transfer_t arrived) {
  *static_cast<Context*>(arrived.data) = arrived.fctx;
#ifdef EMULATOR_ASAN
  __sanitizer_finish_switch_fiber(nullptr, nullptr, nullptr);
#endif
}

/// Fibers for reuse. Stacks are reserved address space: a page costs memory only once it is touched.
class FiberPool {
 public:
  using Entry = void (*)(boost::context::detail::transfer_t);
  explicit FiberPool(Entry entry) : entry_(entry) {}
  ~FiberPool();
  FiberPool(const FiberPool&) = delete;
  FiberPool& operator=(const FiberPool&) = delete;

  /// A fiber that is not in use, new if need be. Null when the system has no more address space.
  Fiber* take() {
    if (idle_.empty()) return make();
    Fiber* fiber = idle_.back();
    idle_.pop_back();
    return fiber;
  }
  /// Takes a fiber back; its context must be where it will go on.
  void give_back(Fiber* fiber) { idle_.push_back(fiber); }
  /// Forgets what all fibers were doing: each starts at its entry function again.
  void reset();
  /// The fiber whose guard page holds this address, or null: a stack overflow.
  const Fiber* overflowed(const void* address) const;
  /// Whether `address` is on one of the stacks.
  bool holds(const void* address) const;

 private:
  Fiber* make();
  void restart(Fiber& fiber, std::size_t number) const;

  Entry entry_;
  std::vector<std::unique_ptr<Fiber>> all_;
  std::vector<Fiber*> idle_;
};

}  // namespace emulator
