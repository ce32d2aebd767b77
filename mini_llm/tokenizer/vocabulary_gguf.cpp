#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <utility>

#include "bytes/printable.h"
#include "gguf/file.h"
#include "tokenizer/error.h"
#include "tokenizer/split_pattern.h"
#include "tokenizer/vocabulary.h"

namespace tokenizer {
namespace {

constexpr std::uint64_t kNoToken =
    std::numeric_limits<std::uint32_t>::max();  // -1: what some converters write for none

VocabularyKind kind_of(std::string_view model) {
  if (model == "llama") return VocabularyKind::kSentencePiece;
  if (model == "gpt2") return VocabularyKind::kByteLevelBpe;
  throw Unsupported(
      fmt::format("tokenizer: the kind '{}' (tokenizer.ggml.model) is not known; known are: llama, gpt2",
                  bytes::printable(model)));
}

std::vector<std::string> strings(const gguf::File& file, std::string_view key) {
  const std::vector<std::string_view> views = file.get_string_array(key);
  return {views.begin(), views.end()};
}

std::vector<TokenType> token_types(const gguf::File& file, std::size_t count) {
  if (!file.has("tokenizer.ggml.token_type")) return std::vector<TokenType>(count, TokenType::kNormal);
  std::vector<TokenType> types;
  for (const std::int32_t type : file.get_int_array("tokenizer.ggml.token_type")) {
    if (type < 0 || type > 6)
      throw damaged(fmt::format("token {} has type {}; types are 1 to 6", types.size(), type));
    types.push_back(type == 0 ? TokenType::kNormal
                              : static_cast<TokenType>(type));  // 0: undefined, in old files
  }
  return types;
}

/// `fallback` where the file names no such token.
std::optional<Token> token_id(const gguf::File& file, std::string_view key, std::optional<Token> fallback) {
  const auto id = file.find_uint(key);
  if (!id) return fallback;
  if (*id == kNoToken) return std::nullopt;
  if (*id > static_cast<std::uint64_t>(std::numeric_limits<Token>::max()))
    throw damaged(fmt::format("'{}' is {}, which is no token's id", key, *id));
  return static_cast<Token>(*id);
}

}  // namespace

Vocabulary Vocabulary::load(const gguf::File& file) {
  Vocabulary vocabulary;
  vocabulary.kind = kind_of(file.get_string("tokenizer.ggml.model"));
  vocabulary.tokens = strings(file, "tokenizer.ggml.tokens");
  const std::size_t size = vocabulary.tokens.size();
  vocabulary.types = token_types(file, size);

  const bool sentencepiece = vocabulary.kind == VocabularyKind::kSentencePiece;
  bool adds_bos = true;
  if (sentencepiece) {
    vocabulary.scores = file.get_float_array("tokenizer.ggml.scores");
    vocabulary.add_space_prefix = file.find_bool("tokenizer.ggml.add_space_prefix").value_or(true);
  } else {
    vocabulary.merges = strings(file, "tokenizer.ggml.merges");
    vocabulary.pre_tokenizer = file.find_string("tokenizer.ggml.pre").value_or("default");
    adds_bos = find_split_pattern(vocabulary.pre_tokenizer).adds_bos;
  }

  // Old SentencePiece files leave out the ids of Llama's first three tokens.
  const auto default_id = [&](Token id) -> std::optional<Token> {
    if (!sentencepiece || static_cast<std::size_t>(id) >= size) return std::nullopt;
    return id;
  };
  vocabulary.unknown = token_id(file, "tokenizer.ggml.unknown_token_id", default_id(0));
  vocabulary.bos = token_id(file, "tokenizer.ggml.bos_token_id", default_id(1));
  vocabulary.eos = token_id(file, "tokenizer.ggml.eos_token_id", default_id(2));
  vocabulary.end_of_turn = token_id(file, "tokenizer.ggml.eot_token_id", std::nullopt);
  vocabulary.add_bos =
      file.find_bool("tokenizer.ggml.add_bos_token").value_or(adds_bos && vocabulary.bos.has_value());
  vocabulary.add_eos = file.find_bool("tokenizer.ggml.add_eos_token").value_or(false);
  return vocabulary;
}

}  // namespace tokenizer
