#include "quantize/random_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <utility>

#include "kernels/parallel_for.h"
#include "kernels/random_weights.h"
#include "model/weight_type.h"

namespace quantize {
namespace {

/// One piece is filled from one seed, by one thread: 64 of the largest blocks.
constexpr std::size_t kPieceElements = 64 * 256;
/// Made and written at a time: some 30 MB of floats at most.
constexpr std::size_t kPiecesAtOnce = 512;

class Builder {
 public:
  Builder(const ModelShape& shape, const Recipe& recipe, std::uint64_t seed, int threads,
          std::function<void(std::uint64_t)> progress)
      : shape_(shape),
        recipe_(recipe),
        traits_{shape.layers, shape.experts, shape.tied},
        seed_(seed),
        threads_(threads),
        progress_(std::make_shared<Progress>(Progress{0, std::move(progress)})) {}

  RandomModel build() && {
    set_metadata();
    set_vocabulary();
    matrix("token_embd.weight", shape_.vocabulary, shape_.embedding);
    if (shape_.long_context_rope) vector("rope_freqs.weight", rope_factors());
    for (std::uint32_t i = 0; i < shape_.layers; ++i) add_layer(fmt::format("blk.{}.", i));
    norm("output_norm.weight");
    if (!shape_.tied) matrix("output.weight", shape_.vocabulary, shape_.embedding);
    return std::move(model_);
  }

 private:
  struct Progress {
    std::uint64_t bytes;
    std::function<void(std::uint64_t)> report;
  };

  std::string key(std::string_view rest) const { return fmt::format("{}.{}", shape_.architecture, rest); }

  void set_metadata() {
    gguf::Writer& writer = model_.writer;
    writer.set_string("general.architecture", shape_.architecture);
    writer.set_string("general.name", fmt::format("random weights in the shape of {}", shape_.name));
    writer.set_uint32("general.file_type", recipe_.file_type);
    writer.set_uint32("general.quantization_version", 2);
    writer.set_uint32(key("context_length"), shape_.context);
    writer.set_uint32(key("embedding_length"), shape_.embedding);
    writer.set_uint32(key("block_count"), shape_.layers);
    writer.set_uint32(key("feed_forward_length"), shape_.feed_forward);
    writer.set_uint32(key("vocab_size"), shape_.vocabulary);
    writer.set_uint32(key("attention.head_count"), shape_.heads);
    writer.set_uint32(key("attention.head_count_kv"), shape_.kv_heads);
    writer.set_uint32(key("attention.key_length"), shape_.head_size);
    writer.set_uint32(key("attention.value_length"), shape_.head_size);
    writer.set_float(key("attention.layer_norm_rms_epsilon"), shape_.norm_epsilon);
    writer.set_uint32(key("rope.dimension_count"), shape_.head_size);
    writer.set_float(key("rope.freq_base"), shape_.rope_base);
    if (shape_.experts != 0) {
      writer.set_uint32(key("expert_count"), shape_.experts);
      writer.set_uint32(key("expert_used_count"), shape_.experts_used);
    }
    if (shape_.sliding_window != 0) writer.set_uint32(key("attention.sliding_window"), shape_.sliding_window);
    if (shape_.attention_soft_cap != 0.0f)
      writer.set_float(key("attn_logit_softcapping"), shape_.attention_soft_cap);
    if (shape_.output_soft_cap != 0.0f)
      writer.set_float(key("final_logit_softcapping"), shape_.output_soft_cap);
  }

