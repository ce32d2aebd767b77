#include "explain.h"

namespace emulator::report {

Explanation explain(const Finding& finding, const SourceText& source) {
  switch (finding.kind) {
    case Kind::kRace:
    case Kind::kRaceSameValue:
      return explain_race(finding, source);
    case Kind::kOutOfBounds:
      return explain_out_of_bounds(finding, source);
    case Kind::kUseAfterFree:
      return explain_use_after_free(finding, source);
    case Kind::kMisaligned:
      return explain_misaligned(finding, source);
    case Kind::kHostPointer:
      return explain_host_pointer(finding, source);
    case Kind::kUninitialized:
      return explain_uninitialized(finding, source);
    case Kind::kInvalidAddress:
      return explain_invalid_address(finding, source);
    case Kind::kLeak:
      return explain_leak(finding, source);
    case Kind::kDivergentBarrier:
    case Kind::kWarpMask:
    case Kind::kDeadlock:
    case Kind::kHang:
    case Kind::kAssertion:
    case Kind::kLaunchFailure:
      break;
  }
  return explain_threads(finding, source);
}

}  // namespace emulator::report
