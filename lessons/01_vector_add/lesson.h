/// @file
/// Lesson 01, vector_add: what your file and the solution both define.
#pragma once

namespace lesson {

/// c[i] = a[i] + b[i] for 0 <= i < n, all three in device memory already.
/// Launches the kernel once and does not wait for it.
///
/// @param a,b  [n] device memory, only read
/// @param c    [n] device memory, overwritten
/// @param n    number of elements; 0 is allowed and does nothing
/// @throws kernels::CudaError when the launch is refused
void add_on_device(const float* a, const float* b, float* c, int n);

/// The same for vectors in host memory: copies a and b to the device, adds them there with add_on_device, and
/// copies the result back. Frees all device memory that it allocates.
///
/// @param a,b  [n] host memory, only read
/// @param c    [n] host memory, overwritten
/// @param n    number of elements; 0 is allowed and does nothing
/// @throws kernels::CudaError when a step fails, for example when the device has no room for the vectors
void add(const float* a, const float* b, float* c, int n);

}  // namespace lesson
