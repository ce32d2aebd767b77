/// @file
/// Text tables for lessons' benchmarks.
#pragma once

#include <string>
#include <vector>

namespace lesson_bench {

/// Rows of text, printed with every column as wide as its widest cell: the first to the left, the others to
/// the right.
class Table {
 public:
  explicit Table(std::vector<std::string> headings) : rows_{std::move(headings)} {}
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  void print() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// "17.3 us", "1.20 ms": three digits that mean something.
std::string format_time(double seconds);
/// "201 MB" in powers of ten, as bandwidths are.
std::string format_bytes(double bytes);
/// "3%"
std::string format_percent(double share);

}  // namespace lesson_bench
