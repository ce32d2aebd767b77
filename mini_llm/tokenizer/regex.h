#pragma once

#include <memory>
#include <string_view>
#include <vector>

namespace tokenizer {

/// A compiled regular expression (PCRE2: UTF-8, Unicode properties, machine code where the processor allows).
/// Safe to use from several threads at once.
class Regex {
 public:
  /// @throws Error when `pattern` is not a valid expression
  explicit Regex(std::string_view pattern);

  /// Cuts each piece into its matches and what lies between them, in order; nothing is lost.
  ///
  /// Lookaround sees the piece alone, not its neighbours.
  /// @param pieces  valid UTF-8
  /// @throws Error when a match would take more steps or memory than its limits (no pattern of this project
  /// does)
  std::vector<std::string_view> split(const std::vector<std::string_view>& pieces) const;

 private:
  struct Deleter {
    void operator()(void* code) const;
  };
  std::unique_ptr<void, Deleter> code_;  // pcre2_code; void keeps PCRE2's macros out of this header
};

}  // namespace tokenizer
