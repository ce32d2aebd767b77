#include <algorithm>
#include <map>
#include <random>

#include "small_vocabularies.h"
#include "support/catch.h"
#include "support/contains.h"

using namespace tokenizer_test;

namespace {

const std::string kMark = "\u2581";

std::vector<std::string> texts_of(const Tokenizer& tokenizer, const std::vector<Token>& tokens) {
  std::vector<std::string> texts;
  for (const Token token : tokens) texts.push_back(tokenizer.token_text(token));
  return texts;
}

using Texts = std::vector<std::string>;

/// The definition on strings: join the leftmost neighbours whose text is the piece with the highest score.
Texts merge_slowly(Texts parts, const std::map<std::string, float>& scores) {
  for (;;) {
    std::size_t best = parts.size();
    float best_score = 0;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      const auto found = scores.find(parts[i] + parts[i + 1]);
      if (found != scores.end() && (best == parts.size() || found->second > best_score))
        best = i, best_score = found->second;
    }
    if (best == parts.size()) return parts;
    parts[best] += parts[best + 1];
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(best) + 1);
  }
}

}  // namespace

TEST_CASE("the piece with the highest score is merged first") {
  const Tokenizer tokenizer(small_sentencepiece({"bc", "ab", "a", "b", "c", kMark, "abc"}));
  // "ab" comes first in the text, but "bc" scores higher; then a+bc makes "abc".
  CHECK(texts_of(tokenizer, tokenizer.encode("abc", kPlain)) == Texts{kMark, "abc"});
  CHECK(texts_of(tokenizer, tokenizer.encode("abbc", kPlain)) == Texts{kMark, "ab", "bc"});
}

TEST_CASE("pieces of equal score are merged from the left") {
  auto vocabulary = small_sentencepiece({"aa", "a", kMark});
  CHECK(texts_of(Tokenizer(vocabulary), Tokenizer(vocabulary).encode("aaa", kPlain)) ==
        Texts{kMark, "aa", "a"});
}

TEST_CASE("a text gets a space in front, and BOS, as the file says") {
  auto vocabulary = small_sentencepiece({kMark + "a", "a", kMark});
  CHECK(Tokenizer(vocabulary).encode("a") == std::vector<Token>{1, kFirstPiece});
  CHECK(Tokenizer(vocabulary).encode("") == std::vector<Token>{1});
  CHECK(Tokenizer(vocabulary).encode("", kPlain).empty());
  vocabulary.add_bos = false;
  vocabulary.add_eos = true;
  vocabulary.add_space_prefix = false;
  CHECK(Tokenizer(vocabulary).encode("a") == std::vector<Token>{kFirstPiece + 1, 2});
}

TEST_CASE("a character without a token becomes its bytes") {
  const Tokenizer tokenizer(small_sentencepiece({kMark}));
  CHECK(tokenizer.encode("é", kPlain) ==
        std::vector<Token>{kFirstPiece, kFirstByte + 0xC3, kFirstByte + 0xA9});
}

TEST_CASE("a character without a token can be a part of one") {
  const Tokenizer tokenizer(small_sentencepiece({kMark, "éü"}));
  CHECK(tokenizer.encode("éü", kPlain) == std::vector<Token>{kFirstPiece, kFirstPiece + 1});
}

TEST_CASE("without byte tokens a character becomes the unknown token, or an error that names it") {
  Vocabulary vocabulary;
  vocabulary.kind = VocabularyKind::kSentencePiece;
  vocabulary.unknown = add_token(vocabulary, "<unk>", TokenType::kUnknown);
  const Token a = add_token(vocabulary, "a");
  CHECK(Tokenizer(vocabulary).encode("aéa", kPlain) == std::vector<Token>{a, 0, a});
  vocabulary.unknown.reset();
  CHECK_THROWS_WITH(Tokenizer(vocabulary).encode("aéa", kPlain), contains("U+00E9"));
}

