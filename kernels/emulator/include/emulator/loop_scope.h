/// @file
/// Tells the profile which iteration of a loop a thread is in. The lanes of a warp run one after another
/// here; what they access in the same iteration is taken together, as a card does. In instrumented programs
/// only, where the translator writes
/// @code
///   for (int i = a; i < n; ++i) body
///   for (::emulator::LoopScope loop(LINE); loop.once();) for (int i = a; loop.next() && (i < n); ++i) body
/// @endcode
#pragma once

#include <cstdint>

namespace emulator {

/// Numbers for the iterations of the loops around, and for a loop within them.
struct LoopKeys {
  std::uint32_t around, loop;
};

/// @name In kernels/emulator/instrument/loop_keys.cpp, where no compiler adds checks to them
/// By value: an object whose address they get would be taken for memory of the kernel's.
/// @{
LoopKeys enter_loop(unsigned line) noexcept;
void turn_loop(std::uint32_t loop, std::uint32_t turn) noexcept;
void leave_loop(std::uint32_t around) noexcept;
/// @}

class LoopScope {
 public:
  explicit LoopScope(unsigned line) : keys_(enter_loop(line)) {}
  ~LoopScope() { leave_loop(keys_.around); }
  LoopScope(const LoopScope&) = delete;
  LoopScope& operator=(const LoopScope&) = delete;

  /// True, then false.
  __attribute__((always_inline)) bool once() { return !done_ && (done_ = true); }
  /// The next iteration begins.
  __attribute__((always_inline)) bool next() {
    turn_loop(keys_.loop, ++turn_);
    return true;
  }

 private:
  const LoopKeys keys_;
  std::uint32_t turn_ = 0;
  bool done_ = false;
};

}  // namespace emulator
