/// @file
/// Vocabularies that contradict themselves: each gives one clear error, never a crash.
#include "tokenizer/vocabulary.h"

#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>
#include <random>

#include "gguf/file.h"
#include "gguf/writer.h"
#include "small_vocabularies.h"
#include "support/catch.h"
#include "support/contains.h"

using namespace tokenizer_test;

namespace {

const std::vector<std::pair<std::string, std::string>> kMerges = {{"a", "b"}, {"ab", "c"}};

void check_refused(Vocabulary vocabulary, const std::string& message) {
  CHECK_THROWS_WITH(Tokenizer(std::move(vocabulary)), contains(message));
}

/// A GGUF file in a temporary folder, removed at the end.
class TemporaryModel {
 public:
  explicit TemporaryModel(const gguf::Writer& writer)
      : path_(std::filesystem::temp_directory_path() /
              ("tokenizer_test_" + std::to_string(std::random_device{}()) + ".gguf")) {
    writer.write(path_);
  }
  TemporaryModel(const TemporaryModel&) = delete;
  TemporaryModel& operator=(const TemporaryModel&) = delete;
  ~TemporaryModel() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  Vocabulary vocabulary() const { return Vocabulary::load(gguf::File::open(path_)); }

 private:
  std::filesystem::path path_;
};

Vocabulary written_and_loaded(const std::function<void(gguf::Writer&)>& write) {
  gguf::Writer writer;
  write(writer);
  return TemporaryModel(writer).vocabulary();
}

void write_sentencepiece(gguf::Writer& writer) {
  writer.set_string("tokenizer.ggml.model", "llama");
  writer.set_string_array("tokenizer.ggml.tokens", std::vector<std::string>{"<unk>", "<s>", "</s>", "a"});
  writer.set_float_array("tokenizer.ggml.scores", std::vector<float>{0, 0, 0, -1});
  writer.set_int_array("tokenizer.ggml.token_type", std::vector<std::int32_t>{2, 3, 3, 1});
}

void write_bpe(gguf::Writer& writer) {
  writer.set_string("tokenizer.ggml.model", "gpt2");
  writer.set_string_array("tokenizer.ggml.tokens", std::vector<std::string>{"a", "b", "ab", "<|end|>"});
  writer.set_string_array("tokenizer.ggml.merges", std::vector<std::string>{"a b"});
}

}  // namespace

TEST_CASE("lengths that differ are refused") {
  auto vocabulary = small_sentencepiece({"a"});
  vocabulary.scores.pop_back();
  check_refused(vocabulary, "259 scores for 260 tokens");
  vocabulary = small_bpe(kMerges);
  vocabulary.types.push_back(TokenType::kNormal);
  check_refused(vocabulary, "259 token types for 258 tokens");
  check_refused(Vocabulary{}, "no tokens");
}

TEST_CASE("special ids outside the vocabulary are refused") {
  for (const Token id : {-1, 258, std::numeric_limits<Token>::max(), std::numeric_limits<Token>::min()}) {
    for (auto member : {&Vocabulary::bos, &Vocabulary::eos, &Vocabulary::end_of_turn, &Vocabulary::unknown}) {
      auto vocabulary = small_bpe(kMerges);
      vocabulary.*member = id;
      check_refused(vocabulary, "has id " + std::to_string(id));
    }
  }
}

TEST_CASE("a BOS or EOS to add that is not there is refused") {
  auto vocabulary = small_bpe(kMerges);
  vocabulary.add_bos = true;
  check_refused(vocabulary, "BOS");
  vocabulary.add_bos = false;
  vocabulary.add_eos = true;
  check_refused(vocabulary, "EOS");
}

TEST_CASE("merges that contradict the vocabulary are refused") {
  const auto with_merge = [](const std::string& merge) {
    auto vocabulary = small_bpe(kMerges);
    vocabulary.merges.push_back(merge);
    return vocabulary;
  };
  for (const char* merge : {"", " ", "a", "a ", " a", "a  b", "a b c", " a b"})
    check_refused(with_merge(merge), "not two tokens with one space");
  for (const char* merge : {"xy z", "z xy", "a a"}) check_refused(with_merge(merge), "not in the vocabulary");
  for (const char* merge : {"\u4E00 a", "a \xFF", "\xC3 a"})
    check_refused(with_merge(merge), "stand for no byte");
}

TEST_CASE("a score that is not a number is refused, an infinite one is not") {
  auto vocabulary = small_sentencepiece({"a", "b", "ab"});
  vocabulary.scores[260] = std::numeric_limits<float>::infinity();
  vocabulary.scores[261] = -std::numeric_limits<float>::infinity();
  CHECK(Tokenizer(vocabulary).encode("ab", kPlain).size() == 4);  // the space before the text is three bytes
  vocabulary.scores[260] = std::nanf("");
  check_refused(vocabulary, "score of token 260");
}

