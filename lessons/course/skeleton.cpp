#include "skeleton.h"

#include <fmt/format.h>

#include <stdexcept>

namespace course {
namespace {

constexpr std::string_view kTask = "// task: ";
constexpr std::string_view kTaskMore = "// task+ ";
constexpr std::string_view kBegin = "// solution begin";
constexpr std::string_view kEnd = "// solution end";

enum class Audience { kLearner, kReader };

std::string convert(std::string_view solution, Audience audience) {
  std::string result;
  bool in_solution = false;
  int number = 0;
  while (!solution.empty()) {
    const std::size_t end = std::min(solution.find('\n'), solution.size() - 1) + 1;
    const std::string_view line = solution.substr(0, end);
    solution.remove_prefix(end);
    ++number;

    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    const std::string_view text = line.substr(indent);
    if (text.starts_with(kBegin) || text.starts_with(kEnd)) {
      const bool begins = text.starts_with(kBegin);
      if (begins == in_solution) {
        throw std::runtime_error(fmt::format("line {}: '{}' {}", number, begins ? kBegin : kEnd,
                                             begins ? "inside another one" : "without a beginning"));
      }
      in_solution = begins;
    } else if (text.starts_with(kTask) || text.starts_with(kTaskMore)) {
      if (audience == Audience::kReader) continue;
      const bool first = text.starts_with(kTask);
      result += line.substr(0, indent);
      result += first ? "// TODO " : "//      ";
      result += text.substr(first ? kTask.size() : kTaskMore.size());
    } else if (!in_solution || audience == Audience::kReader) {
      result += line;
    }
  }
  if (in_solution) throw std::runtime_error(fmt::format("'{}' is never ended", kBegin));
  return result;
}

}  // namespace

std::string make_skeleton(std::string_view solution) { return convert(solution, Audience::kLearner); }
std::string make_clean_solution(std::string_view solution) { return convert(solution, Audience::kReader); }

}  // namespace course