  /// A SentencePiece vocabulary: 3 control tokens, the 256 bytes, syllables, then words of syllables.
  void set_vocabulary() {
    std::vector<std::string> tokens = {"<unk>", "<s>", "</s>"};
    for (int i = 0; i < 256; ++i) tokens.push_back(fmt::format("<0x{:02X}>", i));
    const std::size_t first_piece = tokens.size();
    constexpr const char* kSpace = "\u2581";
    tokens.emplace_back(kSpace);
    std::vector<std::string> syllables;
    for (const char consonant : std::string_view("bdfghjklmnprstvz")) {
      for (const char vowel : std::string_view("aeiou")) syllables.push_back({consonant, vowel});
    }
    tokens.insert(tokens.end(), syllables.begin(), syllables.end());
    for (std::size_t number = 0; tokens.size() < shape_.vocabulary; ++number) {
      std::string word = syllables[number % syllables.size()];
      for (std::size_t rest = number / syllables.size(); rest != 0; rest /= syllables.size()) {
        word = syllables[rest % syllables.size()] + word;
      }
      tokens.push_back(kSpace + word);
    }

    std::vector<float> scores(tokens.size());
    std::vector<std::int32_t> types(tokens.size(), 1);  // normal
    for (std::size_t i = 0; i < first_piece; ++i)
      types[i] = i == 0 ? 2 : i < 3 ? 3 : 6;  // unknown, control, byte
    for (std::size_t i = first_piece; i < tokens.size(); ++i)
      scores[i] = -static_cast<float>(i - first_piece);

    gguf::Writer& writer = model_.writer;
    writer.set_string("tokenizer.ggml.model", "llama");
    writer.set_string_array("tokenizer.ggml.tokens", tokens);
    writer.set_float_array("tokenizer.ggml.scores", scores);
    writer.set_int_array("tokenizer.ggml.token_type", types);
    writer.set_uint32("tokenizer.ggml.bos_token_id", 1);
    writer.set_uint32("tokenizer.ggml.eos_token_id", 2);
    writer.set_uint32("tokenizer.ggml.unknown_token_id", 0);
    writer.set_bool("tokenizer.ggml.add_bos_token", true);
    writer.set_bool("tokenizer.ggml.add_eos_token", false);
  }

  void add_layer(const std::string& block) {
    const std::uint64_t query_size = std::uint64_t{shape_.heads} * shape_.head_size;
    const std::uint64_t kv_size = std::uint64_t{shape_.kv_heads} * shape_.head_size;
    norm(block + "attn_norm.weight");
    matrix(block + "attn_q.weight", query_size, shape_.embedding);
    matrix(block + "attn_k.weight", kv_size, shape_.embedding);
    matrix(block + "attn_v.weight", kv_size, shape_.embedding);
    if (shape_.biases) {
      random_vector(block + "attn_q.bias", query_size, 0.0f);
      random_vector(block + "attn_k.bias", kv_size, 0.0f);
      random_vector(block + "attn_v.bias", kv_size, 0.0f);
    }
    matrix(block + "attn_output.weight", shape_.embedding, query_size);
    const bool gemma = shape_.architecture == "gemma2";
    if (gemma) norm(block + "post_attention_norm.weight");
    norm(block + "ffn_norm.weight");
    if (shape_.experts == 0) {
      matrix(block + "ffn_gate.weight", shape_.feed_forward, shape_.embedding);
      matrix(block + "ffn_up.weight", shape_.feed_forward, shape_.embedding);
      matrix(block + "ffn_down.weight", shape_.embedding, shape_.feed_forward);
    } else {
      matrix(block + "ffn_gate_inp.weight", shape_.experts, shape_.embedding);
      matrix(block + "ffn_gate_exps.weight", shape_.feed_forward, shape_.embedding, shape_.experts);
      matrix(block + "ffn_up_exps.weight", shape_.feed_forward, shape_.embedding, shape_.experts);
      matrix(block + "ffn_down_exps.weight", shape_.embedding, shape_.feed_forward, shape_.experts);
    }
    if (gemma) norm(block + "post_ffw_norm.weight");
  }

  /// [experts][rows][cols], or [rows][cols]. With a deviation of 1 / sqrt(cols) an input of size 1 gives an
  /// output of size 1, so that numbers stay of one size through all layers.
  void matrix(const std::string& name, std::uint64_t rows, std::uint64_t cols, std::uint64_t experts = 1) {
    const gguf::TensorType type =
        may_quantize(name, 2) ? choose_type(recipe_, traits_, name, cols).type : gguf::TensorType::kF32;
    std::vector<std::uint64_t> dimensions = {cols, rows};
    if (experts > 1) dimensions.push_back(experts);
    const kernels::WeightType weights = model::weight_type(type).value();
    const float deviation = 1.0f / std::sqrt(static_cast<float>(cols));
    const std::uint64_t elements = rows * cols * experts;
    model_.weights += elements;
    model_.bytes += elements / kernels::block_elements(weights) * kernels::block_bytes(weights);
    const std::uint64_t seed = seed_ * 1000003 + ++tensors_;
    model_.writer.add_streamed_tensor(
        name, type, std::move(dimensions),
        [=, threads = threads_, progress = progress_](const gguf::Writer::Sink& sink) {
          write_matrix(weights, deviation, elements, seed, threads, *progress, sink);
        });
  }

