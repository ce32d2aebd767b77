/// @file
/// The two ways in which a command of the course ends badly.
#pragma once

#include <stdexcept>

namespace course {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongUsage = 2;

/// Something failed: one sentence with what, which file or value, and what to do. Exit code kFailed.
struct UserError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The command was called wrongly. Exit code kWrongUsage.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace course
