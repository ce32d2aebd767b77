/// @file
/// How a lesson's check says what is wrong: one explanation, then the check ends.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lesson_check {

/// Names the lesson in messages. Each check.cpp defines it.
struct LessonName {
  std::string_view number;  ///< "01"
  std::string_view name;    ///< "vector_add"
  std::string_view folder;  ///< "01_vector_add"
};
extern const LessonName kLesson;

struct Explanation {
  std::string what;  ///< what is wrong and where, e.g. "wrong result at element 256 (expected 0.7, got 0)"
  std::string why;   ///< what is right, what most likely causes it, where to look
  std::string_view read;                ///< heading in the lesson's README.md that explains it
  std::vector<std::string> lines = {};  ///< "file:line" of the learner's lines that it is about, if known
};

/// Prints the explanation in the course's form and ends the check as failed.
[[noreturn]] void reject(const Explanation& explanation);

/// Calls the learner's code, waits for the device, and explains exceptions and errors of CUDA that it leaves
/// behind.
/// @param call  how the learner knows it, e.g. "add_on_device with n = 1000"
void run_learner(const std::string& call, const std::function<void()>& code);

}  // namespace lesson_check