TEST_CASE("byte tokens that name no byte are refused") {
  for (const char* text : {"<0x0>", "<0xGG>", "<0x000>", "0x00", "", "<0x0A", "<0x-1>"}) {
    auto vocabulary = small_sentencepiece({});
    add_token(vocabulary, text, TokenType::kByte);
    check_refused(vocabulary, "byte token 259");
  }
}

TEST_CASE("a token that is too long is refused") {
  auto vocabulary = small_bpe(kMerges);
  add_token(vocabulary, std::string(Vocabulary::kMaxTokenBytes + 1, 'a'), TokenType::kUserDefined);
  check_refused(vocabulary, "1025 bytes long");
}

TEST_CASE("empty and repeated tokens are harmless, and of repeated ones the first counts") {
  auto bpe = small_bpe(kMerges, "llama-bpe");
  for (int i = 0; i < 2; ++i) {
    add_token(bpe, "");
    add_token(bpe, "", TokenType::kControl);
    add_token(bpe, "abc");
    add_token(bpe, "<x>", TokenType::kUserDefined);
  }
  const Tokenizer tokenizer(bpe);
  CHECK(tokenizer.encode("abc<x>") == std::vector<Token>{257, 261});
  CHECK(tokenizer.decode_piece(258) == "");

  auto spm = small_sentencepiece({"ab", "a", "b", "\u2581", "", "ab"});
  spm.scores.back() = 100;
  add_token(spm, "<0x41>", TokenType::kByte);
  CHECK(Tokenizer(spm).encode("abA", kPlain) == std::vector<Token>{262, 259, kFirstByte + 0x41});
}

TEST_CASE("a control token with the text of a piece does not take its place") {
  auto bpe = small_bpe(kMerges);
  bpe.tokens[0] = "a";  // before the byte's own token
  bpe.types[0] = TokenType::kControl;
  CHECK(Tokenizer(bpe).encode("a!", kPlain) == std::vector<Token>{'a', '!'});
}

TEST_CASE("tokens that are not UTF-8 are harmless") {
  auto spm = small_sentencepiece({"\u2581", "\xFF", "a\xE2", "\xC0\x80"});
  CHECK(Tokenizer(spm).decode(Tokenizer(spm).encode("a\xFF")) == "a\uFFFD");
  auto bpe = small_bpe(kMerges);
  const Token bad = add_token(bpe, "\xFF\xC3");
  CHECK(Tokenizer(bpe).decode_piece(bad) == "\xFF\xC3");
}

TEST_CASE("ids outside the vocabulary are refused") {
  const Tokenizer tokenizer(small_bpe(kMerges));
  for (const Token id : {-1, 258, std::numeric_limits<Token>::max(), std::numeric_limits<Token>::min()}) {
    CHECK_THROWS_WITH(tokenizer.decode_piece(id), contains("no token " + std::to_string(id)));
    CHECK_THROWS_AS(tokenizer.token_text(id), tokenizer::Error);
    CHECK_THROWS_AS(tokenizer.token_type(id), tokenizer::Error);
    CHECK_THROWS_AS(tokenizer.decode(std::vector<Token>{0, id}), tokenizer::Error);
  }
}

TEST_CASE("a random vocabulary either is refused or tokenizes") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  int accepted = 0;
  for (int round = 0; round < 2000; ++round) {
    Vocabulary vocabulary =
        random() % 2 ? small_sentencepiece({"a", "b", "ab", "\u2581"}) : small_bpe(kMerges);
    for (std::uint64_t changes = random() % 4; changes > 0; --changes) {
      const std::size_t at = random() % vocabulary.tokens.size();
      switch (random() % 6) {
        case 0:
          vocabulary.tokens[at] = random_text(random, random() % 4);
          break;
        case 1:
          vocabulary.tokens[at] = std::string(random() % 3, static_cast<char>(random()));
          break;
        case 2:
          vocabulary.types[at] = static_cast<TokenType>(1 + random() % 6);
          break;
        case 3:
          vocabulary.merges.push_back(random_text(random, 3));
          break;
        case 4:
          vocabulary.unknown = static_cast<Token>(random() % 300) - 10;
          break;
        default:
          vocabulary.scores.assign(vocabulary.tokens.size(), static_cast<float>(random() % 3));
          break;
      }
    }
    try {
      const Tokenizer tokenizer(vocabulary);
      for (const bool parse : {false, true})
        for (const Token token : tokenizer.encode(random_text(random, 30) + "ab c", {true, parse}))
          tokenizer.decode_piece(token);
      ++accepted;
    } catch (const tokenizer::Error& error) {
      CHECK_FALSE(std::string(error.what()).empty());
    }
  }
  CHECK(accepted > 200);
}

