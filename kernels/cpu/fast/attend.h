#pragma once

// Attention without a matrix of all scores: positions are taken 64 at a time, and a running maximum and sum
// make the softmax right in the end ("online softmax"; FlashAttention, arXiv:2205.14135). Scores and result
// are both products of a tile with rows, so that the same block product serves that makes a prompt fast:
//   scores [row][position] = q [row][i] * keys^T [i][position]
//   result [row][i]       += weights [row][position] * values [position][i]
// where a row is one query head of one token.

#include <vector>

#include "fast/attention_task.h"
#include "fast/elementwise.h"
#include "fast/float_product.h"

namespace kernels::fast {
namespace {

constexpr std::size_t kPositions = 64;  // in a tile

/// Numbers of one head of a cache row, at `position`.
inline const std::byte* kv_head_row(const KvRows& rows, const AttentionShape& shape, std::size_t position,
                                    std::size_t kv_head) {
  return rows.data + kv_bytes(rows.type, (position * shape.kv_heads + kv_head) * shape.head_size);
}

/// Turns scores into weights: e^(score - the row's maximum so far); zero outside [begin, end).
/// @return what the sum and result so far must be multiplied by, now that the maximum may have grown
template <class S>
float weigh(float* scores, std::size_t begin, std::size_t end, float softcap, float& maximum, float& sum) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  if (softcap > 0.0f) {
    for (std::size_t p = begin; p < end; ++p) scores[p] = softcap * std::tanh(scores[p] / softcap);
  }
  std::fill(scores, scores + begin, -kInfinity);
  std::fill(scores + end, scores + kPositions, -kInfinity);
  typename S::Float largest = S::set1(maximum);
  for (std::size_t p = 0; p < kPositions; p += S::kLanes) largest = S::max(largest, S::load(scores + p));
  const float new_maximum = S::largest(largest);
  if (new_maximum == -kInfinity) {  // nothing seen so far, or only scores of minus infinity
    std::fill(scores, scores + kPositions, 0.0f);
    return 1.0f;
  }
  typename S::Float total = S::zero();
  for (std::size_t p = 0; p < kPositions; p += S::kLanes) {
    // exponential() of a hidden position is a tiny number instead of 0; it is set to 0 below.
    const typename S::Float weight = exponential<S>(S::sub(S::load(scores + p), S::set1(new_maximum)));
    S::store(scores + p, weight);
  }
  std::fill(scores, scores + begin, 0.0f);
  std::fill(scores + end, scores + kPositions, 0.0f);
  for (std::size_t p = 0; p < kPositions; p += S::kLanes) total = S::add(total, S::load(scores + p));
  const float correction = std::exp(maximum - new_maximum);
  sum = sum * correction + S::sum(total);
  maximum = new_maximum;
  return correction;
}

template <class S>
void attend(const AttentionTask& task) {
  const std::size_t head_size = task.shape.head_size;
  const std::size_t heads = task.shape.heads;
  const std::size_t group = heads / task.shape.kv_heads;
  const std::size_t rows = task.tokens * group;
  constexpr std::size_t kStep = static_cast<std::size_t>(S::kRowVectors) * S::kLanes;
  const std::size_t padded = (head_size + kStep - 1) / kStep * kStep;  // the products take whole vectors

  static thread_local std::vector<float> memory;
  memory.assign(rows * (head_size + kPositions + padded + 2) + kPositions * (head_size + padded) + padded,
                0.0f);
  float* const q = memory.data();                       // [rows][head_size]
  float* const scores = q + rows * head_size;           // [rows][kPositions]
  float* const result = scores + rows * kPositions;     // [rows][padded]
  float* const maxima = result + rows * padded;         // [rows]
  float* const sums = maxima + rows;                    // [rows]
  float* const keys = sums + rows;                      // [head_size][kPositions]
  float* const values = keys + head_size * kPositions;  // [kPositions][padded]
  float* const key = values + kPositions * padded;      // [head_size]

  const auto head_of = [&](std::size_t row) {  // its place in q and out
    const std::size_t token = task.first_token + row / group;
    return (token * heads + task.kv_head * group + row % group) * head_size;
  };
  for (std::size_t row = 0; row < rows; ++row) {
    const float* from = task.q + head_of(row);
    for (std::size_t i = 0; i < head_size; ++i)
      q[row * head_size + i] = from[i] * static_cast<float>(task.settings.scale);
    maxima[row] = -std::numeric_limits<float>::infinity();
  }

  const std::size_t window = task.settings.window;
  const auto visible_end = [&](std::size_t row) {
    return task.first_position + task.first_token + row / group + 1;
  };
  const auto visible_begin = [&](std::size_t row) {
    const std::size_t end = visible_end(row);
    return window == 0 || end < window ? 0 : end - window;
  };
  const std::size_t end = visible_end(rows - 1);
  for (std::size_t first = visible_begin(0) / kPositions * kPositions; first < end; first += kPositions) {
    const std::size_t count = std::min(kPositions, end - first);
    for (std::size_t p = 0; p < count; ++p) {
      load_kv<S>(task.keys.type, kv_head_row(task.keys, task.shape, first + p, task.kv_head), head_size, key);
      for (std::size_t i = 0; i < head_size; ++i) keys[i * kPositions + p] = key[i];
      load_kv<S>(task.values.type, kv_head_row(task.values, task.shape, first + p, task.kv_head), head_size,
                 values + p * padded);
    }
    multiply_tile<S>(keys, kPositions, q, head_size, rows, head_size, scores, kPositions, false);
    for (std::size_t row = 0; row < rows; ++row) {
      const std::size_t row_end = std::min(count, std::max(visible_end(row), first) - first);
      const std::size_t row_begin = std::min(row_end, std::max(visible_begin(row), first) - first);
      const float correction = weigh<S>(scores + row * kPositions, row_begin, row_end, task.settings.softcap,
                                        maxima[row], sums[row]);
      if (correction == 1.0f) continue;
      for (std::size_t i = 0; i < padded; ++i) result[row * padded + i] *= correction;
    }
    multiply_tile<S>(values, padded, scores, kPositions, rows, count, result, padded, true);
  }
  for (std::size_t row = 0; row < rows; ++row) {
    const float inverse = 1.0f / sums[row];
    float* const to = task.out + head_of(row);
    for (std::size_t i = 0; i < head_size; ++i) to[i] = result[row * padded + i] * inverse;
  }
}

}  // namespace
}  // namespace kernels::fast
