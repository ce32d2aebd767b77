/// @file
/// The frame around a lesson's TEST_CASEs: runs them in order, prints one line each, stops at the first that
/// fails.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace lesson_check {

/// Prints the text and ends the current test case as failed.
[[noreturn]] void end_check(const std::string& text);

/// Seed of all random inputs of this run: chosen anew for every run, or from the environment variable
/// COURSE_SEED.
std::uint32_t seed();

}  // namespace lesson_check
