#pragma once

#include <span>

/// c = a + b in host memory by Thrust on all the CPU's threads, with OpenMP: the call that adds on a GPU,
/// compiled for the processor. All three have one size.
void thrust_vector_add_on_cpu(std::span<const float> a, std::span<const float> b, std::span<float> c);
