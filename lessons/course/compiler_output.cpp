#include "compiler_output.h"

#include <fmt/format.h>

#include <array>
#include <regex>
#include <vector>

namespace course {
namespace {

/// One error or warning with the lines that the compiler printed under it.
struct Diagnostic {
  std::string file;
  std::string line;
  std::string kind;     ///< "error" or "warning"
  std::string message;  ///< the compiler's words
  std::string text;     ///< the whole, as the compiler printed it
};

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// Understands g++ and clang ("f.cu:7:3: error: ..."), nvcc ("f.cu(7): error: ...") and the emulator's
/// translator
/// ("f.cu:7: error: ...").
std::vector<Diagnostic> diagnostics_in(std::string_view output) {
  static const std::regex head(
      R"(^([^\s:(][^:(]*)[:(](\d+)[:)](?:\d+:)?:? *(?:fatal )?(error|warning|note)[^:]*: *(.*)$)");
  constexpr int kLinesUnderOne = 4;
  std::vector<Diagnostic> found;
  int lines_left = 0;
  for (const std::string& line : lines_of(output)) {
    std::smatch match;
    if (std::regex_match(line, match, head)) {
      lines_left = 0;
      if (match[3] == "note") continue;
      found.push_back({match[1], match[2], match[3], match[4], line + "\n"});
      lines_left = kLinesUnderOne;
    } else if (lines_left > 0 && line.starts_with(' ')) {  // the source line and the caret below it
      found.back().text += line + "\n";
      --lines_left;
    } else {
      lines_left = 0;
    }
  }
  return found;
}

/// A common message of g++, clang or nvcc and what it means.
struct PlainWords {
  const char* pattern;
  const char* meaning;
};

constexpr std::array kPlainWords = {
    PlainWords{"not declared in this scope|is undefined|undeclared identifier|has not been declared",
               "This name is not known here. Is it spelled as in lesson.h, and declared above this line?"},
    PlainWords{"expected .;.|expected a .;.", "A semicolon is missing, often at the end of the line before."},
    PlainWords{"expected .\\}.|at end of input|unmatched|expected a .\\}.",
               "A brace, bracket or parenthesis is opened and not closed, or the other way round."},
    PlainWords{"read-only|modifiable lvalue|const-qualified|discards qualifiers",
               "This writes to something that is const: a and b are only to be read."},
    PlainWords{"too few arguments|too many arguments|no matching function|no instance of",
               "The call and the function do not agree about the number or the types of the arguments."},
    PlainWords{"invalid conversion|cannot convert|incompatible",
               "A value of one type is used where another is needed."},
    PlainWords{"No such file|could not open source file", "The file named in this #include was not found."},
    PlainWords{"redefinition|already been defined|redeclared", "The same thing is defined twice."},
};

std::string plain_words(const std::string& message) {
  for (const PlainWords& words : kPlainWords) {
    if (std::regex_search(message, std::regex(words.pattern))) return words.meaning;
  }
  return "";
}

/// Lines worth seeing when nothing more exact is known.
std::string lines_with_errors(std::string_view output) {
  constexpr int kMost = 12;
  static const std::regex telling("error|Error|undefined reference|fatal|cannot|No space|Killed");
  std::string result;
  int count = 0;
  for (const std::string& line : lines_of(output)) {
    if (!line.starts_with("FAILED") && std::regex_search(line, telling) && count++ < kMost)
      result += line + "\n";
  }
  return result.empty() ? std::string(output.substr(0, 2000)) : result;
}

}  // namespace

std::string with_shown_names(std::string_view text, const FileNames& names) {
  std::string result(text);
  if (names.compiled.empty()) return result;
  for (std::size_t at = 0; (at = result.find(names.compiled, at)) != std::string::npos;
       at += names.shown.size()) {
    result.replace(at, names.compiled.size(), names.shown);
  }
  return result;
}

std::string explain_build_failure(std::string_view raw_output, const FileNames& names) {
  constexpr int kMostErrors = 3;
  const std::string output = with_shown_names(raw_output, names);

  int errors = 0;
  std::string shown;
  for (const Diagnostic& diagnostic : diagnostics_in(output)) {
    if (diagnostic.kind != "error" || diagnostic.file != names.shown) continue;
    if (++errors > kMostErrors) continue;
    const std::string words = plain_words(diagnostic.message);
    shown += fmt::format("\nLine {}: {}\n{}", diagnostic.line, words.empty() ? diagnostic.message : words,
                         diagnostic.text);
  }
  if (errors > 0) {
    std::string result = fmt::format("{} does not compile.\n{}", names.shown, shown);
    if (errors > kMostErrors) {
      result +=
          fmt::format("\nand {} more. Repair the first one first: the others are often its consequences.\n",
                      errors - kMostErrors);
    }
    return result;
  }

  std::smatch match;
  static const std::regex missing(R"(undefined reference to .(lesson::[^'`]*).)");
  if (std::regex_search(output, match, missing)) {
    return fmt::format(
        "{} compiles, but it does not define {}.\nlesson.h declares it, and the check calls it. Is its "
        "name right, is it inside namespace lesson, and are its parameters those of lesson.h?\n",
        names.shown, match[1].str());
  }
  return fmt::format("{} could not be built. What the build said:\n{}", names.shown,
                     lines_with_errors(output));
}

std::string warnings_about(std::string_view raw_output, const FileNames& names) {
  std::string result;
  for (const Diagnostic& diagnostic : diagnostics_in(with_shown_names(raw_output, names))) {
    if (diagnostic.kind == "warning" && diagnostic.file == names.shown) result += diagnostic.text;
  }
  return result;
}

}  // namespace course
