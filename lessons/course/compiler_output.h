/// @file
/// Makes a compiler's output readable for a learner: only what concerns their file, the first errors, plain
/// words first.
#pragma once

#include <string>
#include <string_view>

namespace course {

/// Names under which the learner's file appears in outputs, and the one under which the learner knows it.
struct FileNames {
  std::string compiled;  ///< absolute path of the copy that is compiled
  std::string shown;     ///< what the learner calls it, e.g. "work/01_vector_add.cu"
  /// What was compiled under that name: another check may have put its own file there since. Empty: what is
  /// there.
  std::string text = {};
};

/// The text with every mention of the compiled copy replaced by the learner's name for it.
std::string with_shown_names(std::string_view text, const FileNames& names);

/// What to print when the learner's file does not compile or link.
/// @param output  everything that the build printed
std::string explain_build_failure(std::string_view output, const FileNames& names);

/// Warnings about the learner's file in the output of a build that succeeded; "" when there are none.
std::string warnings_about(std::string_view output, const FileNames& names);

}  // namespace course
