#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <stdexcept>

namespace bytes {

/// A file could not be opened, read or written. The message names the file and the reason.
class FileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A whole file as read-only bytes. Where the system can, the file is mapped, not read: opening a 40 GB model
/// takes no time, and only the pages that are used come into memory.
///
/// mapped_file_posix.cpp maps; mapped_file_portable.cpp reads the file into memory, for systems without mmap.
class MappedFile {
 public:
  /// @throws FileError when `path` is missing, unreadable, or not a regular file
  static MappedFile open(const std::filesystem::path& path);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  /// Stays valid, at the same address, when the MappedFile is moved. Aligned to at least 16 bytes.
  std::span<const std::byte> bytes() const { return {data_, size_}; }

  /// Says that these of the bytes will not be read again soon: their memory is given back where the file is
  /// mapped. They can still be read.
  void forget(std::span<const std::byte> part) const noexcept;

 private:
  MappedFile(const std::byte* data, std::size_t size) : data_(data), size_(size) {}
  void release() noexcept;

  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace bytes
