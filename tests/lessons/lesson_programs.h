/// @file
/// The lessons that are written, and the programs that the build made of their files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lesson_list.h"

struct Outcome {
  int exit_code = 0;  ///< -1 when a signal or a timeout ended it
  std::string output;
};

std::vector<const course::Lesson*> written_lessons();
/// Files with planted mistakes.
std::vector<std::filesystem::path> mutants_of(const course::Lesson& lesson);
/// Whether a mutant leaves every result right, so that only the observed program rejects it: for a mistake
/// ("// observed: ") or for a goal that its lines miss ("// missed: ").
bool is_only_observed(const std::string& mutant_source);

/// Runs the lesson's check on one of the implementations, e.g. "solution".
Outcome run_check(const course::Lesson& lesson, const std::string& implementation,
                  const std::string& schedule = "forward");

/// The text behind `marker` on the line where it stands; "" when it stands nowhere.
std::string after_marker(const std::string& text, const std::string& marker);
/// The line that ends with the comment "// here"; 0 when none does.
int marked_line(const std::string& source);
/// The text with its line breaks and indents as single spaces: they fall where they fall.
std::string one_line(const std::string& text);
/// A message that sends the learner to a paragraph must name one that exists.
void require_paragraph_exists(const course::Lesson& lesson, const std::string& output);
