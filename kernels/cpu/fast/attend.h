#pragma once

// Attention without a matrix of all scores: positions are taken 64 at a time, and a running maximum and sum
// make the softmax right in the end ("online softmax"; FlashAttention, arXiv:2205.14135). Scores and result
// are both products of a tile with rows, so that the same block product serves that makes a prompt fast:
//   scores [row][position] = q [row][i] * keys^T [i][position]
//   result [row][i]       += weights [row][position] * values [position][i]
// where a row is one query head of one token. For one token there are too few rows to pay for turning the
// keys around: each score then is the product of two rows.

#include <memory>
#include <vector>

#include "fast/attention_task.h"
#include "fast/elementwise.h"
#include "fast/float_product.h"

namespace kernels::fast {
namespace {

constexpr std::size_t kPositions = 64;  // in a tile

/// scores [row][p] = q [row] . keys [p], for the positions below `count`, and some behind them.
///
/// @param size  of a row of q and of keys: a multiple of S::kLanes
template <class S>
void multiply_keys(const float* keys, std::size_t count, const float* q, std::size_t size, std::size_t rows,
                   float* scores) {
  constexpr int kAtOnce = 8;  // so many sums over lanes cost little more than one
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t p = 0; p < count; p += kAtOnce) {
      typename S::Float sums[kAtOnce];
      for (int i = 0; i < kAtOnce; ++i) sums[i] = S::zero();
      for (std::size_t k = 0; k < size; k += S::kLanes) {
        const typename S::Float x = S::load(q + row * size + k);
#pragma GCC unroll 8
        for (int i = 0; i < kAtOnce; ++i) {
          sums[i] = S::fma(x, S::load(keys + (p + static_cast<std::size_t>(i)) * size + k), sums[i]);
        }
      }
      S::store_8_sums(sums, scores + row * kPositions + p);
    }
  }
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
  constexpr std::size_t kFewRows = 16;  // one token has 1 to 8 in the usual models
  const bool few_rows = rows < kFewRows;

  constexpr std::size_t kLine = 64 / sizeof(float);  // vectors across two lines of the cache would cost twice
  const std::size_t size = rows * (2 * padded + kPositions + 2) + kPositions * 2 * padded + padded;
  static thread_local std::vector<float> memory;
  memory.assign(size + kLine, 0.0f);
  void* begin = memory.data();
  std::size_t space = memory.size() * sizeof(float);
  float* const q = static_cast<float*>(std::align(64, size * sizeof(float), begin, space));  // [rows][padded]
  float* const scores = q + rows * padded;           // [rows][kPositions]
  float* const result = scores + rows * kPositions;  // [rows][padded]
  float* const keys = result + rows * padded;  // [head_size][kPositions]; few rows: [kPositions][padded]
  float* const values = keys + kPositions * padded;  // [kPositions][padded]
  float* const key = values + kPositions * padded;   // [head_size]
  float* const maxima = key + padded;                // [rows]
  float* const sums = maxima + rows;                 // [rows]

  const auto head_of = [&](std::size_t row) {  // its place in q and out
    const std::size_t token = task.first_token + row / group;
    return (token * heads + task.kv_head * group + row % group) * head_size;
  };
  for (std::size_t row = 0; row < rows; ++row) {
    const float* from = task.q + head_of(row);
    for (std::size_t i = 0; i < head_size; ++i)
      q[row * padded + i] = from[i] * static_cast<float>(task.settings.scale);
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
  const auto load = [&](const KvRows& from, std::size_t position, float* to) {
    const std::byte* const head = from.data + task.kv_head * from.head_bytes;
    load_kv<S>(from.type, head + kv_bytes(from.type, position * head_size), head_size, to);
  };
  const std::size_t end = visible_end(rows - 1);
  for (std::size_t first = visible_begin(0) / kPositions * kPositions; first < end; first += kPositions) {
    const std::size_t count = std::min(kPositions, end - first);
    for (std::size_t p = 0; p < count; ++p) load(task.values, first + p, values + p * padded);
    if (few_rows) {
      for (std::size_t p = 0; p < count; ++p) load(task.keys, first + p, keys + p * padded);
      multiply_keys<S>(keys, count, q, padded, rows, scores);
    } else {
      for (std::size_t p = 0; p < count; ++p) {
        load(task.keys, first + p, key);
        for (std::size_t i = 0; i < head_size; ++i) keys[i * kPositions + p] = key[i];
      }
      multiply_tile<S>(keys, kPositions, q, padded, rows, head_size, scores, kPositions, false);
    }
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
