/// @file
/// Built programs, kept by what they were built from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace emulator::driver {

/// A fingerprint of everything a program is made from (FNV-1a, 64 bits).
class Fingerprint {
 public:
  void add(std::string_view bytes);
  void add_file(const std::filesystem::path& file);
  /// Names, sizes and times of a folder's files, which change when a file does.
  void add_folder_state(const std::filesystem::path& folder);
  void add_file_state(const std::filesystem::path& file);
  std::string text() const;

 private:
  std::uint64_t value_ = 14695981039346656037ull;
};

/// A folder of executables. Several processes may use it at once: programs appear in it complete, by
/// renaming.
class ProgramCache {
 public:
  /// @throws BuildError if the folder cannot be made
  explicit ProgramCache(std::filesystem::path folder);

  std::filesystem::path path_of(const std::string& name) const { return folder_ / name; }
  /// Takes over a finished executable, and drops the oldest ones beyond kLargestCount.
  void keep(const std::filesystem::path& program, const std::string& name);
  /// Notes that a program was used, so that it stays.
  void touch(const std::string& name) const;

 private:
  static constexpr std::size_t kLargestCount = 64;
  std::filesystem::path folder_;
};

/// A folder that goes away with the object.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(std::filesystem::path path);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace emulator::driver
