#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

#include "bytes/mapped_file.h"
#include "bytes/printable.h"

#if __has_include(<sanitizer/asan_interface.h>)
#include <sanitizer/asan_interface.h>  // its macros are nothing where AddressSanitizer is off
#else
#define ASAN_POISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#endif

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

/// What a mapping of `size` bytes has behind them, up to the end of its last page. It can be read and is
/// zero, so that a read past the end of a file would go unseen; under AddressSanitizer it is forbidden.
std::size_t padding(std::size_t size) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return (page - size % page) % page;
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
  ASAN_POISON_MEMORY_REGION(static_cast<std::byte*>(data) + size, padding(size));
  return MappedFile(static_cast<const std::byte*>(data), size);
}

void MappedFile::forget(std::span<const std::byte> part) const noexcept {
  // Whole pages; the others hold bytes of somebody else too.
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = (reinterpret_cast<std::uintptr_t>(part.data()) + page - 1) / page * page;
  const auto end = reinterpret_cast<std::uintptr_t>(part.data() + part.size()) / page * page;
  if (begin < end) (void)::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

void MappedFile::release() noexcept {
  if (data_ == nullptr) return;
  ASAN_UNPOISON_MEMORY_REGION(data_ + size_, padding(size_));
  ::munmap(const_cast<std::byte*>(data_), size_);
}

}  // namespace bytes
