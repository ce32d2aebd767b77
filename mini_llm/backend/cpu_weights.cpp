#include "backend/cpu_weights.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <vector>

#include "backend/available_memory.h"
#include "kernels/fast.h"

namespace backend {
namespace {

namespace fast = kernels::fast;
using kernels::Matrix;

/// One that gains from being rearranged.
struct Candidate {
  Matrix* matrix;
  std::size_t bytes;  ///< of the copy
};

constexpr std::size_t kLine = 64;

std::size_t whole_lines(std::size_t bytes) { return (bytes + kLine - 1) / kLine * kLine; }

/// Rows that are copied before what the file has of them is forgotten: the memory of both is needed at once.
/// 64 are whole groups for every processor.
std::size_t rows_of_slice(const Matrix& a) {
  constexpr std::size_t kBytes = 1 << 20;
  return std::max<std::size_t>(1, kBytes / a.row_bytes() / 64) * 64;
}

std::vector<Candidate> candidates(model::Model& model) {
  std::vector<Candidate> result;
  const auto consider = [&](Matrix& matrix) {
    if (matrix.data == nullptr || matrix.is_interleaved()) return;
    const std::size_t bytes = fast::interleaved_bytes(matrix);
    if (bytes != 0) result.push_back({&matrix, whole_lines(bytes)});
  };
  for (model::Layer& layer : model.weights.layers) {
    for (Matrix* matrix : {&layer.query, &layer.key, &layer.value, &layer.attention_output, &layer.gate,
                           &layer.up, &layer.down}) {
      consider(*matrix);
    }
    for (Expert& expert : layer.experts) {
      for (Matrix* matrix : {&expert.gate, &expert.up, &expert.down}) consider(*matrix);
    }
  }
  consider(model.weights.output);  // its rows as embeddings, where the two are tied, stay in the file
  return result;
}

}  // namespace

CpuWeights CpuWeights::rearrange(model::Model& model, int threads, const Forget& forget,
                                 const Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  const std::vector<Candidate> matrices = candidates(model);
  std::size_t total = 0;
  for (const Candidate& candidate : matrices) total += candidate.bytes;
  CpuWeights weights;
  const auto available = available_memory();
  const std::size_t needed = total + total / 16;  // something else wants memory too
  if (total == 0 || (available && needed > *available)) return weights;

  try {
    weights.memory_ = kernels::LargeBuffer(total);
  } catch (const std::bad_alloc&) {
    return weights;
  }
  std::vector<Matrix> copies;
  std::size_t done = 0;
  for (const Candidate& candidate : matrices) {
    const Matrix& original = *candidate.matrix;
    std::byte* const to = weights.memory_.bytes().data() + done;
    const std::size_t row_bytes = fast::interleaved_bytes(original) / original.rows;
    const std::size_t step = rows_of_slice(original);
    for (std::size_t row = 0; row < original.rows; row += step) {
      const std::size_t so_far = done + row * row_bytes;
      if (progress && !progress(static_cast<double>(so_far), static_cast<double>(total))) return {};
      Matrix slice = original;
      slice.rows = std::min(step, original.rows - row);
      slice.data = original.row(row);
      fast::interleave(slice, to + row * row_bytes, threads);
      if (forget) forget({slice.data, slice.bytes()});
    }
    copies.push_back({original.type, original.rows, original.cols, to, row_bytes});
    done += candidate.bytes;
  }
  for (std::size_t i = 0; i < matrices.size(); ++i) *matrices[i].matrix = copies[i];
  weights.seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return weights;
}

}  // namespace backend
