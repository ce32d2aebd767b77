#include "wording.h"

#include <fmt/format.h>

#include <cctype>

namespace emulator::report {

std::string index_text(const Index3& index) {
  return fmt::format("({},{},{})", index[0], index[1], index[2]);
}

std::string who(const Place& place) {
  if (!place.thread) return "a thread";
  const std::string thread = "thread " + index_text(*place.thread);
  return place.block ? thread + " of block " + index_text(*place.block) : thread;
}

std::string verb(const Place& place) {
  if (place.op == "read") return "reads";
  if (place.op == "write") return "writes";
  if (place.op == "atomic") return "updates with an atomic";
  return "accesses";
}

std::int64_t element_index(const Array& array) {
  const std::int64_t down = array.offset < 0 ? array.element_bytes - 1 : 0;
  return (array.offset - down) / array.element_bytes;
}

std::string array_text(const Array& array, const SourceText& source) {
  if (!array.name.empty()) return array.name;
  if (array.declared.known()) {
    const char* came = array.space == "global" ? "allocated" : "declared";
    return fmt::format("the array {} at {}", came, source.name(array.declared));
  }
  return fmt::format("an array in {} memory", array.space.empty() ? "device" : array.space);
}

std::string element_text(const Array& array, const SourceText& source) {
  return fmt::format("element {} of {}", element_index(array), array_text(array, source));
}

std::string plural(std::uint64_t count, const std::string& noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string bytes_text(double bytes) {
  if (bytes < 1024) return plural(static_cast<std::uint64_t>(bytes), "byte");
  static constexpr const char* kUnits[] = {"KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  bytes /= 1024;
  while (bytes >= 1024 && unit + 1 < std::size(kUnits)) {
    bytes /= 1024;
    ++unit;
  }
  return fmt::format("{:.2f} {}", bytes, kUnits[unit]);
}

std::string capitalized(std::string sentence) {
  if (!sentence.empty()) {
    sentence[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(sentence[0])));
  }
  return sentence;
}

std::string wrapped(const std::string& text, std::size_t width, const std::string& indent) {
  std::string result;
  std::string line;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    begin = end + 1;
    if (!line.empty() && indent.size() + line.size() + 1 + word.size() > width) {
      result += indent + line + "\n";
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty()) result += indent + line + "\n";
  return result;
}

}  // namespace emulator::report