TEST_CASE("a SentencePiece vocabulary is read from a file, with the defaults of the format") {
  Vocabulary vocabulary = written_and_loaded(write_sentencepiece);
  CHECK(vocabulary.kind == VocabularyKind::kSentencePiece);
  CHECK(vocabulary.tokens == std::vector<std::string>{"<unk>", "<s>", "</s>", "a"});
  CHECK(vocabulary.types[1] == TokenType::kControl);
  CHECK(vocabulary.scores[3] == -1);
  CHECK(vocabulary.unknown == 0);
  CHECK(vocabulary.bos == 1);
  CHECK(vocabulary.eos == 2);
  CHECK(vocabulary.add_bos);
  CHECK_FALSE(vocabulary.add_eos);
  CHECK(vocabulary.add_space_prefix);

  vocabulary = written_and_loaded([](gguf::Writer& writer) {
    write_sentencepiece(writer);
    writer.set_bool("tokenizer.ggml.add_bos_token", false);
    writer.set_bool("tokenizer.ggml.add_eos_token", true);
    writer.set_bool("tokenizer.ggml.add_space_prefix", false);
    writer.set_uint32("tokenizer.ggml.bos_token_id", 2);
    writer.set_uint32("tokenizer.ggml.eos_token_id", 1);
    writer.set_uint32("tokenizer.ggml.unknown_token_id", 0xFFFFFFFF);
  });
  CHECK(vocabulary.bos == 2);
  CHECK(vocabulary.eos == 1);
  CHECK_FALSE(vocabulary.unknown.has_value());
  CHECK_FALSE(vocabulary.add_bos);
  CHECK(vocabulary.add_eos);
  CHECK_FALSE(vocabulary.add_space_prefix);
}

TEST_CASE("a byte-level vocabulary is read from a file, with the defaults of the format") {
  Vocabulary vocabulary = written_and_loaded(write_bpe);
  CHECK(vocabulary.kind == VocabularyKind::kByteLevelBpe);
  CHECK(vocabulary.types == std::vector<TokenType>(4, TokenType::kNormal));
  CHECK(vocabulary.merges == std::vector<std::string>{"a b"});
  CHECK(vocabulary.pre_tokenizer == "default");
  CHECK_FALSE(vocabulary.bos.has_value());
  CHECK_FALSE(vocabulary.add_bos);

  vocabulary = written_and_loaded([](gguf::Writer& writer) {
    write_bpe(writer);
    writer.set_string("tokenizer.ggml.pre", "llama-bpe");
    writer.set_uint32("tokenizer.ggml.bos_token_id", 3);
    writer.set_uint32("tokenizer.ggml.eot_token_id", 3);
  });
  CHECK(vocabulary.bos == 3);
  CHECK(vocabulary.end_of_turn == 3);
  CHECK(vocabulary.add_bos);  // as llama-bpe models do where the file does not say
}

TEST_CASE("a file whose keys are missing, of another type, or unknown is refused") {
  using Change = std::function<void(gguf::Writer&)>;
  const auto refused = [](const Change& write) {
    try {
      Tokenizer{written_and_loaded(write)};
    } catch (const tokenizer::Error& error) {
      return std::string(error.what());
    } catch (const gguf::Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK_THAT(refused([](gguf::Writer&) {}), contains("tokenizer.ggml.model"));
  CHECK_THAT(refused([](gguf::Writer& writer) { writer.set_string("tokenizer.ggml.model", "bert"); }),
             contains("'bert'"));
  CHECK_THAT(refused([](gguf::Writer& writer) { writer.set_string("tokenizer.ggml.model", "gpt2"); }),
             contains("tokenizer.ggml.tokens"));
  const auto bpe_with = [&](const Change& change) {
    return refused([&](gguf::Writer& writer) { write_bpe(writer), change(writer); });
  };
  CHECK_THAT(bpe_with([](gguf::Writer& writer) { writer.set_string("tokenizer.ggml.pre", "gpt-9"); }),
             contains("'gpt-9'"));
  CHECK_THAT(bpe_with([](gguf::Writer& writer) { writer.set_string("tokenizer.ggml.bos_token_id", "3"); }),
             contains("tokenizer.ggml.bos_token_id"));
  CHECK_THAT(bpe_with([](gguf::Writer& writer) { writer.set_uint32("tokenizer.ggml.bos_token_id", 4); }),
             contains("has id 4"));
  CHECK_THAT(
      bpe_with([](gguf::Writer& writer) { writer.set_uint64("tokenizer.ggml.eos_token_id", 1ull << 40); }),
      contains("1099511627776"));
  CHECK_THAT(bpe_with([](gguf::Writer& writer) { writer.set_int32("tokenizer.ggml.eos_token_id", -5); }),
             contains("tokenizer.ggml.eos_token_id"));
  CHECK_THAT(bpe_with([](gguf::Writer& writer) {
               writer.set_int_array("tokenizer.ggml.token_type", std::vector<std::int32_t>{1, 1, 7, 1});
             }),
             contains("token 2 has type 7"));
  CHECK_THAT(bpe_with([](gguf::Writer& writer) {
               writer.set_int_array("tokenizer.ggml.token_type", std::vector<std::int32_t>{1, 1});
             }),
             contains("2 token types for 4 tokens"));
}
