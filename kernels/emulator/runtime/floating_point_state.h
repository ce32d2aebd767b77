/// @file
/// The processor's floating-point mode while kernels run.
#pragma once

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace emulator {

/// Sets what a GPU has: round to nearest, no trap, denormals kept, whatever mode the host thread is in;
/// restores the host's mode afterwards.
///
/// All "has happened" flags are set as well. They are sticky and nobody reads them, but a switch between
/// fibers restores them, and on x86 loading a mode word that differs from the current one drains the
/// processor: a switch took 72 ns between fibers of which one had rounded a result and the other not, and 6
/// ns with equal flags.
class DeviceFloatingPoint {
 public:
#if defined(__x86_64__)
  DeviceFloatingPoint() : host_(_mm_getcsr()) { _mm_setcsr(kMasked | kAllFlags); }
  ~DeviceFloatingPoint() { _mm_setcsr(host_); }

 private:
  static constexpr unsigned kMasked = 0x1F80;
  static constexpr unsigned kAllFlags = 0x3F;
  unsigned host_;
#else
  DeviceFloatingPoint() {}
  ~DeviceFloatingPoint() {}
#endif
  DeviceFloatingPoint(const DeviceFloatingPoint&) = delete;
  DeviceFloatingPoint& operator=(const DeviceFloatingPoint&) = delete;
};

}  // namespace emulator
