#include "source_text.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

namespace emulator::report {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> lines_of(std::istream& stream) {
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

}  // namespace

SourceText::SourceText(const std::map<fs::path, std::string>& names) {
  for (const auto& [file, name] : names) names_[real_path(file)] = name;
}

void SourceText::remember(const fs::path& file, const std::string& text) {
  std::istringstream stream(text);
  files_[real_path(file)] = lines_of(stream);
}

std::string SourceText::name(const std::string& file) const {
  const auto found = names_.find(file);
  if (found != names_.end()) return found->second;
  std::error_code error;
  const fs::path here = fs::current_path(error);
  if (error) return file;
  const fs::path relative = fs::path(file).lexically_relative(here);
  return relative.empty() || *relative.begin() == ".." ? file : relative.string();
}

std::string SourceText::name(const CodeLine& line) const {
  return line.known() ? fmt::format("{}:{}", name(line.file), line.line) : "an unknown line";
}

std::string SourceText::text(const CodeLine& line) const {
  if (!line.known()) return "";
  const std::vector<std::string>& all = lines(line.file);
  const auto number = static_cast<std::size_t>(line.line);
  return number <= all.size() ? all[number - 1] : "";
}

const std::vector<std::string>& SourceText::lines(const std::string& file) const {
  const auto [entry, is_new] = files_.try_emplace(file);
  if (is_new) {
    std::ifstream stream(file);
    entry->second = lines_of(stream);
  }
  return entry->second;
}

}  // namespace emulator::report
