/// @file
/// Finds a wrong element in c = a + b, and guesses from the pattern of right and wrong what the program did.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "verdict.h"

namespace lesson_check {

/// Index of the first wrong element of c.
std::optional<std::size_t> find_wrong_sum(std::span<const float> a, std::span<const float> b,
                                          std::span<const float> c);

/// Which of the lesson's two functions was run.
enum class Step { kOnDevice, kFromHost };

/// @param call   how the learner knows what was run, e.g. "add with n = 33"
/// @param wrong  what find_wrong_sum found
Explanation explain_wrong_sum(Step step, const std::string& call, std::span<const float> a,
                              std::span<const float> b, std::span<const float> c, std::size_t wrong);

}  // namespace lesson_check
