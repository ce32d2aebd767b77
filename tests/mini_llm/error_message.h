#pragma once

#include <exception>
#include <string>
#include <string_view>

/// The message of what `action` throws; "(nothing was thrown)" when it does not.
template <typename Action>
std::string error_message(const Action& action) {
  try {
    action();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "(nothing was thrown)";
}

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }
