#include <ctime>
#include <random>

#include "small_vocabularies.h"
#include "support/catch.h"
#include "support/contains.h"

using namespace tokenizer_test;

namespace {

const std::vector<std::pair<std::string, std::string>> kMerges = {
    {"h", "e"}, {"l", "l"}, {"he", "ll"}, {"hell", "o"},
    {" ", "w"}, {"1", "2"}, {"12", "3"},  {"\xC3", "\xA9"}};

Token id_of(const std::string& bytes) {
  for (std::size_t i = 0; i < kMerges.size(); ++i)
    if (kMerges[i].first + kMerges[i].second == bytes) return static_cast<Token>(256 + i);
  return static_cast<std::uint8_t>(bytes.at(0));
}

std::vector<Token> ids_of(const std::vector<std::string>& pieces) {
  std::vector<Token> ids;
  for (const std::string& piece : pieces) ids.push_back(id_of(piece));
  return ids;
}

}  // namespace

TEST_CASE("the byte alphabet writes every byte as its own character and back") {
  CHECK(tokenizer::encode_byte_alphabet(" \n!") == "\u0120\u010A!");
  CHECK(tokenizer::encode_byte_alphabet("\xFF\xAD") == "\u00FF\u0143");
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  CHECK(tokenizer::decode_byte_alphabet(tokenizer::encode_byte_alphabet(all)) == all);
  for (const std::string text : {" ", "\u0144", "\u00A0", "\u4E00", "\xFF", "\u00AD"})
    CHECK_FALSE(tokenizer::decode_byte_alphabet(text).has_value());
}

TEST_CASE("merges are made in the order of the list") {
  const Tokenizer tokenizer(small_bpe(kMerges));
  CHECK(tokenizer.encode("hello", kPlain) == ids_of({"hello"}));
  CHECK(tokenizer.encode("hell", kPlain) == ids_of({"hell"}));
  CHECK(tokenizer.encode("helo lllo", kPlain) == ids_of({"he", "l", "o", " ", "ll", "l", "o"}));
  CHECK(tokenizer.encode("é wé", kPlain) == ids_of({"\xC3\xA9", " w", "\xC3\xA9"}));
}

TEST_CASE("merges do not cross words") {
  const Tokenizer tokenizer(small_bpe({{"o", " "}, {"o", "w"}}));
  CHECK(tokenizer.encode("o w", kPlain) == std::vector<Token>{'o', ' ', 'w'});
}

TEST_CASE("patterns that ignore merges take a word that is a token as it is") {
  auto vocabulary = small_bpe(kMerges, "llama-bpe");
  const Token whole = add_token(vocabulary, "helo");  // no merges lead to it
  CHECK(Tokenizer(vocabulary).encode("helo", kPlain) == std::vector<Token>{whole});
  vocabulary.pre_tokenizer = "gpt-2";
  CHECK(Tokenizer(vocabulary).encode("helo", kPlain) == ids_of({"he", "l", "o"}));
}

TEST_CASE("a word that spells a control token is only text") {
  auto vocabulary = small_bpe({{"a", "b"}, {"ab", "c"}}, "llama-bpe");
  vocabulary.types[257] = TokenType::kControl;  // "abc", though a merge makes it
  CHECK(Tokenizer(vocabulary).encode("abc", kPlain) == std::vector<Token>{256, 'c'});
}

TEST_CASE("a byte without a token becomes the unknown token, or an error that names it") {
  auto vocabulary = small_bpe(kMerges);
  vocabulary.tokens['q'] = "";
  CHECK_THROWS_WITH(Tokenizer(vocabulary).encode("aqa", kPlain), contains("0x71"));
  vocabulary.unknown = add_token(vocabulary, "<unk>", TokenType::kUnknown);
  CHECK(Tokenizer(vocabulary).encode("aqa", kPlain) == std::vector<Token>{'a', *vocabulary.unknown, 'a'});
}

TEST_CASE("text comes back from its ids, whatever the pattern") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (const char* pattern : {"default", "gpt-2", "llama-bpe", "smaug-bpe", "qwen2", "tekken", "deepseek-llm",
                              "deepseek-coder", "smollm"}) {
    INFO(pattern);
    const Tokenizer tokenizer(small_bpe(kMerges, pattern));
    for (int round = 0; round < 100; ++round) {
      const std::string text = random_text(random, random() % 80);
      REQUIRE(tokenizer.decode(tokenizer.encode(text)) == text);
    }
  }
}

TEST_CASE("bytes that are not UTF-8 count as the replacement character") {
  const Tokenizer tokenizer(small_bpe(kMerges));
  CHECK(tokenizer.encode("a\xFF\x62") == tokenizer.encode("a\uFFFDb"));
  std::mt19937_64 random(1);
  for (int round = 0; round < 200; ++round) {
    std::string bytes(random() % 50, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    REQUIRE(tokenizer.decode(tokenizer.encode(bytes)) == tokenizer::replace_invalid_utf8(bytes));
  }
}

TEST_CASE("a million characters without a word boundary take no longer than any other text") {
  for (const char* pattern :
       {"default", "gpt-2", "llama-bpe", "qwen2", "tekken", "deepseek-llm", "deepseek-coder"}) {
    const Tokenizer tokenizer(small_bpe({{"a", "a"}, {"aa", "aa"}, {" ", " "}, {"A", "A"}}, pattern));
    std::string mixed_spaces;
    while (mixed_spaces.size() < 1'000'000) mixed_spaces += " \n \t";
    for (const std::string& text :
         {std::string(1'000'000, 'a'), std::string(1'000'000, 'A'), std::string(1'000'000, ' '),
          std::string(1'000'000, ' ') + "é", std::string(1'000'000, '\n'), std::string(1'000'000, '!'),
          mixed_spaces}) {
      INFO(pattern << ", text of " << text.substr(0, 4));
      const std::clock_t start = std::clock();
      const std::vector<Token> tokens = tokenizer.encode(text);
      const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;  // of the processor
      CHECK(tokenizer.decode(tokens) == text);
      CHECK(seconds < 20);  // takes about 0.3; a quadratic step would take hours
    }
  }
}
