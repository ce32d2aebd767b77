#include "source_text.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "translation_error.h"

namespace emulator::translator {
namespace {

// Token positions have 32 bits; no source comes near.
constexpr std::uintmax_t kLargestSource = std::uintmax_t{1} << 30;

}  // namespace

SourceFile read_source(const std::filesystem::path& path, const std::string& shown) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error))
    throw TranslationError(shown, "this is a folder, not a source file");
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw TranslationError(shown, std::string("cannot be read: ") + std::strerror(errno));
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (!error && size > kLargestSource)
    throw TranslationError(shown, "is larger than 1 GiB; this is not a source file");
  SourceFile file{shown, {std::istreambuf_iterator<char>(stream), {}}};
  if (stream.bad()) throw TranslationError(shown, "reading it failed half way");
  std::string& text = file.text;
  if (text.compare(0, 2, "\xFF\xFE") == 0 || text.compare(0, 2, "\xFE\xFF") == 0) {
    throw TranslationError(shown, "this is UTF-16 text; save it as UTF-8");
  }
  if (text.compare(0, 3, "\xEF\xBB\xBF") == 0) text.erase(0, 3);
  if (const std::size_t zero = text.find('\0'); zero != std::string::npos) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(zero), '\n');
    throw TranslationError(file, static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(zero),
                           "there is a zero byte here; this is not a text file");
  }
  return file;
}

}  // namespace emulator::translator
