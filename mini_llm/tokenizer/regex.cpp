#include "tokenizer/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <fmt/format.h>
#include <pcre2.h>

#include <algorithm>
#include <array>
#include <string>

#include "tokenizer/token.h"

namespace tokenizer {
namespace {

/// The patterns take a few steps per character; the limits only turn a mistake in one into an error.
constexpr std::size_t kLeastStepLimit = 10'000'000;
constexpr std::size_t kStepsPerByte = 16;
constexpr std::uint32_t kHeapLimitKib = 256 * 1024;

std::string message_of(int error) {
  std::array<PCRE2_UCHAR, 256> text{};
  pcre2_get_error_message(error, text.data(), text.size());
  return reinterpret_cast<const char*>(text.data());
}

struct FreeContext {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};
struct FreeMatch {
  void operator()(pcre2_match_data* match) const { pcre2_match_data_free(match); }
};

}  // namespace

void Regex::Deleter::operator()(void* code) const { pcre2_code_free(static_cast<pcre2_code*>(code)); }

Regex::Regex(std::string_view pattern) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                   PCRE2_UTF | PCRE2_UCP, &error, &offset, nullptr);
  if (code == nullptr)
    throw Error(fmt::format("tokenizer: split pattern '{}' is wrong at position {}: {}", pattern, offset,
                            message_of(error)));
  code_.reset(code);
  // Where machine code cannot be made (another processor, a hardened system) PCRE2 interprets the pattern.
  pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
}

std::vector<std::string_view> Regex::split(const std::vector<std::string_view>& pieces) const {
  const auto* code = static_cast<const pcre2_code*>(code_.get());
  const std::unique_ptr<pcre2_match_data, FreeMatch> match(pcre2_match_data_create(1, nullptr));
  const std::unique_ptr<pcre2_match_context, FreeContext> context(pcre2_match_context_create(nullptr));
  if (!match || !context) throw std::bad_alloc();
  pcre2_set_heap_limit(context.get(), kHeapLimitKib);

  std::vector<std::string_view> result;
  result.reserve(pieces.size());
  for (const std::string_view piece : pieces) {
    const std::size_t steps =
        std::max(kLeastStepLimit, std::min<std::size_t>(kStepsPerByte * piece.size(), UINT32_MAX));
    pcre2_set_match_limit(context.get(), static_cast<std::uint32_t>(steps));

    std::size_t done = 0;
    while (done < piece.size()) {
      const int found = pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(piece.data()), piece.size(), done,
                                    PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY, match.get(), context.get());
      if (found == PCRE2_ERROR_NOMATCH) break;
      if (found < 0)
        throw Error(fmt::format("tokenizer: the text could not be split into words: {}", message_of(found)));
      const PCRE2_SIZE* bounds = pcre2_get_ovector_pointer(match.get());
      if (bounds[0] > done) result.push_back(piece.substr(done, bounds[0] - done));
      result.push_back(piece.substr(bounds[0], bounds[1] - bounds[0]));
      done = bounds[1];
    }
    if (done < piece.size()) result.push_back(piece.substr(done));
  }
  return result;
}

}  // namespace tokenizer
