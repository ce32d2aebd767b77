#pragma once

#include <span>

#include "kernels/matrix.h"

namespace kernels::reference {

/// y = A x for each of n vectors: y[t] = A x[t].
///
/// @param a  [rows][cols], any storage type
/// @param x  [n][cols]
/// @param y  [n][rows]; overwritten
/// @param threads  rows are divided among this many; the result does not depend on it
/// Each weight is read and dequantized once, however many vectors there are: with one vector (generation)
/// that is the whole cost, with many (a prompt) it hardly counts.
void matmul(const Matrix& a, std::span<const float> x, std::span<float> y, int threads);

}  // namespace kernels::reference
