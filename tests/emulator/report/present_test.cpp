// From a raw report to exit status and files.
#include "report/present.h"

#include "support.h"
#include "support/catch.h"
#include "support/contains.h"

using namespace emulator::report;
using nlohmann::json;

namespace {

const std::string kProbe = BINARY_DIR "/emulator_report_probe";

Options options_of(bool check, bool profile) {
  Options options;
  options.check = check;
  options.profile = profile;
  return options;
}

}  // namespace

TEST_CASE("findings make the status 3, but only when checks were asked for") {
  const TestFolder folder;
  json report = raw_profile();
  report["findings"] = json::array({race(7, 8)});
  const auto bad = folder.write("bad.json", report.dump());
  const auto good = folder.write("good.json", raw_profile().dump());
  CHECK(present(bad, kProbe, options_of(true, false)) == 3);
  CHECK(present(bad, kProbe, options_of(true, true)) == 3);
  CHECK(present(bad, kProbe, options_of(false, true)) == 0);
  CHECK(present(good, kProbe, options_of(true, true)) == 0);
}

TEST_CASE("the JSON file holds what was asked for") {
  const TestFolder folder;
  json report = raw_profile();
  report["findings"] = json::array({race(7, 8)});
  const auto raw_file = folder.write("raw.json", report.dump());
  for (const bool check : {false, true}) {
    for (const bool profile : {false, true}) {
      if (!check && !profile) continue;
      Options options = options_of(check, profile);
      options.json = folder.path("out.json");
      present(raw_file, kProbe, options);
      const json result = json::parse(text_of(options.json));
      CHECK(result.contains("findings") == check);
      CHECK(result.contains("kernels") == profile);
      CHECK(result.contains("lines") == profile);
    }
  }
}

TEST_CASE("names that are not UTF-8 do not spoil the JSON") {
  const TestFolder folder;
  const auto file = folder.write("a.cu", "x\n");
  json finding = race(1, 1);
  finding["first"]["file"] = finding["second"]["file"] = file.string();
  Options options = options_of(true, false);
  options.names = {{file, "caf\xe9.cu"}};
  options.json = folder.path("out.json");
  CHECK(present(folder.write("raw.json", raw(finding).dump()), kProbe, options) == 3);
  CHECK_NOTHROW(json::parse(text_of(options.json)));
}

TEST_CASE("a page is written, and a file that cannot be is named") {
  const TestFolder folder;
  const auto raw_file = folder.write("raw.json", raw_profile().dump());
  Options options = options_of(false, true);
  options.html = folder.path("page.html");
  CHECK(present(raw_file, kProbe, options) == 0);
  CHECK(holds(text_of(options.html), "</html>"));
  options.html = folder.path("no_folder/page.html");
  CHECK_THROWS_WITH(present(raw_file, kProbe, options), contains("page.html cannot be written"));
}

TEST_CASE("options that do not fit together are refused in words") {
  Options options;
  CHECK(usage_error(options).empty());
  options.json = "x";
  CHECK(holds(usage_error(options), "--json needs --check or --profile"));
  options.check = true;
  CHECK(usage_error(options).empty());
  options.card = "rtx4060";
  CHECK(holds(usage_error(options), "--card needs --profile"));
  options.profile = true;
  CHECK(usage_error(options).empty());
  options.card = "voodoo2";
  CHECK(holds(usage_error(options), "'voodoo2'"));
  CHECK(holds(usage_error(options), "rtx4060"));
  options = options_of(true, false);
  options.html = "x";
  CHECK(holds(usage_error(options), "--html needs --profile"));
}
