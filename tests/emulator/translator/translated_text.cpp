#include "translated_text.h"

#include <atomic>
#include <fstream>
#include <iterator>
#include <random>

namespace emulator_tests {

namespace fs = std::filesystem;

Scratch::Scratch() {
  static std::atomic<unsigned> count{0};
  std::random_device random;
  folder_ = fs::temp_directory_path() /
            ("emulator_translator_test_" + std::to_string(random()) + "_" + std::to_string(count++));
  fs::create_directories(folder_);
}

Scratch::~Scratch() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

fs::path Scratch::write(const std::string& name, const std::string& text) const {
  const fs::path path = folder_ / name;
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

std::string Scratch::read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string translated(const std::string& source, bool instrumented) {
  const Scratch scratch;
  const fs::path output = scratch.folder() / "out.cpp";
  emulator::translator::translate({scratch.write("in.cu", source), output, {}, instrumented});
  const std::string text = Scratch::read(output);
  const std::size_t line = text.find("#line 1 ");
  return text.substr(text.find('\n', line) + 1);
}

std::string refusal_of(const std::string& source) {
  const Scratch scratch;
  const fs::path input = scratch.write("in.cu", source);
  const std::string text = message_of({input, scratch.folder() / "out.cpp", {}});
  return text.rfind(input.string() + ":", 0) == 0 ? text.substr(input.string().size() + 1) : text;
}

std::string message_of(const emulator::translator::TranslationRequest& request) {
  try {
    emulator::translator::translate(request);
  } catch (const emulator::translator::TranslationError& error) {
    return error.what();
  }
  return "";
}

}  // namespace emulator_tests
