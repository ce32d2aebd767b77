/// @file
/// check_program EMULATE FILE.cu VARIANT: runs one variant of a test program under `emulate --check`, and
/// under `--profile` where its lines expect counters, and compares with what the markers in the source say.
/// Prints PASSED and returns 0 when everything agrees.
#include <sys/wait.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

#include "expectations.h"

namespace {

namespace fs = std::filesystem;
using check_programs::Expectations;
using check_programs::ExpectedCounts;
using check_programs::ExpectedFinding;
using check_programs::ExpectedLaunch;
using nlohmann::json;

std::string read_file(const fs::path& path) {
  std::ifstream stream(path);
  if (!stream) throw std::runtime_error(path.string() + " cannot be read");
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string quoted(const fs::path& path) { return "'" + path.string() + "'"; }

/// A finding as it was reported.
struct Finding {
  std::string kind;
  std::set<int> lines;
  bool elsewhere = false;  ///< names a line of another file
  std::string message;
};

class Program {
 public:
  Program(fs::path emulate, fs::path source, int variant)
      : emulate_(std::move(emulate)),
        source_(std::move(source)),
        variant_(variant),
        expectations_(check_programs::read_expectations(read_file(source_), variant)) {}

  /// True if everything agrees; else says what does not.
  bool agrees() {
    std::printf("%s, variant %d: %s\n", source_.filename().c_str(), variant_, expectations_.title.c_str());
    // With one thread of the operating system and with several, in two orders: the report is the same.
    check("EMULATED_GPU_THREADS=1");
    check("EMULATED_GPU_THREADS=4 EMULATED_GPU_SCHEDULE=reverse");
    if (!expectations_.counts.empty() || !expectations_.launches.empty()) {
      profile("EMULATED_GPU_THREADS=1");
      profile("EMULATED_GPU_THREADS=4");
    }
    return agrees_;
  }

 private:
  void complain(const std::string& what) {
    std::printf("WRONG: %s\n", what.c_str());
    agrees_ = false;
  }

  /// Runs the program and returns the JSON that `emulate` wrote.
  json run(const std::string& environment, const std::string& flag, int status) {
    const fs::path report =
        fs::current_path() / (source_.stem().string() + "_" + std::to_string(variant_) + ".json");
    fs::remove(report);
    const std::string command = "EMULATED_GPU_TIMEOUT=1 " + environment + " " + quoted(emulate_) + " " +
                                quoted(source_) + " " + flag + " --json " + quoted(report) + " -- " +
                                std::to_string(variant_) + " 2>&1";
    std::printf("%s\n", command.c_str());
    std::fflush(stdout);
    const int ended = std::system(command.c_str());
    const int got = WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
    if (got != status)
      complain("exit status " + std::to_string(got) + " instead of " + std::to_string(status));
    json result = json::parse(read_file(report));
    fs::remove(report);
    return result;
  }

  std::string describe(const std::string& kind, const std::set<int>& lines) const {
    std::string text = kind + " at line";
    for (const int line : lines) text += " " + std::to_string(line);
    return text;
  }

  std::vector<Finding> findings_of(const json& report) const {
    std::vector<Finding> findings;
    for (const json& entry : report.at("findings")) {
      Finding finding{entry.at("kind"), {}, false, entry.at("message")};
      for (const json& place : entry.at("lines")) {
        finding.lines.insert(place.at("line").get<int>());
        finding.elsewhere |= fs::path(place.at("file").get<std::string>()).filename() != source_.filename();
      }
      findings.push_back(finding);
    }
    return findings;
  }

  void check(const std::string& environment) {
    const json report = run(environment, "--check", expectations_.findings.empty() ? 0 : 3);
    std::vector<Finding> found = findings_of(report);
    for (const ExpectedFinding& expected : expectations_.findings) {
      const auto match = std::find_if(found.begin(), found.end(), [&](const Finding& finding) {
        return finding.kind == expected.kind && finding.lines == expected.lines && !finding.elsewhere;
      });
      if (match == found.end()) {
        complain("not found: " + describe(expected.kind, expected.lines));
        continue;
      }
      if (!expected.array.empty() &&
          !std::regex_search(match->message, std::regex("\\b" + expected.array + "\\b")))
        complain("the message does not name " + expected.array + ": " + match->message);
      found.erase(match);
    }
    for (const Finding& finding : found) {
      if (!is_allowed(finding))
        complain("reported, but not expected: " + describe(finding.kind, finding.lines) +
                 (finding.elsewhere ? " of another file" : ""));
    }
  }

  bool is_allowed(const Finding& finding) const {
    const auto allowed = expectations_.allowed.find(finding.kind);
    if (finding.elsewhere || finding.lines.empty() || allowed == expectations_.allowed.end()) return false;
    return std::includes(allowed->second.begin(), allowed->second.end(), finding.lines.begin(),
                         finding.lines.end());
  }

  void compare(const std::string& place, const std::map<std::string, double>& values, const json& entry) {
    for (const auto& [field, value] : values) {
      // Markers are rounded: to two decimals, or to six digits.
      const double got = entry.at(field).is_null() ? -1 : entry.at(field).get<double>();
      if (!(std::abs(got - value) <= (value < 0.5 ? 1e-6 : 0.005)))
        complain(place + ": " + field + " is " + std::to_string(got) + ", expected " + std::to_string(value));
    }
  }

  void profile(const std::string& environment) {
    const json report = run(environment, "--profile", 0);
    for (const ExpectedLaunch& expected : expectations_.launches) {
      const std::string place = "the launch at line " + std::to_string(expected.line);
      int found = 0;
      for (const json& kernel : report.at("kernels")) {
        if (kernel.at("launch").is_null() || kernel.at("launch").at("line") != expected.line) continue;
        ++found;
        compare(place, expected.values, kernel);
      }
      if (found != 1) complain(place + ": " + std::to_string(found) + " entries");
    }
    for (const ExpectedCounts& expected : expectations_.counts) {
      const std::string place =
          "line " + std::to_string(expected.line) + ", " + expected.space + " " + expected.op;
      std::vector<json> entries;
      for (const json& entry : report.at("lines")) {
        if (entry.at("line") == expected.line && entry.at("space") == expected.space &&
            entry.at("op") == expected.op &&
            fs::path(entry.at("file").get<std::string>()).filename() == source_.filename())
          entries.push_back(entry);
      }
      if (entries.size() != 1) {
        complain(place + ": " + std::to_string(entries.size()) + " entries");
        continue;
      }
      compare(place, expected.values, entries[0]);
    }
  }

  fs::path emulate_;
  fs::path source_;
  int variant_;
  Expectations expectations_;
  bool agrees_ = true;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: check_program EMULATE FILE.cu VARIANT\n");
    return 2;
  }
  try {
    const bool agrees = Program(argv[1], argv[2], std::stoi(argv[3])).agrees();
    std::printf(agrees ? "PASSED\n" : "FAILED\n");
    return agrees ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[2], error.what());
    return 1;
  }
}
