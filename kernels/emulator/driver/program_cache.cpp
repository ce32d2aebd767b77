#include "program_cache.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <vector>

#include "emulate.h"

namespace emulator::driver {

namespace fs = std::filesystem;

void Fingerprint::add(std::string_view bytes) {
  const auto mix = [&](unsigned char byte) { value_ = (value_ ^ byte) * 1099511628211ull; };
  for (const char byte : bytes) mix(static_cast<unsigned char>(byte));
  mix(0);  // "ab" and "c" differ from "a" and "bc"
}

void Fingerprint::add_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  add(file.string());
  add(std::string{std::istreambuf_iterator<char>(stream), {}});
}

void Fingerprint::add_file_state(const fs::path& file) {
  std::error_code error;
  add(fmt::format("{} {} {}", file.string(), fs::file_size(file, error),
                  fs::last_write_time(file, error).time_since_epoch().count()));
}

void Fingerprint::add_folder_state(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder, error)) {
    if (entry.is_regular_file(error)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) add_file_state(file);
}

std::string Fingerprint::text() const { return fmt::format("{:016x}", value_); }

ProgramCache::ProgramCache(fs::path folder) : folder_(std::move(folder)) {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (!fs::is_directory(folder_)) {
    throw BuildError(
        fmt::format("the folder for built programs, {}, cannot be made: {}; set EMULATED_GPU_CACHE to "
                    "another one",
                    folder_.string(), error.message()));
  }
}

void ProgramCache::keep(const fs::path& program, const std::string& name) {
  std::error_code error;
  fs::rename(program, path_of(name), error);
  if (error) {
    throw BuildError(
        fmt::format("the program cannot be moved to {}: {}", path_of(name).string(), error.message()));
  }
  std::vector<std::pair<fs::file_time_type, fs::path>> programs;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_, error)) {
    if (entry.is_regular_file(error)) programs.emplace_back(entry.last_write_time(error), entry.path());
  }
  if (programs.size() <= kLargestCount) return;
  std::sort(programs.begin(), programs.end());
  for (std::size_t i = 0; i + kLargestCount < programs.size(); ++i) fs::remove(programs[i].second, error);
}

void ProgramCache::touch(const std::string& name) const {
  std::error_code ignored;
  fs::last_write_time(path_of(name), fs::file_time_type::clock::now(), ignored);
}

TemporaryFolder::TemporaryFolder(fs::path path) : path_(std::move(path)) {
  std::error_code error;
  fs::create_directories(path_, error);
  if (error)
    throw BuildError(fmt::format("the folder {} cannot be made: {}", path_.string(), error.message()));
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace emulator::driver
