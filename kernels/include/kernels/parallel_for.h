#pragma once

#include <cstddef>
#include <functional>

namespace kernels {

/// Calls body(begin, end) for ranges that together cover [0, count), on up to `threads` threads, and returns
/// when all are done. The caller is one of the threads; the others are kept for the next call.
///
/// @param grain  indices in a range, the last one may have fewer; work for about 0.1 ms is a good size, and
/// when all
///               fits into one range no other thread is woken
/// @param body  called at the same time from several threads
/// @throws what body throws (the first of them), after all threads have stopped
///
/// Threads take range after range, and the caller does not wait for one that has not begun: on a busy
/// machine, where another program may have its processor for milliseconds, the others do its share. (An
/// OpenMP loop waits for all its threads at the end; on two loaded cores that made reading a prompt six times
/// slower.)
void parallel_for(std::size_t count, std::size_t grain, int threads,
                  const std::function<void(std::size_t begin, std::size_t end)>& body);

}  // namespace kernels
