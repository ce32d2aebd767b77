/// @file
/// The lessons of the course, in their order.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace course {

struct Lesson {
  int number;
  std::string_view name;        ///< folder name without the number, e.g. "vector_add"
  std::string_view arrives_at;  ///< what the learner can do afterwards
  int minutes;                  ///< estimated time

  /// Two digits, e.g. "01".
  std::string id() const;
  /// Name of the folder and of the learner's file, e.g. "01_vector_add".
  std::string folder() const;
};

std::span<const Lesson> all_lessons();

/// The lesson meant by "1", "01" or "01_vector_add".
/// @throws UsageError naming the lessons there are
const Lesson& find_lesson(std::string_view text);

/// False for a lesson that the course plans and that nobody has written yet.
bool is_written(const Lesson& lesson);

/// find_lesson, for commands that need the lesson's files.
/// @throws UserError when the lesson is not written yet
const Lesson& find_written_lesson(std::string_view text);

}  // namespace course
