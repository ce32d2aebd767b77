#include "model/metadata_keys.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "model/config.h"

namespace model {

std::string MetadataKeys::key(std::string_view rest) const {
  return fmt::format("{}.{}", architecture_, rest);
}

std::size_t MetadataKeys::size(std::string_view rest, std::uint64_t limit) const {
  return checked(rest, file_.get_uint(key(rest)), limit);
}

std::size_t MetadataKeys::size_or(std::string_view rest, std::uint64_t otherwise, std::uint64_t limit) const {
  return checked(rest, file_.find_uint(key(rest)).value_or(otherwise), limit);
}

double MetadataKeys::positive(std::string_view rest) const {
  return checked_positive(rest, file_.get_float(key(rest)));
}

double MetadataKeys::positive_or(std::string_view rest, double otherwise) const {
  return checked_positive(rest, file_.find_float(key(rest)).value_or(otherwise));
}

std::size_t MetadataKeys::checked(std::string_view rest, std::uint64_t value, std::uint64_t limit) const {
  if (value < 1 || value > limit) {
    fail(file_,
         fmt::format("'{}' is {}; it must be from 1 to {}. The file is damaged or was converted wrongly.",
                     key(rest), value, limit));
  }
  return static_cast<std::size_t>(value);
}

double MetadataKeys::checked_positive(std::string_view rest, double value) const {
  const bool fits = std::abs(value) <= static_cast<double>(std::numeric_limits<float>::max());
  if (!fits || !(static_cast<float>(value) > 0.0f)) {
    fail(file_, fmt::format(
                    "'{}' is {}; it must be a positive number. The file is damaged or was converted wrongly.",
                    key(rest), value));
  }
  return value;
}

}  // namespace model
