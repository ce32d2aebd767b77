// Files written whole or not at all, and text made safe for a terminal.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "bytes/mapped_file.h"
#include "bytes/output_file.h"
#include "bytes/printable.h"
#include "error_message.h"
#include "support/catch.h"
#include "temporary_folder.h"

namespace fs = std::filesystem;

namespace {

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::ptrdiff_t entries(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

}  // namespace

TEST_CASE("a file that is not committed leaves the old one as it was, and nothing beside it") {
  const TemporaryFolder folder;
  folder.write("f", bytes_of("old"));
  {
    bytes::OutputFile file(folder.path("f"));
    file.write(bytes_of("new"));
  }
  CHECK(content(folder.path("f")) == "old");
  CHECK(entries(folder.path("")) == 1);
}

TEST_CASE("a committed file replaces the old one") {
  const TemporaryFolder folder;
  folder.write("f", bytes_of("old and longer"));
  bytes::OutputFile file(folder.path("f"));
  file.write(bytes_of("new"));
  file.commit();
  CHECK(content(folder.path("f")) == "new");
  CHECK(entries(folder.path("")) == 1);
}

TEST_CASE("a link stays a link, and the file behind it is replaced") {
  const TemporaryFolder folder;
  folder.write("f", bytes_of("old"));
  fs::create_symlink(folder.path("f"), folder.path("link"));
  bytes::OutputFile file(folder.path("link"));
  file.write(bytes_of("new"));
  file.commit();
  CHECK(fs::is_symlink(folder.path("link")));
  CHECK(content(folder.path("f")) == "new");
}

TEST_CASE("a file cannot be written in place of a folder or inside a missing one") {
  const TemporaryFolder folder;
  CHECK(contains(error_message([&] { bytes::OutputFile file(folder.path("")); }), "is a directory"));
  CHECK(contains(error_message([&] { bytes::OutputFile file(folder.path("absent/f")); }), "cannot write"));
}

TEST_CASE("an empty file is mapped as no bytes") {
  const TemporaryFolder folder;
  folder.write("empty", {});
  CHECK(bytes::MappedFile::open(folder.path("empty")).bytes().empty());
}

TEST_CASE("a mapped file stays where it is when it is moved") {
  const TemporaryFolder folder;
  folder.write("f", bytes_of("content"));
  bytes::MappedFile first = bytes::MappedFile::open(folder.path("f"));
  const std::byte* address = first.bytes().data();
  bytes::MappedFile second = std::move(first);
  CHECK(second.bytes().data() == address);
  CHECK(second.bytes()[6] == std::byte{'t'});
  second = bytes::MappedFile::open(folder.path("f"));
  CHECK(second.bytes().size() == 7);
}

TEST_CASE("text for a terminal keeps letters of all languages and shows everything else") {
  using bytes::printable;
  CHECK(printable("gr\xC3\xBC\xC3\x9F \xE6\xBC\xA2 \xF0\x9F\xA6\x94") ==
        "gr\xC3\xBC\xC3\x9F \xE6\xBC\xA2 \xF0\x9F\xA6\x94");
  CHECK(printable("a\nb\tc\x1B[31m\x7F") == "a\\nb\\tc\\x1B[31m\\x7F");
  CHECK(printable("\xC2\x9B") == "\\x9B");          // a control character of the second set
  CHECK(printable("\xE2\x80\xAE") == "\\u{202E}");  // text from right to left
  CHECK(printable("\xFF\xC3") == "\\xFF\\xC3");     // not UTF-8; cut short
  CHECK(printable("\xC0\xAF\xED\xA0\x80") == "\\xC0\\xAF\\xED\\xA0\\x80");  // too long a form; a surrogate
  CHECK(printable(std::string(50, 'x'), 10) == std::string(10, 'x') + "...");
}

TEST_CASE("bytes that were forgotten can still be read") {
  const TemporaryFolder folder;
  std::string text(20'000, '\0');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 7919 % 251);
  folder.write("f", bytes_of(text));
  const bytes::MappedFile file = bytes::MappedFile::open(folder.path("f"));
  file.forget(file.bytes());
  file.forget(file.bytes().subspan(5000, 9000));
  file.forget(file.bytes().subspan(100, 1));
  file.forget({});
  CHECK(std::equal(file.bytes().begin(), file.bytes().end(), bytes_of(text).begin(), bytes_of(text).end()));
}
