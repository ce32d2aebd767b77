/// @file
/// The commands of ./course. Each returns its exit code, or throws UserError or UsageError.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace course {

/// `./course`: where the learner is and what is next.
int show_status();
int show_list();
int start_lesson(const std::string& lesson);
int show_hint(const std::string& lesson);
int show_solution(const std::string& lesson);
/// @param yes  do not ask before replacing the learner's file
int reset_lesson(const std::string& lesson, bool yes);

struct CheckOptions {
  bool solution = false;  ///< check the lesson's own solution
  std::string file;       ///< check this file instead of the learner's; empty: the learner's
};
int check_lesson(const std::string& lesson, const CheckOptions& options);
/// check_lesson whenever the file is saved, until Ctrl-C.
int watch_lesson(const std::string& lesson, const CheckOptions& options);
/// The file that these two check.
/// @throws UserError when the learner has none yet
std::filesystem::path file_to_check(const std::string& lesson, const CheckOptions& options);

int bench_lesson(const std::string& lesson);
int run_doctor();

struct EmulateOptions {
  std::string file;
  std::vector<std::string> include_folders;  ///< -I
  std::vector<std::string> definitions;      ///< -D: NAME or NAME=VALUE
  std::string standard = "gnu++20";          ///< --std
  bool check = false;                        ///< find mistakes; exit code 3 if there are any
  bool profile = false;                      ///< show what each line does to memory
  std::string json;                          ///< file for findings and profile; empty: none
  std::string html;                          ///< file for the annotated source; empty: none
  std::string card;                          ///< predict the time on this card; empty: no prediction
  std::vector<std::string> arguments;        ///< the program's own
};
int emulate(const EmulateOptions& options);

int run_tour();

}  // namespace course
