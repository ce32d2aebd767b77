#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "bytes/mapped_file.h"
#include "bytes/printable.h"

namespace bytes {
namespace {

/// Closes a file descriptor at the end of its scope.
struct Descriptor {
  int value;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& reason) {
  throw FileError(fmt::format("cannot read '{}': {}.", printable(path.string(), 1000), reason));
}

std::string system_message() { return std::generic_category().message(errno); }

}  // namespace

MappedFile MappedFile::open(const std::filesystem::path& path) {
  // O_NONBLOCK: opening a named pipe must not wait for a writer; the check below then refuses it.
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.value < 0) fail(path, system_message());

  struct stat status = {};
  if (::fstat(file.value, &status) != 0) fail(path, system_message());
  if (S_ISDIR(status.st_mode)) fail(path, "it is a directory; name a file");
  if (!S_ISREG(status.st_mode))
    fail(path, "it is not a regular file, so it cannot be mapped; copy it to a file first");

  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return MappedFile(nullptr, 0);  // mmap refuses a length of zero
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.value, 0);
  if (data == MAP_FAILED) fail(path, system_message());
  return MappedFile(static_cast<const std::byte*>(data), size);
}

void MappedFile::release() noexcept {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

}  // namespace bytes
