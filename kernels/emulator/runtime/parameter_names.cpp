#include <emulator/parameter_names.h>

#include <map>
#include <sstream>
#include <vector>

namespace emulator {

namespace {

using Names = std::vector<std::string>;

std::map<std::string, Names>& table() {
  static auto* names =
      new std::map<std::string, Names>;  // used before and after static objects of other files
  return *names;
}

/// "filters::blur<3>" -> "blur"
std::string bare_name(const std::string& launched) {
  const std::string name = launched.substr(0, launched.find('<'));
  const std::size_t colon = name.rfind(':');
  const std::size_t begin = name.find_first_not_of(' ', colon == std::string::npos ? 0 : colon + 1);
  if (begin == std::string::npos) return "";
  return name.substr(begin, name.find_last_not_of(' ') - begin + 1);
}

}  // namespace

NamedParameters::NamedParameters(const char* kernel, const char* names) {
  Names list;
  std::istringstream stream(names);
  for (std::string name; std::getline(stream, name, ',');) list.push_back(name);
  const auto [entry, is_new] = table().try_emplace(kernel, list);
  // Overloads with different names: better none than the wrong ones.
  if (!is_new && entry->second != list) entry->second.clear();
}

std::string parameter_name(const std::string& launched, std::size_t position) {
  const auto found = table().find(bare_name(launched));
  return found == table().end() || position >= found->second.size() ? "" : found->second[position];
}

}  // namespace emulator
