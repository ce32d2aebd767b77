#include "bytes/output_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <random>
#include <system_error>

#include "bytes/mapped_file.h"
#include "bytes/printable.h"

namespace bytes {
namespace fs = std::filesystem;

OutputFile::OutputFile(fs::path path) : path_(std::move(path)) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path_, ignored);
  if (fs::is_directory(status)) {
    throw FileError(
        fmt::format("cannot write '{}': it is a directory; name a file.", printable(path_.string(), 1000)));
  }
  // A link is followed, so that the file it points to is replaced and the link stays.
  if (fs::is_regular_file(status)) {
    const fs::path target = fs::canonical(path_, ignored);
    if (!ignored) path_ = target;
  }
  if (!fs::exists(status) || fs::is_regular_file(status)) {
    temporary_ = path_;
    temporary_ += fmt::format(".{:08x}.tmp", std::random_device{}());
  }
  file_ = std::fopen((temporary_.empty() ? path_ : temporary_).string().c_str(), "wb");
  if (file_ == nullptr) fail();
}

OutputFile::~OutputFile() {
  if (file_ != nullptr) std::fclose(file_);
  std::error_code ignored;
  if (!temporary_.empty()) fs::remove(temporary_, ignored);
}

void OutputFile::write(std::span<const std::byte> data) {
  if (data.empty()) return;  // an empty span has no address to hand to fwrite
  if (std::fwrite(data.data(), 1, data.size(), file_) != data.size()) fail();
}

void OutputFile::commit() {
  const int closed = std::fclose(file_);
  file_ = nullptr;
  if (closed != 0) fail();
  if (temporary_.empty()) return;
  std::error_code error;
  fs::rename(temporary_, path_, error);
  if (error) {
    errno = error.value();
    fail();
  }
  temporary_.clear();
}

void OutputFile::fail() {
  const std::string reason = std::generic_category().message(errno);
  throw FileError(
      fmt::format("cannot write '{}': {}. Nothing was left there.", printable(path_.string(), 1000), reason));
}

}  // namespace bytes
