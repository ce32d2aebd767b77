/// @file
/// c = a + b for three vectors of floats. Lesson 01 arrives here.
/// Reads 8 and writes 4 bytes for one addition: bound by memory bandwidth everywhere.
#pragma once

#include <span>

#include "kernels/device_span.h"

namespace kernels {

namespace reference {
/// One thread, a plain loop.
/// @param a,b  [n]
/// @param c    [n]; overwritten; may be a or b
/// @pre the three have one size
void vector_add(std::span<const float> a, std::span<const float> b, std::span<float> c);
}  // namespace reference

namespace cpu {
/// All cores with SIMD. Same parameters as reference::vector_add, bit for bit the same result.
/// @param threads  0: as many as OpenMP offers
void vector_add(std::span<const float> a, std::span<const float> b, std::span<float> c, int threads = 0);
}  // namespace cpu

namespace cuda {
/// On the device. Does not wait for the result.
/// @param a,b  [n] on the device
/// @param c    [n] on the device; overwritten; may be a or b
/// @throws std::invalid_argument when the sizes differ
/// @throws CudaError when the launch is refused
void vector_add(DeviceSpan<const float> a, DeviceSpan<const float> b, DeviceSpan<float> c,
                StreamHandle stream = nullptr);
}  // namespace cuda

}  // namespace kernels
