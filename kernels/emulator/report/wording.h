/// @file
/// The words that every report uses for threads, elements and amounts.
#pragma once

#include <cstdint>
#include <string>

#include "findings.h"
#include "source_text.h"

namespace emulator::report {

/// "(1,0,0)"
std::string index_text(const Index3& index);

/// "thread (1,0,0) of block (0,0,0)", or "a thread"
std::string who(const Place& place);

/// "reads", "writes", "updates with an atomic", or "accesses"
std::string verb(const Place& place);

/// "element 33 of tile"; the array is named by its allocation where it has no name.
std::string element_text(const Array& array, const SourceText& source);

/// "tile", "the array allocated at a.cu:20", or "an array in shared memory"
std::string array_text(const Array& array, const SourceText& source);

/// Rounded towards minus infinity: element -1 begins before the array.
std::int64_t element_index(const Array& array);

/// "1 byte", "2 bytes"
std::string plural(std::uint64_t count, const std::string& noun);

/// "512 bytes", "1.50 KiB", "8.00 MiB"
std::string bytes_text(double bytes);

/// The sentence with its first letter large.
std::string capitalized(std::string sentence);

/// The text with its lines broken between words to `width` columns, and `indent` before each.
std::string wrapped(const std::string& text, std::size_t width, const std::string& indent);

/// What a terminal understands as color, or nothing.
class Paint {
 public:
  explicit Paint(bool colors) : colors_(colors) {}
  std::string strong(const std::string& text) const { return in("1", text); }
  std::string bad(const std::string& text) const { return in("1;31", text); }
  std::string mild(const std::string& text) const { return in("1;33", text); }
  std::string good(const std::string& text) const { return in("1;32", text); }
  std::string faint(const std::string& text) const { return in("2", text); }

 private:
  std::string in(const char* code, const std::string& text) const {
    return colors_ ? "\033[" + std::string(code) + "m" + text + "\033[0m" : text;
  }
  bool colors_;
};

}  // namespace emulator::report
