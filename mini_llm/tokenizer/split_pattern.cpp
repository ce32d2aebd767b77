#include "tokenizer/split_pattern.h"

#include <fmt/format.h>

#include "bytes/printable.h"
#include "tokenizer/token.h"

namespace tokenizer {
namespace {

// The expressions are those that the models were trained with, where possible written so that a match takes
// time in proportion to its length. `\s` means Unicode's White_Space property (see expand). Lookaround ends
// at the piece.

/// Words with a leading space, digits, the rest; several spaces leave the last one to the next word.
constexpr const char* kGpt2 = R"('(?:[stmd]|re|ve|ll)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

/// As GPT-2, but contractions in either case (written out: (?i) would take `ſ` for `s`), a word takes any one
/// character before it that is no letter, digit or line end, numbers are cut after three digits, symbols take
/// the line ends behind them.
constexpr const char* kLlama3 =
    R"('(?:[sStTmMdD]|[rR][eE]|[vV][eE]|[lL][lL])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|)"
    R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

/// As Llama 3, with every digit alone.
constexpr const char* kQwen2 = R"('(?:[sStTmMdD]|[rR][eE]|[vV][eE]|[lL][lL])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|)"
                               R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

/// Words also end before a capital: [^\P{L}a-z] is a letter that is not a small ASCII one. (The model's own
/// expression tells the case of all letters; the engine whose files these are tells that of ASCII, and its
/// ids decide.)
constexpr const char* kTekken =
    R"([^\r\n\p{L}\p{N}]?[^\P{L}a-z]*[^\P{L}A-Z]+|[^\r\n\p{L}\p{N}]?[^\P{L}a-z]+[^\P{L}A-Z]*|)"
    R"(\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

/// U+0800 to U+9FA5 and U+AC00 to U+D7FF without the spaces among them: CJK, kana, Hangul and much besides.
constexpr const char* kDeepSeekCjk = R"([^\s\x{0}-\x{7FF}\x{9FA6}-\x{ABFF}\x{E000}-\x{10FFFF}]+)";

/// DeepSeek's list of letters that have case.
constexpr const char* kDeepSeekWord =
    R"(\s?[)"
    R"(A-Za-z\x{B5}\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{1BA}\x{1BC}-\x{1BF}\x{1C4}-\x{293})"
    R"(\x{295}-\x{2AF}\x{370}-\x{373}\x{376}\x{377}\x{37B}-\x{37D}\x{37F}\x{386}\x{388}-\x{38A})"
    R"(\x{38C}\x{38E}-\x{3A1}\x{3A3}-\x{3F5}\x{3F7}-\x{481}\x{48A}-\x{52F}\x{531}-\x{556})"
    R"(\x{10A0}-\x{10C5}\x{13A0}-\x{13F5}\x{13F8}-\x{13FD}\x{1C90}-\x{1CBA}\x{1CBD}-\x{1CBF})"
    R"(\x{1D00}-\x{1D2B}\x{1D6B}-\x{1D77}\x{1D79}-\x{1D9A}\x{1E00}-\x{1F15}\x{1F18}-\x{1F1D})"
    R"(\x{1F20}-\x{1F45}\x{1F48}-\x{1F4D}\x{1F50}-\x{1F57}\x{1F59}\x{1F5B}\x{1F5D})"
    R"(\x{1F5F}-\x{1F7D}\x{1F80}-\x{1FB4}\x{1FB6}-\x{1FBC}\x{1FBE}\x{1FC2}-\x{1FC4})"
    R"(\x{1FC6}-\x{1FCC}\x{1FD0}-\x{1FD3}\x{1FD6}-\x{1FDB}\x{1FE0}-\x{1FEC}\x{1FF2}-\x{1FF4})"
    R"(\x{1FF6}-\x{1FFC}\x{2102}\x{2107}\x{210A}-\x{2113}\x{2115}\x{2119}-\x{211D}\x{2124})"
    R"(\x{2126}\x{2128}\x{212A}-\x{212D}\x{212F}-\x{2134}\x{2139}\x{213C}-\x{213F})"
    R"(\x{2145}-\x{2149}\x{214E}\x{2183}\x{2184}\x{2C00}-\x{2C7B}\x{2C7E}-\x{2CE4})"
    R"(\x{2CEB}-\x{2CEE}\x{2CF2}\x{2CF3}\x{A640}-\x{A66D}\x{A680}-\x{A69B}\x{A722}-\x{A76F})"
    R"(\x{A771}-\x{A787}\x{A78B}-\x{A78E}\x{AB70}-\x{ABBF}\x{FB00}-\x{FB06}\x{FB13}-\x{FB17})"
    R"(\x{FF21}-\x{FF3A}\x{FF41}-\x{FF5A}\x{10400}-\x{1044F}\x{104B0}-\x{104D3})"
    R"(\x{104D8}-\x{104FB}\x{10C80}-\x{10CB2}\x{10CC0}-\x{10CF2}\x{118A0}-\x{118DF})"
    R"(\x{1E900}-\x{1E943})"
    R"(]+)";

constexpr const char* kDeepSeekPunctuation =
    R"(\s?[!-/:-~\x{FF01}-\x{FF0F}\x{FF1A}-\x{FF5E}\x{2018}-\x{201F}\x{3001}\x{3002}]+)";

/// Spaces at the end. The lookbehind lets a run be tried from its first space only, not from each.
constexpr const char* kTrailingSpaces = R"((?<!\s)\s++\z)";

/// A pattern, and the names that files give it.
struct Family {
  std::vector<std::string_view> names;
  std::vector<std::string_view> expressions;
  bool ignores_merges = false;
  bool adds_bos = false;
};

const std::vector<Family>& families() {
  static const std::vector<Family> kFamilies = {
      {{"default"}, {R"([\p{P}$+<=>^~|]+)", kGpt2, R"(\p{N}+)", "[0-9][0-9][0-9]"}},
      {{"gpt-2", "phi-2", "mpt", "olmo", "jais", "trillion", "exaone4", "gigachat", "mellum", "a.x-4.0",
        "modern-bert", "jina-es", "jina-de", "jina-v2-es", "jina-v2-de", "granite-docling"},
       {kGpt2}},
      {{"llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2"},
       {kLlama3},
       true,
       true},
      {{"smaug-bpe", "dbrx", "chatglm-bpe", "glm4"}, {kLlama3}},
      {{"qwen2", "deepseek-r1-qwen", "stablelm2", "megrez", "hunyuan", "kormo", "grok-2", "solar-open"},
       {kQwen2}},
      {{"tekken"}, {kTekken}, true, true},
      {{"deepseek-coder"}, {R"([\r\n])", R"(\s?\p{L}+)", R"(\s?\p{P}+)", kDeepSeekCjk, R"(\p{N})"}},
      {{"deepseek-llm"},
       {R"([\r\n])", kDeepSeekWord, kDeepSeekPunctuation, kTrailingSpaces, kDeepSeekCjk, R"(\p{N}+)"}},
      {{"smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"},
       {R"(\p{N})", kGpt2}},
  };
  return kFamilies;
}

/// `\s` and `\S` as White_Space: PCRE2's own also count U+180E, which Unicode took out in version 6.3.
std::string expand(std::string_view expression) {
  std::string expanded;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    const std::string_view escape = expression.substr(i, 2);
    if (escape[0] != '\\' || escape.size() < 2) {
      expanded += expression[i];
      continue;
    }
    if (escape == R"(\s)") {
      expanded += R"(\p{White_Space})";
    } else if (escape == R"(\S)") {
      expanded += R"(\P{White_Space})";
    } else {
      expanded += escape;
    }
    ++i;
  }
  return expanded;
}

}  // namespace

SplitPattern find_split_pattern(std::string_view name) {
  if (name.empty()) name = "default";
  std::string known;
  for (const Family& family : families()) {
    for (const std::string_view family_name : family.names) {
      if (family_name == name) {
        SplitPattern pattern{{}, family.ignores_merges, family.adds_bos};
        for (const std::string_view expression : family.expressions)
          pattern.expressions.push_back(expand(expression));
        return pattern;
      }
      known += known.empty() ? "" : ", ";
      known += family_name;
    }
  }
  throw Unsupported(
      fmt::format("tokenizer: the split pattern '{}' (tokenizer.ggml.pre) is not known; known are: {}",
                  bytes::printable(name), known));
}

}  // namespace tokenizer
