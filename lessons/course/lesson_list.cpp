#include "lesson_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "errors.h"
#include "paths.h"

namespace course {
namespace {

constexpr std::array kLessons = {
    Lesson{1, "vector_add", "CPU against GPU, and what the copies cost", 40},
    Lesson{2, "memory", "coalescing, bank conflicts, transpose", 60},
    Lesson{3, "reduction", "shuffles, scan, softmax; Thrust and CUB", 75},
    Lesson{4, "images", "2D grids, blur and edges", 60},
    Lesson{5, "tiled_matmul", "naive, tiled, register-tiled, vectorized, double-buffered", 120},
    Lesson{6, "tensor_cores", "WMMA, then mma and cp.async", 90},
    Lesson{7, "quantization", "int8 and int4 blocks, error against bytes", 60},
    Lesson{8, "quantized_gemv", "why decoding is a bandwidth problem; roofline", 75},
    Lesson{9, "transformer_ops", "RMSNorm, RoPE, SwiGLU, fused", 75},
    Lesson{10, "attention", "KV cache, online softmax, flash attention", 120},
    Lesson{11, "gguf_and_tokens", "the file format and tokenizers", 60},
    Lesson{12, "layer_offload", "split between GPU and CPU, streams, overlap", 75},
    Lesson{13, "the_engine", "mini_llm assembled; sampling; CUDA graphs", 90},
    Lesson{14, "training", "a tiny Llama trained from scratch", 120},
    Lesson{15, "many_gpus", "MPI and NCCL", 90},
};

}  // namespace

std::string Lesson::id() const { return fmt::format("{:02}", number); }
std::string Lesson::folder() const { return fmt::format("{:02}_{}", number, name); }

std::span<const Lesson> all_lessons() { return kLessons; }

const Lesson& find_lesson(std::string_view text) {
  for (const Lesson& lesson : kLessons) {
    if (text == lesson.folder() || text == lesson.id() || text == std::to_string(lesson.number))
      return lesson;
  }
  throw UsageError(
      fmt::format("there is no lesson '{}'. Lessons are 01 to {}, and 1, 01 and 01_vector_add mean the same; "
                  "see ./course list",
                  text, kLessons.back().id()));
}

bool is_written(const Lesson& lesson) {
  return std::filesystem::exists(lesson_folder(lesson) / "solution.cu");
}

const Lesson& find_written_lesson(std::string_view text) {
  const Lesson& lesson = find_lesson(text);
  if (!is_written(lesson)) {
    throw UserError(fmt::format("lesson {} ({}) is not written yet; ./course list shows which lessons are",
                                lesson.id(), lesson.name));
  }
  return lesson;
}

}  // namespace course
