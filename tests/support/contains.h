/// @file
/// A string matcher whose name differs between the versions of Catch2.
#pragma once

#include <string>

#include "support/catch.h"

/// Matches strings that hold `part`: `CHECK_THROWS_WITH(open("x"), contains("x is missing"))`.
inline auto contains(const std::string& part) {
#if CATCH_VERSION_MAJOR >= 3
  return Catch::Matchers::ContainsSubstring(part);
#else
  return Catch::Matchers::Contains(part);
#endif
}
