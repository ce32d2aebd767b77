#include "annotated_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "annotated_page_style.h"
#include "check_report.h"
#include "explain.h"
#include "profile_table.h"
#include "roofline.h"
#include "wording.h"

namespace emulator::report {
namespace {

constexpr double kStrongestHeat = 0.55;  // text must stay readable on it
constexpr int kColumns = 9;

using LinesByNumber = std::multimap<int, const LineProfile*>;
using FindingsByNumber = std::multimap<int, const Finding*>;

/// Where a finding is shown: at its first access, else at the second or at the allocation.
CodeLine shown_at(const Finding& finding) {
  if (finding.first && finding.first->line.known()) return finding.first->line;
  if (finding.second && finding.second->line.known()) return finding.second->line;
  return finding.array ? finding.array->declared : CodeLine{};
}

std::string kernel_box(const KernelProfile& kernel, const Card* card, const SourceText& source) {
  std::string result =
      fmt::format("<section class=\"kernel\"><h3>{}</h3>\n", escape_html(kernel.counts.name));
  const auto paragraph = [&](const std::string& text) {
    result += fmt::format("<p>{}</p>\n", escape_html(capitalized(text)));
  };
  paragraph("launched at " + source.name(kernel.launch));
  paragraph(launch_text(kernel));
  paragraph(occupancy_text(kernel));
  paragraph(traffic_text(kernel));
  paragraph(intensity_text(kernel));
  if (card != nullptr) {
    result += fmt::format("<p class=\"prediction\">{}</p>\n", escape_html(prediction_text(kernel, *card)));
  }
  return result + "</section>\n";
}

std::string finding_box(const Finding& finding, const SourceText& source) {
  const Explanation e = explain(finding, source);
  std::string result = fmt::format("<div class=\"finding-box{}\"><h4>{}{}</h4>\n", e.is_note ? " note" : "",
                                   escape_html(e.headline),
                                   finding.count > 1 ? fmt::format(" ({} times)", finding.count) : "");
  if (!finding.kernel.empty()) result += fmt::format("<p>In kernel {}.</p>\n", escape_html(finding.kernel));
  if (!e.happened.empty()) result += fmt::format("<p>{}</p>\n", escape_html(e.happened));
  result += fmt::format("<p><b>{}</b> {}</p>\n<p><b>What usually mends it.</b> {}</p></div>\n",
                        e.is_note ? "Why it matters." : "Why it is wrong.", escape_html(e.why),
                        escape_html(e.mend));
  return result;
}

std::string counted_cells(const LineProfile& line) {
  const std::string sectors = line.has_sectors()
                                  ? fmt::format("{:.2f} <span class=\"ideal\">/ {:.2f}</span>",
                                                line.sectors_per_request(), line.ideal_sectors_per_request())
                                  : "";
  const std::string moved = line.is_constant() ? "" : bytes_text(line.bytes_moved());
  return fmt::format(
      "<td class=\"access\">{} {}</td><td>{}</td><td>{:.1f}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>",
      escape_html(line.counts.op), escape_html(line.counts.space), line.counts.requests, line.active_lanes(),
      sectors, ways_text(line), moved, bytes_text(line.bytes_needed()));
}

/// A source line with a row for each kernel and kind of access, remarks and findings below.
std::string source_rows(int number, const std::string& text, const LinesByNumber& counted,
                        const FindingsByNumber& findings, const Profile& profile, double most_wasted,
                        const SourceText& source) {
  const std::string code =
      fmt::format("<td class=\"number\">{}</td><td class=\"code\">{}</td>", number, escape_html(text));
  const auto [begin, end] = counted.equal_range(number);
  std::string result;
  if (begin == end) result += fmt::format("<tr>{}<td colspan=\"{}\"></td></tr>\n", code, kColumns - 2);
  const bool several_kernels = profile.kernels.size() > 1;
  for (auto entry = begin; entry != end; ++entry) {
    const LineProfile& line = *entry->second;
    const double heat = most_wasted > 0 ? kStrongestHeat * line.bytes_wasted() / most_wasted : 0;
    result += fmt::format("<tr class=\"counted\" style=\"--heat: {:.3f}\" title=\"{}\">{}{}</tr>\n", heat,
                          escape_html("kernel " + profile.kernels[line.counts.kernel].counts.name),
                          entry == begin ? code : "<td class=\"number\"></td><td class=\"code\"></td>",
                          counted_cells(line));
    std::string remarks;
    for (const std::string& remark : line.remarks()) remarks += (remarks.empty() ? "" : "; ") + remark;
    if (remarks.empty()) continue;
    if (several_kernels) remarks = profile.kernels[line.counts.kernel].counts.name + ": " + remarks;
    result += fmt::format("<tr class=\"remark\"><td class=\"number\"></td><td colspan=\"{}\">{}</td></tr>\n",
                          kColumns - 1, escape_html(remarks));
  }
  const auto [first, last] = findings.equal_range(number);
  for (auto entry = first; entry != last; ++entry) {
    result += fmt::format("<tr class=\"finding\"><td class=\"number\"></td><td colspan=\"{}\">{}</td></tr>\n",
                          kColumns - 1, finding_box(*entry->second, source));
  }
  return result;
}

std::string file_section(const std::string& file, const PageContent& content, const SourceText& source,
                         double most_wasted) {
  LinesByNumber counted;
  for (const LineProfile& line : content.profile.lines) {
    if (line.line.file == file) counted.emplace(line.line.line, &line);
  }
  FindingsByNumber findings;
  for (const Finding& finding : content.findings) {
    const CodeLine line = shown_at(finding);
    if (line.file == file) findings.emplace(line.line, &finding);
  }
  std::vector<std::string> text = source.lines(file);
  // A file that is gone still has its figures.
  if (!counted.empty()) text.resize(std::max(text.size(), static_cast<std::size_t>(counted.rbegin()->first)));
  if (!findings.empty())
    text.resize(std::max(text.size(), static_cast<std::size_t>(findings.rbegin()->first)));

  std::string result = fmt::format(
      "<h2>{}</h2>\n<div class=\"scroll\"><table>\n<tr><th></th><th class=\"code\">source</th>"
      "<th class=\"access\">access</th><th>requests</th><th>lanes</th><th>sectors / ideal</th><th>ways</th>"
      "<th>moved</th><th>needed</th></tr>\n",
      escape_html(source.name(file)));
  for (std::size_t i = 0; i < text.size(); ++i) {
    result += source_rows(static_cast<int>(i) + 1, text[i], counted, findings, content.profile, most_wasted,
                          source);
  }
  return result + "</table></div>\n";
}

std::string findings_without_line(const PageContent& content, const SourceText& source) {
  std::string result;
  for (const Finding& finding : content.findings) {
    if (!shown_at(finding).known()) result += finding_box(finding, source);
  }
  return result;
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string annotated_page(const PageContent& content, const SourceText& source) {
  std::set<std::string> files;
  double most_wasted = 0;
  for (const LineProfile& line : content.profile.lines) {
    if (line.line.known()) files.insert(line.line.file);
    most_wasted = std::max(most_wasted, line.bytes_wasted());
  }
  for (const Finding& finding : content.findings) {
    if (shown_at(finding).known()) files.insert(shown_at(finding).file);
  }

  std::string title = "Memory profile";
  if (!files.empty()) title += " of " + source.name(*files.begin());
  std::string result = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{0}</title>\n<style>{1}</style></head>\n<body><main>\n<h1>{0}</h1>\n<p "
      "class=\"caveat\">{2}</p>\n",
      escape_html(title), kPageStyle, escape_html(kProfileCaveat));
  if (content.was_checked) result += fmt::format("<p>{}</p>\n", escape_html(closing_line(content.findings)));
  result += findings_without_line(content, source);
  result += "<h2>Kernels</h2>\n<div class=\"kernels\">\n";
  for (const KernelProfile& kernel : content.profile.kernels)
    result += kernel_box(kernel, content.card, source);
  if (content.profile.kernels.empty()) result += "<p>No kernel was launched.</p>\n";
  result += "</div>\n";
  for (const std::string& file : files) result += file_section(file, content, source, most_wasted);
  result +=
      "<p class=\"legend\">Requests: of warps. Lanes: active in a request, of 32. Sectors: of 32 bytes, per "
      "request, "
      "beside the ideal for its bytes. Ways: passes that bank conflicts, or different addresses in constant "
      "memory, make of one. Moved and needed: "
      "bytes. The "
      "darker a line, the more bytes it moves for nothing.</p>\n";
  return result + "</main></body></html>\n";
}

}  // namespace emulator::report
