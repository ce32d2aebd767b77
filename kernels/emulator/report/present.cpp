#include "present.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "annotated_page.h"
#include "check_report.h"
#include "operations.h"
#include "output_json.h"
#include "process/process.h"
#include "profile_table.h"

namespace emulator::report {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& file, const std::string& text) {
  std::ofstream stream(file, std::ios::binary);
  stream << text;
  stream.close();
  if (!stream) {
    throw ReportError(fmt::format(
        "{} cannot be written: check that the folder exists and that the disk has room", file.string()));
  }
}

bool want_colors() {
  const char* refused = std::getenv("NO_COLOR");
  return stderr_is_terminal() && (refused == nullptr || *refused == '\0');
}

}  // namespace

std::string usage_error(const Options& options) {
  if (!options.profile && !options.html.empty()) return "--html needs --profile";
  if (!options.profile && !options.card.empty()) return "--card needs --profile";
  if (!options.profile && !options.check && !options.json.empty()) return "--json needs --check or --profile";
  if (!options.card.empty() && find_card(options.card) == nullptr) {
    return fmt::format("--card does not know '{}'; it knows {}", options.card, card_names());
  }
  return "";
}

int present(const fs::path& raw, const fs::path& program, const Options& options) {
  RawReport report = read_raw_report(raw);
  report.program = program;
  const std::string uncounted = options.profile ? count_operations(report, raw.string() + ".code") : "";
  const SourceLines lines(report, raw.string() + ".lines");
  const SourceText source(options.names);
  const Paint paint(want_colors());
  const Card* card = options.card.empty() ? nullptr : find_card(options.card);
  const std::vector<Finding> findings =
      options.check ? merge_findings(report, lines) : std::vector<Finding>{};
  const Profile profile = options.profile ? make_profile(report, lines) : Profile{};

  std::fflush(stdout);  // what the program printed comes first
  if (!lines.problem().empty()) fmt::print(stderr, "{}.\n", lines.problem());
  if (!uncounted.empty()) fmt::print(stderr, "{}.\n", uncounted);
  if (options.profile) fmt::print(stderr, "\n{}", profile_table(profile, card, source, paint));
  if (options.check) fmt::print(stderr, "\n{}", check_report(findings, source, paint));

  if (!options.json.empty()) {
    nlohmann::json root = nlohmann::json::object();
    if (options.check) root["findings"] = findings_json(findings, source);
    if (options.profile) {
      root["kernels"] = kernels_json(profile, card, source);
      root["lines"] = lines_json(profile, source);
    }
    // Names and paths may hold bytes that are not UTF-8.
    write(options.json, root.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  }
  if (!options.html.empty()) {
    write(options.html, annotated_page({profile, findings, card, options.check}, source));
    fmt::print(stderr, "The annotated source is in {}\n", options.html.string());
  }
  return findings.empty() ? 0 : kFoundMistakes;
}

}  // namespace emulator::report
