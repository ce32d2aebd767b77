/// @file
/// Time, measured the same way in every lesson: warm-up first, then several runs, their median and their
/// spread.
#pragma once

#include <functional>

namespace lesson_bench {

struct Timing {
  double seconds = 0;  ///< median
  double spread = 0;   ///< half the runs lie within this share of the median: (3rd - 1st quartile) / median
};

/// Wall-clock time of one call. Calls that take less than some 50 microseconds are timed in batches, because
/// a clock needs time too. `code` returns when its work is done.
Timing time_on_host(const std::function<void()>& code, int runs);

/// Time on the GPU from before to after what `code` puts into the default stream, by cudaEvents.
/// Only for a real GPU: on the emulated one it would measure the emulator.
Timing time_on_device(const std::function<void()>& code, int runs);

}  // namespace lesson_bench
