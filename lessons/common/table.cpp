#include "table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lesson_bench {
namespace {

/// Three digits of `value` with the largest unit that keeps it at 1 or more.
template <std::size_t N>
std::string with_unit(double value, const std::array<const char*, N>& units, double step) {
  std::size_t unit = 0;
  for (; unit + 1 < N && value >= step * 0.9995; ++unit) value /= step;
  return fmt::format("{:.{}f} {}", value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0, units[unit]);
}

}  // namespace

void Table::print() const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += i == 0 ? fmt::format("{:<{}}", row[i], widths[i]) : fmt::format("  {:>{}}", row[i], widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    fmt::print("{}\n", line);
  }
}

std::string format_time(double seconds) {
  return with_unit(seconds * 1e9, std::array{"ns", "us", "ms", "s"}, 1000);
}

std::string format_bytes(double bytes) {
  if (bytes < 1000) return fmt::format("{:.0f} B", bytes);
  return with_unit(bytes, std::array{"B", "kB", "MB", "GB", "TB"}, 1000);
}

std::string format_percent(double share) { return fmt::format("{:.0f}%", share * 100); }

}  // namespace lesson_bench
