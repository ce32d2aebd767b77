// The commands of ./course that only handle files.
#include <filesystem>

#include "paths.h"
#include "program_runner.h"
#include "skeleton.h"
#include "support/catch.h"

namespace fs = std::filesystem;

namespace {

const fs::path& lesson_01() {
  static const fs::path folder = course::root_folder() / "lessons" / "01_vector_add";
  return folder;
}

}  // namespace

TEST_CASE("without a command the program says where the learner is and what is next") {
  const WorkFolder work;
  const Outcome fresh = work.course({});
  INFO(fresh.output);
  CHECK(fresh.exit_code == 0);
  CHECK(fresh.says("./course start 01"));
  work.course({"start", "01"});
  CHECK(work.course({}).says("./course check 01"));
}

TEST_CASE("list shows every lesson of the course and says which are not written yet") {
  const Outcome outcome = WorkFolder().course({"list"});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.says("01  vector_add"));
  CHECK(outcome.says("next"));
  CHECK(outcome.says("15  many_gpus"));
  CHECK(outcome.says("not written yet"));
}

TEST_CASE("a lesson may be named 1, 01 or 01_vector_add") {
  for (const char* name : {"1", "01", "01_vector_add"}) {
    const Outcome outcome = WorkFolder().course({"start", name});
    INFO(name << "\n" << outcome.output);
    CHECK(outcome.exit_code == 0);
  }
}

TEST_CASE("start copies the skeleton, prints the task, and leaves a file that is there alone") {
  const WorkFolder work;
  const Outcome first = work.course({"start", "01"});
  INFO(first.output);
  CHECK(first.exit_code == 0);
  CHECK(first.says("TODO"));
  CHECK(course::read_file(work.path() / "01_vector_add.cu") ==
        course::read_file(lesson_01() / "skeleton.cu"));

  work.write("01_vector_add.cu", "my work");
  const Outcome again = work.course({"start", "01"});
  CHECK(again.exit_code == 0);
  CHECK(again.says("is there already"));
  CHECK(course::read_file(work.path() / "01_vector_add.cu") == "my work");
}

TEST_CASE("hint gives three levels, one after the other, and remembers") {
  const WorkFolder work;
  CHECK(work.course({"hint", "01"}).says("Hint 1 of 3"));
  CHECK(work.course({"hint", "01"}).says("Hint 2 of 3"));
  const Outcome third = work.course({"hint", "01"});
  CHECK(third.says("Hint 3 of 3"));
  CHECK(third.says("./course solution 01"));
  const Outcome fourth = work.course({"hint", "01"});
  CHECK(fourth.exit_code == 0);
  CHECK(fourth.says("Hint 3 of 3"));
}

TEST_CASE("solution prints the solution without its markers") {
  const Outcome outcome = WorkFolder().course({"solution", "01"});
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.output == course::make_clean_solution(course::read_file(lesson_01() / "solution.cu")));
  CHECK_FALSE(outcome.says("solution begin"));
  CHECK_FALSE(outcome.says("task:"));
}

TEST_CASE("reset asks first, keeps a backup, and gives the skeleton back") {
  const WorkFolder work;
  work.course({"start", "01"});
  const fs::path file = work.write("01_vector_add.cu", "my work");

  const Outcome unanswered = work.course({"reset", "01"});
  INFO(unanswered.output);
  CHECK(unanswered.exit_code == 1);
  CHECK(unanswered.says("--yes"));
  CHECK(course::read_file(file) == "my work");

  const Outcome reset = work.course({"reset", "01", "--yes"});
  INFO(reset.output);
  CHECK(reset.exit_code == 0);
  CHECK(course::read_file(file) == course::read_file(lesson_01() / "skeleton.cu"));
  int backups = 0;
  for (const auto& entry : fs::directory_iterator(work.path())) {
    if (entry.path().extension() == ".backup") backups += course::read_file(entry.path()) == "my work";
  }
  CHECK(backups == 1);
}

TEST_CASE("wrong usage exits with 2 and says what is right") {
  const WorkFolder work;
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"frobnicate"},
                                             {"start"},
                                             {"start", "99"},
                                             {"check", "vector"},
                                             {"watch"},
                                             {"watch", "01", "--solution"},
                                             {"hint", "01", "02"},
                                             {"list", "--all"},
                                             {"check", "01", "--solution", "--file", "x.cu"},
                                             {"check", "01", "--device", "tpu"}}) {
    const Outcome outcome = work.course(arguments);
    INFO(outcome.output);
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.says("course: "));
  }
}

TEST_CASE("a lesson that is not written yet, a missing file and a damaged progress are told apart") {
  const WorkFolder work;
  const Outcome unwritten = work.course({"start", "15"});
  CHECK(unwritten.exit_code == 1);
  CHECK(unwritten.says("not written yet"));

  const Outcome unstarted = work.course({"check", "01"});
  CHECK(unstarted.exit_code == 1);
  CHECK(unstarted.says("./course start 01"));

  const Outcome no_file = work.course({"check", "01", "--file", "/no/such/file.cu"});
  CHECK(no_file.exit_code == 1);
  CHECK(no_file.says("/no/such/file.cu"));

  work.write(".progress", "{ this is no JSON");
  const Outcome damaged = work.course({"list"});
  CHECK(damaged.exit_code == 0);
  CHECK(damaged.says("damaged"));
  CHECK(fs::exists(work.path() / ".progress.damaged"));
}

TEST_CASE("a work folder that cannot be made is one clear sentence") {
  const WorkFolder work;
  work.write("file", "");
  const Outcome outcome = run_program({course::program("course").string(), "start", "01"},
                                      {{"COURSE_WORK", (work.path() / "file" / "work").string()}});
  INFO(outcome.output);
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.says("cannot be written"));
}

TEST_CASE("doctor says what this machine has") {
  const Outcome outcome = WorkFolder().course({"doctor"});
  INFO(outcome.output);
  CHECK((outcome.exit_code == 0 || outcome.exit_code == 1));
  for (const char* fact : {"GPU", "toolkit", "processor", "memory", "compiler", "device"})
    CHECK(outcome.says(fact));
}
