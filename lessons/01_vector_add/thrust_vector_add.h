#pragma once

#include "kernels/device_span.h"

/// c = a + b on the device by Thrust: what one writes when no kernel of one's own is wanted. All three have
/// one size. Does not wait for the result.
void thrust_vector_add(kernels::DeviceSpan<const float> a, kernels::DeviceSpan<const float> b,
                       kernels::DeviceSpan<float> c);
