/// @file
/// Raw reports and source files for the tests.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "report/raw_report.h"

/// A folder that goes away with the object.
class TestFolder {
 public:
  TestFolder() {
    static int number = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("emulator report test " + std::to_string(getpid()) + "." + std::to_string(number++));
    std::filesystem::create_directories(path_);
  }
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return path_ / name;
  }
  std::filesystem::path path(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

inline bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// {"file": "a.cu", "line": 7, ...}
inline nlohmann::json place(int line, const std::string& op = "", int thread = 0, int block = 0) {
  return {{"file", "/src/a.cu"}, {"line", line},           {"op", op},
          {"bytes", 4},          {"block", {block, 0, 0}}, {"thread", {thread, 0, 0}}};
}

inline nlohmann::json array(const std::string& name, int offset, int bytes = 4096,
                            const std::string& space = "shared") {
  return {{"name", name},     {"space", space},     {"bytes", bytes},
          {"offset", offset}, {"element_bytes", 4}, {"declared", place(3)}};
}

inline nlohmann::json race(int first, int second, const std::string& scope = "block", int thread = 0) {
  return {{"kind", "race"},
          {"scope", scope},
          {"kernel", "transpose<16>"},
          {"launch", place(40)},
          {"first", place(first, "write", thread)},
          {"second", place(second, "read", thread + 1)},
          {"array", array("tile", 132)},
          {"count", 1}};
}

/// @param findings  an array, or one finding
inline nlohmann::json raw(const nlohmann::json& findings) {
  // Compilers differ in what json{x} is: an array with x, or x.
  const nlohmann::json list = findings.is_object() ? nlohmann::json::array({findings}) : findings;
  return {{"version", 1}, {"program", "/nowhere"}, {"base", 4194304}, {"findings", list}};
}

inline emulator::report::RawReport parsed(const nlohmann::json& report) {
  return emulator::report::parse_raw_report(report.dump());
}

/// A kernel that reads well, writes column by column, and has bank conflicts. Nothing is known about its
/// program counters, so its lines are unknown.
inline nlohmann::json raw_profile() {
  nlohmann::json report = raw(nlohmann::json::array());
  const nlohmann::json kernel = {
      {"name", "transpose<16>"},   {"launch", place(40)}, {"launches", 2},
      {"grid", {4, 4, 1}},         {"block", {32, 8, 1}}, {"static_shared_bytes", 4096},
      {"dynamic_shared_bytes", 0}, {"occupancy", 0.75},   {"occupancy_limit", "shared memory"},
      {"threads", 8192},           {"bytes_read", 32768}, {"bytes_written", 262144}};
  report["kernels"] = nlohmann::json::array({kernel});
  report["lines"] = {{{"pc", 100},
                      {"kernel", 0},
                      {"space", "global"},
                      {"op", "load"},
                      {"bytes", 4},
                      {"requests", 256},
                      {"lanes", 8192},
                      {"sectors", 1024},
                      {"ideal_sectors", 1024},
                      {"distinct_bytes", 32768}},
                     {{"pc", 104},
                      {"kernel", 0},
                      {"space", "global"},
                      {"op", "store"},
                      {"bytes", 4},
                      {"requests", 256},
                      {"lanes", 4096},
                      {"sectors", 8192},
                      {"ideal_sectors", 1024},
                      {"distinct_bytes", 32768}},
                     {{"pc", 108},
                      {"kernel", 0},
                      {"space", "shared"},
                      {"op", "load"},
                      {"bytes", 4},
                      {"requests", 256},
                      {"lanes", 8192},
                      {"wavefronts", 8192},
                      {"ideal_wavefronts", 256},
                      {"max_wavefronts", 32},
                      {"distinct_bytes", 32768}}};
  return report;
}
