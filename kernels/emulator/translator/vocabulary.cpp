#include "vocabulary.h"

#include <algorithm>
#include <array>

namespace emulator::translator {
namespace {

constexpr std::array<std::string_view, 12> kCompanions = {
    "static", "inline", "volatile", "__inline__",   "__forceinline__", "__noinline__",
    "const",  "(",      ")",        "__restrict__", "always_inline",   "__attribute__"};

}  // namespace

Qualifiers& Qualifiers::operator|=(const Qualifiers& other) {
  global |= other.global;
  device |= other.device;
  host |= other.host;
  shared |= other.shared;
  constant |= other.constant;
  is_extern |= other.is_extern;
  return *this;
}

Vocabulary::Vocabulary() {
  words_["__global__"].global = true;
  words_["__device__"].device = true;
  words_["__host__"].host = true;
  words_["__shared__"].shared = true;
  words_["__constant__"].constant = true;
}

void Vocabulary::learn(const Directive& define) {
  const std::vector<Token>& tokens = define.tokens;
  if (!define.named("define") || tokens.size() < 3 || !tokens[1].is_identifier()) return;
  if (words_.count(std::string(tokens[1].text)) != 0) return;  // #define __device__ for other compilers
  std::size_t body = 2;
  const bool has_parameters = tokens[2].is("(") && tokens[1].end() == tokens[2].offset;
  if (has_parameters) {
    while (body < tokens.size() && !tokens[body].is(")")) ++body;
    ++body;
  }
  if (tokens.size() > body + 6 && tokens[body].is("<") && tokens[body + 1].is("<") &&
      tokens[body + 2].is("<") && tokens.back().is(">")) {
    launch_parameters_.insert(std::string(tokens[1].text));
  }
  if (has_parameters) {
    function_like_macros_.insert(std::string(tokens[1].text));
    return;
  }
  Qualifiers sum;
  for (std::size_t i = 2; i < tokens.size(); ++i) {
    const auto known = words_.find(std::string(tokens[i].text));
    if (known != words_.end()) {
      sum |= known->second;
    } else if (tokens[i].is("extern")) {
      sum.is_extern = true;
    } else if (std::find(kCompanions.begin(), kCompanions.end(), tokens[i].text) == kCompanions.end()) {
      return;
    }
  }
  if (sum.global || sum.device || sum.host || sum.shared || sum.constant)
    words_[std::string(tokens[1].text)] = sum;
}

bool Vocabulary::is_launch_parameters(const Token& word) const {
  return word.is_identifier() && launch_parameters_.count(std::string(word.text)) != 0;
}

bool Vocabulary::is_function_like_macro(const Token& word) const {
  return word.is_identifier() && function_like_macros_.count(std::string(word.text)) != 0;
}

Qualifiers Vocabulary::qualifiers(const Token& word) const {
  if (!word.is_identifier()) return {};
  const auto known = words_.find(std::string(word.text));
  return known == words_.end() ? Qualifiers{} : known->second;
}

}  // namespace emulator::translator
