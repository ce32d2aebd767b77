/// @file
/// Every case of the reference ids, which another engine made: see the README beside them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "gguf/file.h"
#include "support/catch.h"
#include "tokenizer/tokenizer.h"

namespace {

using tokenizer::Token;

const std::filesystem::path kFolder = std::filesystem::path(REFERENCE_DIR) / "tokenizers";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> split(const std::string& text, const std::string& separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find(separator, begin)) != std::string::npos;
       begin = end + separator.size())
    parts.push_back(text.substr(begin, end - begin));
  parts.push_back(text.substr(begin));
  return parts;
}

std::vector<Token> parse_ids(const std::string& line) {
  std::istringstream stream(line);
  std::vector<Token> ids;
  for (Token id; stream >> id;) ids.push_back(id);
  return ids;
}

/// Fails with the first case whose ids differ, or whose text does not come back from them.
void check_cases(const tokenizer::Tokenizer& tokenizer, const std::vector<std::string>& texts,
                 const std::string& ids_file) {
  const std::vector<std::string> lines = split(read_file(kFolder / ids_file), "\n");
  REQUIRE(lines.size() > texts.size());  // the last line ends, so an empty one follows
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::vector<Token> expected = parse_ids(lines[i]);
    const std::vector<Token> ids = tokenizer.encode(texts[i], {.add_special = false, .parse_special = false});
    if (ids != expected)
      FAIL(fmt::format("{}, case {}, text:\n{}\nexpected: {}\n     got: {}", ids_file, i, texts[i],
                       fmt::join(expected, " "), fmt::join(ids, " ")));
    if (tokenizer.decode(ids) != texts[i])
      FAIL(fmt::format("{}, case {}: decoded to:\n{}\ninstead of:\n{}", ids_file, i, tokenizer.decode(ids),
                       texts[i]));
  }
}

void check(const std::string& vocabulary_name,
           const std::optional<std::string>& pre_tokenizer = std::nullopt) {
  if (!std::filesystem::exists(kFolder)) {
    WARN("skipped: the reference ids are not on this machine");
    return;
  }
  auto vocabulary = tokenizer::Vocabulary::load(gguf::File::open(kFolder / (vocabulary_name + ".gguf")));
  if (pre_tokenizer) vocabulary.pre_tokenizer = *pre_tokenizer;
  const tokenizer::Tokenizer tokenizer(std::move(vocabulary));

  const std::vector<std::string> cases = split(read_file(kFolder / "cases.txt"), "\n__case__\n");
  REQUIRE(cases.size() == 299);
  check_cases(tokenizer, cases,
              pre_tokenizer ? fmt::format("{}.{}.cases.ids", vocabulary_name, *pre_tokenizer)
                            : fmt::format("{}.cases.ids", vocabulary_name));
  if (pre_tokenizer && pre_tokenizer != "llama-bpe") return;

  std::vector<std::string> published = split(read_file(kFolder / "published.txt"), "\n__ggml_vocab_test__\n");
  published.pop_back();  // the file ends with a separator
  REQUIRE(published.size() == 46);
  check_cases(tokenizer, published, vocabulary_name + ".published.ids");
}

}  // namespace

TEST_CASE("SentencePiece gives the reference ids") { check("llama-spm"); }
TEST_CASE("GPT-2 gives the reference ids") { check("gpt-2"); }
TEST_CASE("llama-bpe gives the reference ids") { check("llama-bpe-16k", "llama-bpe"); }
TEST_CASE("the gpt-2 pattern gives the reference ids") { check("llama-bpe-16k", "gpt-2"); }
TEST_CASE("the qwen2 pattern gives the reference ids") { check("llama-bpe-16k", "qwen2"); }
TEST_CASE("the tekken pattern gives the reference ids") { check("llama-bpe-16k", "tekken"); }
TEST_CASE("the deepseek-coder pattern gives the reference ids") { check("llama-bpe-16k", "deepseek-coder"); }
TEST_CASE("the deepseek-llm pattern gives the reference ids") { check("llama-bpe-16k", "deepseek-llm"); }
