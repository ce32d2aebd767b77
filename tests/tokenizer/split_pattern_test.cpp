#include "tokenizer/split_pattern.h"

#include <string>
#include <string_view>
#include <vector>

#include "support/catch.h"
#include "support/contains.h"
#include "tokenizer/regex.h"
#include "tokenizer/token.h"

namespace {

using Words = std::vector<std::string>;

Words split(std::string_view pattern, std::string_view text) {
  std::vector<std::string_view> pieces = {text};
  for (const std::string& expression : tokenizer::find_split_pattern(pattern).expressions)
    pieces = tokenizer::Regex(expression).split(pieces);
  return {pieces.begin(), pieces.end()};
}

}  // namespace

TEST_CASE("gpt-2 splits words with their space, digits, symbols, contractions") {
  CHECK(split("gpt-2", "I'll  go2 it!! 'RE\n\n x") ==
        Words{"I", "'ll", " ", " go", "2", " it", "!!", " '", "RE", "\n\n", " x"});
}

TEST_CASE("llama-bpe cuts numbers after three digits and knows contractions in capitals") {
  CHECK(split("llama-bpe", "12345 don'T (x)\n\ny") ==
        Words{"123", "45", " don", "'T", " (", "x", ")\n\n", "y"});
}

TEST_CASE("qwen2 takes every digit alone") {
  CHECK(split("qwen2", "a12 3") == Words{"a", "1", "2", " ", "3"});
}

TEST_CASE("tekken begins a word at a capital") {
  CHECK(split("tekken", "camelCase HTTPServer a/b/") ==
        Words{"camel", "Case", " HTTPServer", " a", "/b", "/"});
}

TEST_CASE("deepseek-coder takes digits, line ends and runs of CJK alone, and a space before other letters") {
  CHECK(split("deepseek-coder", "ab cd 12\n\nx, 你好") ==
        Words{"ab", " cd", " ", "1", "2", "\n", "\n", "x", ",", " ", "你好"});
}

TEST_CASE("deepseek-llm keeps numbers whole and spaces at the end together") {
  CHECK(split("deepseek-llm", "ab 12!  cd   ") == Words{"ab", " ", "12", "!", " ", " cd", "   "});
}

TEST_CASE("default splits digits after three and punctuation from words") {
  CHECK(split("default", "a,b 1234") == Words{"a", ",", "b", " ", "123", "4"});
}

TEST_CASE("smollm takes every digit alone, then splits as gpt-2 does") {
  CHECK(split("smollm", "ab 12 c") == Words{"ab", " ", "1", "2", " c"});
}

TEST_CASE("spaces are those of Unicode's White_Space") {
  for (const char* space : {"\u0085", "\u00A0", "\u1680", "\u2003", "\u2028", "\u202F", "\u3000"})
    CHECK(split("gpt-2", std::string("!") + space + "!") == Words{"!", space, "!"});
  CHECK(split("gpt-2", "!\u180E!") == Words{"!\u180E!"});  // was a space before Unicode 6.3
}

TEST_CASE("other names for a pattern mean the same") {
  CHECK(tokenizer::find_split_pattern("llama3").expressions ==
        tokenizer::find_split_pattern("llama-bpe").expressions);
  CHECK(tokenizer::find_split_pattern("").expressions ==
        tokenizer::find_split_pattern("default").expressions);
}

TEST_CASE("an unknown pattern is refused by its name, with those that are known") {
  CHECK_THROWS_WITH(tokenizer::find_split_pattern("gpt-9\x1B[2J"),
                    contains("'gpt-9\\x1B[2J'") && contains("qwen2"));
}

TEST_CASE("a regular expression that is wrong is refused") {
  CHECK_THROWS_AS(tokenizer::Regex("(a"), tokenizer::Error);
}

TEST_CASE("a regular expression that backtracks without end is stopped") {
  const tokenizer::Regex regex("(a|aa)+\\z.");
  CHECK_THROWS_AS(
      regex.split({std::string_view("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")}),
      tokenizer::Error);
}

TEST_CASE("what lies between matches is kept") {
  const tokenizer::Regex regex("b+");
  CHECK(regex.split({"abba", "c", "b"}) == std::vector<std::string_view>{"a", "bb", "a", "c", "b"});
}
