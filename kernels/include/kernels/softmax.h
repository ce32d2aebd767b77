#pragma once

#include <span>

namespace kernels::reference {

/// x[i] = exp(x[i]) / sum of all exp(x[j]), in place. The largest element is subtracted first, so nothing
/// overflows. -infinity gives 0. When every element is -infinity there is no answer: all become 0.
void softmax(std::span<float> x);

}  // namespace kernels::reference
