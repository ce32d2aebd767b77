#include "translation_error.h"

#include <fmt/format.h>

namespace emulator::translator {
namespace {

std::size_t column_of(const SourceFile& file, std::uint32_t offset) {
  const std::size_t newline = offset == 0 ? std::string::npos : file.text.rfind('\n', offset - 1);
  return newline == std::string::npos ? offset + 1 : offset - newline;
}

}  // namespace

TranslationError::TranslationError(const SourceFile& file, std::uint32_t line, std::uint32_t offset,
                                   const std::string& sentence)
    : std::runtime_error(
          fmt::format("{}:{}:{}: error: {}", file.path, line, column_of(file, offset), sentence)) {}

TranslationError::TranslationError(const SourceFile& file, const Token& token, const std::string& sentence)
    : TranslationError(file, token.line, token.offset, sentence) {}

TranslationError::TranslationError(const std::string& path, const std::string& sentence)
    : std::runtime_error(fmt::format("{}: error: {}", path, sentence)) {}

}  // namespace emulator::translator
