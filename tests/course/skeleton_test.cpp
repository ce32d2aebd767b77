#include "skeleton.h"

#include <stdexcept>

#include "support/catch.h"

using course::make_clean_solution;
using course::make_skeleton;

namespace {

constexpr const char* kSolution =
    "int f() {\n"
    "  // task: 1. Return\n"
    "  // task+    seven.\n"
    "  // solution begin\n"
    "  return 7;\n"
    "  // solution end\n"
    "}\n";

/// What make_skeleton says against the text; "" when it takes it.
std::string refusal_of(const char* text) {
  try {
    make_skeleton(text);
    return "";
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a skeleton has the tasks and not the solution") {
  CHECK(make_skeleton(kSolution) ==
        "int f() {\n"
        "  // TODO 1. Return\n"
        "  //         seven.\n"
        "}\n");
}

TEST_CASE("a clean solution has neither markers nor tasks") {
  CHECK(make_clean_solution(kSolution) == "int f() {\n  return 7;\n}\n");
}

TEST_CASE("text without markers stays as it is, also without a newline at its end") {
  CHECK(make_skeleton("a\n\nb") == "a\n\nb");
  CHECK(make_skeleton("").empty());
}

TEST_CASE("markers that do not pair are refused with their line") {
  CHECK(refusal_of("// solution end\n").find("line 1") != std::string::npos);
  CHECK(refusal_of("// solution begin\nx\n// solution begin\n").find("line 3") != std::string::npos);
  CHECK(refusal_of("// solution begin\n").find("never ended") != std::string::npos);
}
