// For systems without mmap: reads the whole file into memory. Same behaviour, slower to open.
#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <system_error>

#include "bytes/mapped_file.h"
#include "bytes/printable.h"

namespace bytes {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& reason) {
  throw FileError(fmt::format("cannot read '{}': {}.", printable(path.string(), 1000), reason));
}

}  // namespace

MappedFile MappedFile::open(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) fail(path, "No such file or directory");
  if (std::filesystem::is_directory(status)) fail(path, "it is a directory; name a file");
  if (!std::filesystem::is_regular_file(status))
    fail(path, "it is not a regular file; copy it to a file first");

  const auto size = static_cast<std::size_t>(std::filesystem::file_size(path, error));
  if (error) fail(path, error.message());
  if (size == 0) return MappedFile(nullptr, 0);
  std::ifstream stream(path, std::ios::binary);
  if (!stream) fail(path, "it cannot be opened; check its permissions");
  auto data = std::make_unique<std::byte[]>(size);
  stream.read(reinterpret_cast<char*>(data.get()), static_cast<std::streamsize>(size));
  if (stream.gcount() != static_cast<std::streamsize>(size))
    fail(path, "it became shorter while it was read");
  return MappedFile(data.release(), size);
}

void MappedFile::forget(std::span<const std::byte>) const noexcept {}

void MappedFile::release() noexcept { delete[] data_; }

}  // namespace bytes
