/// @file
/// What the learner has done so far, kept in work/.progress.
#pragma once

#include <map>
#include <string>

#include "lesson_list.h"

namespace course {

struct LessonProgress {
  bool started = false;
  bool passed = false;
  int hints_shown = 0;
};

class Progress {
 public:
  /// Reads work/.progress. A missing file is an empty progress; a damaged one is set aside with a note on
  /// stderr.
  static Progress load();
  /// @throws UserError when work/.progress cannot be written
  void save() const;

  LessonProgress& of(const Lesson& lesson) { return lessons_[lesson.folder()]; }
  /// The first written lesson that is not passed; null when all are.
  const Lesson* next();

 private:
  std::map<std::string, LessonProgress> lessons_;
};

}  // namespace course
