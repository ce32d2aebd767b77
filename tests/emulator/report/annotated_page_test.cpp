// The HTML page: complete, self-contained, and safe whatever the source holds.
#include "report/annotated_page.h"

#include <vector>

#include "support.h"
#include "support/catch.h"

using namespace emulator::report;
using nlohmann::json;

namespace {

/// Whether every element that is opened is closed, in order. void elements: meta.
bool is_balanced(const std::string& page) {
  std::vector<std::string> open;
  for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
    const bool closes = page[at + 1] == '/';
    const std::size_t begin = at + (closes ? 2 : 1);
    const std::string name = page.substr(begin, page.find_first_of(" >", begin) - begin);
    if (name == "!DOCTYPE" || name == "meta") continue;
    if (!closes) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return false;
    } else {
      open.pop_back();
    }
  }
  return open.empty();
}

/// A page about a file with three lines, the last two with figures and a finding.
std::string page_of(const std::string& file, const Card* card = nullptr) {
  RawReport report = parsed(raw_profile());
  Profile profile = make_profile(report, SourceLines());
  for (LineProfile& line : profile.lines) line.line = {real_path(file), line.counts.op == "store" ? 3 : 2};
  json finding = race(2, 3);
  finding["kernel"] = "k<int, (3 > 2)>";
  finding["first"]["file"] = finding["second"]["file"] = file;
  const auto findings = merge_findings(parsed(raw(finding)), SourceLines());
  return annotated_page({profile, findings, card, true}, SourceText({{file, "<a>.cu"}}));
}

}  // namespace

TEST_CASE("text is escaped for elements and attributes") {
  CHECK(escape_html("a < b && c > \"d\" 'e'") == "a &lt; b &amp;&amp; c &gt; &quot;d&quot; &#39;e&#39;");
}

TEST_CASE("the page holds the source, the figures and the findings, and nothing from elsewhere") {
  const TestFolder folder;
  const std::string file =
      folder.write("a.cu", "// </td><script>alert(1)</script>\nfloat t = tile[i] < 3 && x;\nout[i] = t;\n")
          .string();
  const std::string page = page_of(file, find_card("rtx4060"));
  CHECK(is_balanced(page));
  CHECK(page.starts_with("<!DOCTYPE html>"));
  CHECK(holds(page, "// &lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt;"));
  CHECK_FALSE(holds(page, "<script"));
  CHECK(holds(page, "float t = tile[i] &lt; 3 &amp;&amp; x;"));
  CHECK(holds(page, "k&lt;int, (3 &gt; 2)&gt;"));
  CHECK(holds(page, "<title>Memory profile of &lt;a&gt;.cu</title>"));
  CHECK(holds(page, "32.00 <span class=\"ideal\">/ 4.00</span>"));
  CHECK(holds(page, "32.0-way bank conflict"));
  CHECK(holds(page, "Race in shared memory"));
  CHECK(holds(page, "not a measurement"));
  CHECK(holds(page, "times are not measured"));
  CHECK(holds(page, "prefers-color-scheme: dark"));
  for (const char* outside : {"http:", "https:", "src=", "@import", "url("}) {
    INFO(outside);
    CHECK_FALSE(holds(page, outside));
  }
  // Only the line that wastes most is at full heat; the load without waste has none.
  CHECK(holds(page, "--heat: 0.550"));
  CHECK(holds(page, "--heat: 0.000"));
}

TEST_CASE("figures of a file that is gone are shown without its text") {
  const std::string page = page_of("/no/such/file.cu");
  CHECK(is_balanced(page));
  CHECK(holds(page, "32.0-way bank conflict"));
}

TEST_CASE("constant memory has passes on the page, and neither sectors nor bytes moved") {
  json report = raw_profile();
  report["lines"][2]["space"] = "constant";
  report["lines"][2]["wavefronts"] = 256 * 20;
  Profile profile = make_profile(parsed(report), SourceLines());
  for (LineProfile& line : profile.lines) line.line = {"/no/such/file.cu", 1};
  const std::string page = annotated_page({profile, {}, nullptr, false}, SourceText());
  CHECK(is_balanced(page));
  CHECK(holds(page, "load constant</td><td>256</td><td>32.0</td><td></td><td>20.00</td><td></td><td>"));
  CHECK(holds(page, "lanes read 20.0 different addresses, one after the other"));
}
