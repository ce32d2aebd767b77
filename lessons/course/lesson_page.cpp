#include "lesson_page.h"

#include <sstream>

namespace course {

std::string section(const std::string& page, const std::string& title) {
  const std::string heading = "\n## " + title + "\n";
  const std::size_t begin = page.find(heading);
  if (begin == std::string::npos) return "";
  const std::size_t text = page.find_first_not_of('\n', begin + heading.size());
  if (text == std::string::npos) return "";
  const std::size_t end = std::min(page.find("\n## ", text), page.size());
  return page.substr(text, page.find_last_not_of('\n', end - 1) + 1 - text) + "\n";
}

std::string heading_about(std::string_view page, std::string_view kind) {
  constexpr std::string_view kHeading = "## ";
  constexpr std::string_view kExplains = "<!-- explains: ";
  std::istringstream lines{std::string(page)};
  std::string heading;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(kHeading)) heading = line.substr(kHeading.size());
    if (!line.starts_with(kExplains)) continue;
    std::istringstream kinds(line.substr(kExplains.size()));
    for (std::string word; kinds >> word && word != "-->";) {
      if (word == kind) return heading;
    }
  }
  return "";
}

}  // namespace course
