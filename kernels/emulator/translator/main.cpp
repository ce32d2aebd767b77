/// @file
/// emulator_translate IN.cu -o OUT.cpp: the build's front end to the translator.
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>

#include "translate.h"

namespace {

/// What the output was made from, in the form that make and ninja read.
void write_dependencies(const std::string& path, const emulator::translator::Translation& translation) {
  std::ofstream stream(path);
  const auto write_path = [&](const std::filesystem::path& file) {
    for (const char c : file.string()) {
      if (c == ' ' || c == '#' || c == '\\') stream << '\\';
      if (c == '$') stream << '$';
      stream << c;
    }
  };
  write_path(translation.written.front());
  stream << ':';
  for (const std::filesystem::path& source : translation.sources) {
    stream << " \\\n  ";
    write_path(source);
  }
  stream << '\n';
  if (!stream.flush()) throw std::runtime_error(path + ": error: cannot be written");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Translates CUDA C++ to C++ for the emulated GPU", "emulator_translate"};
  emulator::translator::TranslationRequest request;
  std::string source;
  std::string output;
  std::vector<std::string> include_folders;
  std::string dependencies;
  app.add_option("source", source, "the .cu file")->required();
  app.add_option("-o,--output", output, "the C++ file to write")->required();
  app.add_option("-I,--include", include_folders, "where to look for the program's own headers")
      ->allow_extra_args(false);
  app.add_option("--dependencies", dependencies, "also write a make rule that names all files read");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    request.source = source;
    request.output = output;
    request.include_folders.assign(include_folders.begin(), include_folders.end());
    const emulator::translator::Translation translation = emulator::translator::translate(request);
    if (!dependencies.empty()) write_dependencies(dependencies, translation);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
