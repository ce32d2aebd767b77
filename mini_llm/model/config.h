#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>

#include "gguf/file.h"

namespace model {

/// A token id: an index into the vocabulary.
using Token = std::int32_t;

/// The file holds something this program cannot run, or contradicts itself. The message is for the user: it
/// names the file and the key or tensor, says what is wrong and what to do.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A file that may be right, but needs what this program does not compute.
class Unsupported : public Error {
 public:
  using Error::Error;
};

enum class Architecture { kLlama, kQwen2, kQwen3, kGemma2 };

/// As in `general.architecture`: "llama".
std::string_view name(Architecture architecture);

/// The sizes and constants of a model, as its file's metadata gives them.
struct Config {
  Architecture architecture = Architecture::kLlama;
  std::size_t context_length = 0;  // positions it was trained for
  std::size_t embedding = 0;       // numbers that stand for one token between layers
  std::size_t layers = 0;
  std::size_t heads = 0;         // query heads
  std::size_t kv_heads = 0;      // key and value heads; divides heads
  std::size_t head_size = 0;     // numbers in a head
  std::size_t feed_forward = 0;  // width of the feed-forward part
  std::size_t vocabulary = 0;    // tokens
  float norm_epsilon = 0.0f;
  double attention_scale = 0.0;     // of a query's product with a key: mostly 1 / sqrt(head_size)
  std::size_t rope_dimensions = 0;  // of a head's numbers, how many turn with the position; even
  double rope_base = 0.0;
  double rope_scale = 0.0;  // 1: positions as they are

  // llama: a mixture of experts, each of width feed_forward. 0: a single feed-forward part
  std::size_t experts = 0;
  std::size_t experts_used = 0;  // by a token; at most experts

  // gemma2; 0 elsewhere
  float attention_softcap = 0.0f;
  float logit_softcap = 0.0f;
  std::size_t sliding_window = 0;  // positions that every other layer sees

  std::size_t query_size() const { return heads * head_size; }
  std::size_t kv_size() const { return kv_heads * head_size; }
};

/// Reads and checks the metadata. Afterwards every size is at least 1 and small enough that products of three
/// of them do not overflow, kv_heads divides heads, rope_dimensions is even and at most head_size, and all
/// floats are finite.
///
/// @throws Error for an architecture or feature that cannot be run, or values that contradict each other
/// @throws gguf::Error for a key that is missing or of the wrong type
Config read_config(const gguf::File& file);

/// @return `id` as a token
/// @throws Error when it is not in the vocabulary
Token checked_token(const Config& config, std::int64_t id);

/// "model.gguf: what", with the name made safe for a terminal.
/// @throws Error
[[noreturn]] void fail(const gguf::File& file, std::string_view what);
/// @throws Unsupported
[[noreturn]] void fail_unsupported(const gguf::File& file, std::string_view what);

}  // namespace model