  static void write_matrix(kernels::WeightType type, float deviation, std::uint64_t elements,
                           std::uint64_t seed, int threads, Progress& progress,
                           const gguf::Writer::Sink& sink) {
    const std::size_t total = elements / kernels::block_elements(type) * kernels::block_bytes(type);
    const std::size_t piece = kPieceElements / kernels::block_elements(type) * kernels::block_bytes(type);
    std::vector<std::byte> buffer(std::min(total, piece * kPiecesAtOnce));
    for (std::size_t begin = 0; begin < total; begin += buffer.size()) {
      const std::span<std::byte> part(buffer.data(), std::min(buffer.size(), total - begin));
      const std::size_t pieces = (part.size() + piece - 1) / piece;
      kernels::parallel_for(pieces, 4, threads, [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) {
          const std::size_t size = std::min(piece, part.size() - i * piece);
          const std::uint64_t piece_seed = (seed << 32) + begin / piece + i;
          kernels::random_weights(type, deviation, piece_seed, part.subspan(i * piece, size));
        }
      });
      sink(part);
      progress.bytes += part.size();
      progress.report(progress.bytes);
    }
  }

  void vector(const std::string& name, const std::vector<float>& values) {
    model_.weights += values.size();
    model_.bytes += values.size() * sizeof(float);
    const auto bytes = std::as_bytes(std::span(values));
    model_.writer.add_tensor(name, gguf::TensorType::kF32, {values.size()},
                             std::vector<std::byte>(bytes.begin(), bytes.end()));
  }

  void random_vector(const std::string& name, std::uint64_t size, float mean) {
    std::vector<float> values(size);
    const std::uint64_t seed = (seed_ * 1000003 + ++tensors_) << 32;
    kernels::random_weights(kernels::WeightType::kF32, 0.1f, seed, std::as_writable_bytes(std::span(values)));
    for (float& value : values) value += mean;
    vector(name, values);
  }

  void norm(const std::string& name) { random_vector(name, shape_.embedding, 1.0f); }

  /// Llama 3.1's: waves longer than the context it was first trained for turn 32 times slower, short ones as
  /// they were, and between the two the factor changes smoothly.
  std::vector<float> rope_factors() const {
    constexpr double kFactor = 32.0;
    constexpr double kFirstContext = 8192.0;
    constexpr double kLongest = kFirstContext / 1.0;
    constexpr double kShortest = kFirstContext / 4.0;
    std::vector<float> factors;
    for (std::uint32_t i = 0; i < shape_.head_size / 2; ++i) {
      const double frequency = std::pow(double{shape_.rope_base}, -2.0 * i / shape_.head_size);
      const double wave = 2.0 * std::acos(-1.0) / frequency;
      const double smooth = std::clamp((kFirstContext / wave - kFirstContext / kLongest) /
                                           (kFirstContext / kShortest - kFirstContext / kLongest),
                                       0.0, 1.0);
      factors.push_back(static_cast<float>(1.0 / ((1.0 - smooth) / kFactor + smooth)));
    }
    return factors;
  }

  const ModelShape& shape_;
  const Recipe& recipe_;
  ModelTraits traits_;
  std::uint64_t seed_;
  int threads_;
  std::uint64_t tensors_ = 0;
  std::shared_ptr<Progress> progress_;
  RandomModel model_;
};

}  // namespace

RandomModel random_model(const ModelShape& shape, const Recipe& recipe, std::uint64_t seed, int threads,
                         std::function<void(std::uint64_t bytes)> progress) {
  return Builder(shape, recipe, seed, threads, std::move(progress)).build();
}

}  // namespace quantize