TEST_CASE("text that spells a control, byte or unused token is only text") {
  auto vocabulary =
      small_sentencepiece({kMark, "<s", "<", "s", ">", "/", "<0x4", "1>", "<0x", "0", "x", "4", "1"});
  add_token(vocabulary, "s>", TokenType::kUnused, 10);
  const Tokenizer tokenizer(vocabulary);
  CHECK(texts_of(tokenizer, tokenizer.encode("<s>", kPlain)) == Texts{kMark, "<s", ">"});
  CHECK(tokenizer.decode(tokenizer.encode("<0x41>", kPlain)) == "<0x41>");
}

TEST_CASE("a token with a space inside is found across words") {
  const Tokenizer with(small_sentencepiece({"a" + kMark + "b", "a" + kMark, kMark, "a", "b"}));
  CHECK(texts_of(with, with.encode("a b", kPlain)) == Texts{kMark, "a" + kMark + "b"});
  const Tokenizer without(small_sentencepiece({kMark + kMark, kMark + "b", kMark, "a", "b"}));
  CHECK(texts_of(without, without.encode("a   b", kPlain)) == Texts{kMark, "a", kMark + kMark, kMark + "b"});
}

TEST_CASE("random vocabularies give what the definition on strings gives") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  const Texts letters = {"a", "b", "é", kMark, "c"};  // "c" is in no vocabulary by itself
  for (int round = 0; round < 300; ++round) {
    const bool with_spaces = random() % 2 == 0;
    const auto random_letters = [&](std::size_t count) {
      Texts result;
      for (std::size_t i = 0; i < count; ++i) result.push_back(letters[random() % letters.size()]);
      return result;
    };
    Vocabulary vocabulary = small_sentencepiece({});
    vocabulary.add_space_prefix = false;
    std::map<std::string, float> scores;
    for (int i = 0; i < 40; ++i) {
      std::string piece;
      for (const std::string& letter : random_letters(1 + random() % 4)) piece += letter;
      if (piece == "c" || (!with_spaces && piece.find(kMark, 1) != std::string::npos)) continue;
      const auto score = static_cast<float>(random() % 10);
      if (scores.emplace(piece, score).second) add_token(vocabulary, piece, TokenType::kNormal, score);
    }
    const Tokenizer tokenizer(vocabulary);
    Texts parts = random_letters(30);
    std::string text;
    for (const std::string& part : parts) text += part == kMark ? " " : part;

    Texts expected;
    for (const std::string& part : merge_slowly(parts, scores)) {
      if (scores.count(part) != 0) {
        expected.push_back(part);
      } else {
        for (const char byte : part)
          expected.push_back(tokenizer.token_text(kFirstByte + static_cast<std::uint8_t>(byte)));
      }
    }
    REQUIRE(texts_of(tokenizer, tokenizer.encode(text, kPlain)) == expected);
  }
}

TEST_CASE("SentencePiece text comes back from its ids") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  const Tokenizer tokenizer(
      small_sentencepiece({kMark, "a", "b", "ab", kMark + "a", kMark + kMark, "\n", "é"}));
  for (int round = 0; round < 200; ++round) {
    const std::string text = random_text(random, random() % 60);
    if (text.find(kMark) != std::string::npos) continue;  // the space mark itself comes back as a space
    REQUIRE(tokenizer.decode(tokenizer.encode(text)) == text);
  }
}

TEST_CASE("bytes that are not UTF-8 are tokenized as the replacement character") {
  const Tokenizer tokenizer(small_sentencepiece({kMark}));
  CHECK(tokenizer.decode(tokenizer.encode("a\xFF\xE2\x82z")) == "a\uFFFD\uFFFDz");
}

TEST_CASE("pieces are what tokens stand for") {
  const Tokenizer tokenizer(small_sentencepiece({kMark + "a" + kMark}));
  CHECK(tokenizer.decode_piece(kFirstPiece) == " a ");
  CHECK(tokenizer.decode_piece(kFirstByte + 0xC3) == "\xC3");
  CHECK(tokenizer.decode_piece(1) == "");
  CHECK(tokenizer.decode_piece(1, {.show_special = true}) == "<s>");
  CHECK(tokenizer.decode_piece(0) == "\uFFFD");
}
