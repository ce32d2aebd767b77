#pragma once

#include <cstddef>

namespace kernels {

/// Four times a large last-level cache (128 MiB), so that hardly a line is still there from the run before.
inline constexpr std::size_t kReadBandwidthBuffer = std::size_t{512} << 20;

/// Bytes per second that this machine's memory gives to `threads` threads which only read: the yardstick for
/// decoding, where every weight is read once for each token.
///
/// The fastest of `runs` sums over a buffer, after one that is not counted. Another program that uses the
/// memory at the same time makes the result smaller, never larger.
///
/// @param buffer_bytes  much more than the last-level cache; a buffer that the machine has no memory for is
///                      halved until it has
/// @param runs  at least 1
double measure_read_bandwidth(int threads, std::size_t buffer_bytes = kReadBandwidthBuffer, int runs = 7);

}  // namespace kernels
