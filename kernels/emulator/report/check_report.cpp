#include "check_report.h"

#include <fmt/format.h>

#include <map>

#include "explain.h"

namespace emulator::report {
namespace {

constexpr std::size_t kWidth = 100;

const char* short_name(Kind kind) {
  switch (kind) {
    case Kind::kRace:
      return "race";
    case Kind::kRaceSameValue:
      return "write of the same value";
    case Kind::kOutOfBounds:
      return "access out of bounds";
    case Kind::kUseAfterFree:
      return "use after free";
    case Kind::kMisaligned:
      return "misaligned access";
    case Kind::kHostPointer:
      return "host pointer";
    case Kind::kUninitialized:
      return "uninitialized read";
    case Kind::kDivergentBarrier:
      return "divergent barrier";
    case Kind::kWarpMask:
      return "warp mask";
    case Kind::kDeadlock:
      return "deadlock";
    case Kind::kHang:
      return "hang";
    case Kind::kInvalidAddress:
      return "invalid address";
    case Kind::kAssertion:
      return "failed assert";
    case Kind::kLaunchFailure:
      return "failed launch";
    case Kind::kLeak:
      return "leak";
  }
  return "finding";
}

std::string plural_of(Kind kind, std::size_t count) {
  static const std::map<Kind, const char*> kIrregular = {
      {Kind::kRaceSameValue, "writes of the same value"}, {Kind::kOutOfBounds, "accesses out of bounds"},
      {Kind::kUseAfterFree, "uses after free"},           {Kind::kMisaligned, "misaligned accesses"},
      {Kind::kInvalidAddress, "invalid addresses"},       {Kind::kLaunchFailure, "failed launches"}};
  const auto found = kIrregular.find(kind);
  if (count != 1 && found != kIrregular.end()) return fmt::format("{} {}", count, found->second);
  return plural(count, short_name(kind));
}

/// The source line with what happened there below it.
std::string excerpt(const CodeLine& line, const std::string& note, const SourceText& source,
                    const Paint& paint) {
  const std::string name = source.name(line);
  const std::string text = source.text(line);
  std::string result = fmt::format("   {}  {}\n", paint.strong(name), paint.faint("|") + " " + text);
  if (!note.empty()) {
    const std::size_t indent = std::min(text.find_first_not_of(" \t"), std::size_t{20});
    result += fmt::format("   {:{}}  {} {:{}}{}\n", "", name.size(), paint.faint("|"), "",
                          text.empty() ? 0 : indent, paint.faint("^ " + note));
  }
  return result;
}

std::string excerpts(const Finding& finding, const SourceText& source, const Paint& paint) {
  std::string result;
  if (finding.first && finding.first->line.known()) {
    result += excerpt(finding.first->line, place_note(*finding.first), source, paint);
  }
  if (finding.second && finding.second->line.known()) {
    result += excerpt(finding.second->line, place_note(*finding.second), source, paint);
  }
  if (finding.array) {
    const Array& array = *finding.array;
    const bool is_first = finding.first && finding.first->line == array.declared;
    if (array.declared.known() && !is_first) {
      const std::string size = bytes_text(static_cast<double>(array.bytes));
      const char* came = array.space == "global" ? "allocated here" : "declared here";
      result += excerpt(array.declared, fmt::format("{}, {}", came, size), source, paint);
    }
    if (array.freed.known()) result += excerpt(array.freed, "freed here", source, paint);
  }
  return result;
}

std::string paragraph(const char* label, const std::string& text, const Paint& paint) {
  std::string result = "   " + paint.strong(label) + "\n";
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    result += wrapped(text.substr(begin, end - begin), kWidth, "     ");
    begin = end + 1;
  }
  return result;
}

std::string one_finding(std::size_t number, const Finding& finding, const SourceText& source,
                        const Paint& paint) {
  const Explanation explanation = explain(finding, source);
  const std::string headline = explanation.headline;
  std::string result =
      fmt::format("{}. {}", number, explanation.is_note ? paint.mild(headline) : paint.bad(headline));
  if (finding.count > 1) result += fmt::format("  ({} times)", finding.count);
  result += '\n';
  if (!finding.kernel.empty()) {
    result += fmt::format("   in kernel {}", finding.kernel);
    if (finding.launch.known()) result += ", launched at " + source.name(finding.launch);
    result += '\n';
  }
  result += '\n';
  const std::string code = excerpts(finding, source, paint);
  if (!code.empty()) result += code + "\n";
  if (!explanation.happened.empty()) result += paragraph("What happened", explanation.happened, paint);
  result += paragraph(explanation.is_note ? "Why it matters" : "Why it is wrong", explanation.why, paint);
  result += paragraph("What usually mends it", explanation.mend, paint);
  return result + "\n";
}

}  // namespace

std::string place_note(const Place& place) {
  if (place.op.empty() && !place.thread) return "";
  std::string result = who(place);
  if (!place.op.empty()) result += " " + verb(place);
  if (!place.op.empty() && place.bytes > 0) {
    result += place.op == "atomic" ? " on " : " ";
    result += plural(static_cast<std::uint64_t>(place.bytes), "byte");
  }
  return result;
}

std::string closing_line(const std::vector<Finding>& findings) {
  if (findings.empty()) {
    return "No mistakes found: races in shared and global memory, bounds, freed and unwritten memory, "
           "alignment, "
           "host pointers, barriers, warp masks and leaks were checked. Only what these inputs made the "
           "kernels "
           "do was seen: other sizes may take other paths.";
  }
  std::map<Kind, std::size_t> counts;
  for (const Finding& finding : findings) ++counts[finding.kind];
  std::string list;
  for (const auto& [kind, count] : counts) list += (list.empty() ? "" : ", ") + plural_of(kind, count);
  return fmt::format("{} ({}). Only what these inputs made the kernels do was seen.",
                     plural(findings.size(), "finding"), list);
}

std::string check_report(const std::vector<Finding>& findings, const SourceText& source, const Paint& paint) {
  std::string result;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    result += one_finding(i + 1, findings[i], source, paint);
  }
  const std::string closing = wrapped(closing_line(findings), kWidth, "");
  return result + (findings.empty() ? paint.good(closing.substr(0, closing.size() - 1)) + "\n" : closing);
}

}  // namespace emulator::report
