#pragma once

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <span>
#include <string>

namespace bytes {

/// Writes a file that is either complete or not there at all.
///
/// The bytes go to a temporary file in the same folder; commit() gives it its name. Without commit (an
/// exception, a full disk) the temporary file is removed and an older file of that name stays untouched. A
/// path that exists and is not a regular file (a pipe, /dev/stdout) is written directly.
class OutputFile {
 public:
  /// @throws FileError when the folder is missing or may not be written
  explicit OutputFile(std::filesystem::path path);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();

  /// @throws FileError when the disk is full
  void write(std::span<const std::byte> data);

  /// Flushes everything and puts the file in its place.
  /// @throws FileError when that fails; nothing is left behind then
  void commit();

 private:
  [[noreturn]] void fail();

  std::filesystem::path path_;
  std::filesystem::path temporary_;  // empty: written directly
  std::FILE* file_ = nullptr;
};

}  // namespace bytes
