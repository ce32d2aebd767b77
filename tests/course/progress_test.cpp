#include "progress.h"

#include <cstdlib>

#include "errors.h"
#include "lesson_list.h"
#include "support/catch.h"

using namespace course;

TEST_CASE("lessons are found by number and by name, and others are wrong usage") {
  CHECK(find_lesson("1").folder() == "01_vector_add");
  CHECK(find_lesson("05").folder() == "05_tiled_matmul");
  CHECK(find_lesson("10_attention").number == 10);
  for (const char* wrong : {"", "0", "16", "001", "vector_add", "-1", "../01_vector_add"}) {
    INFO("'" << wrong << "'");
    CHECK_THROWS_AS(find_lesson(wrong), UsageError);
  }
}

TEST_CASE("lessons are numbered from 1 without a gap") {
  int expected = 1;
  for (const Lesson& lesson : all_lessons()) CHECK(lesson.number == expected++);
  CHECK(expected == 16);
}
