/// @file
/// The most that this machine's memories were measured to carry: what percentages in tables refer to.
#pragma once

namespace lesson_bench {

/// Bytes per second of the CPU's memory: the fastest of 10 triads a = b + s c, on all threads, over arrays
/// far larger than the caches, counting what the program reads and writes (12 bytes for an element).
double measure_cpu_bandwidth();

/// Bytes per second of the GPU's memory: the fastest of 10 copies within it, counting reads and writes.
/// Only for a real GPU.
double measure_gpu_bandwidth();

}  // namespace lesson_bench
