#include "lesson_page.h"

#include "support/catch.h"

namespace {

constexpr const char* kPage =
    "# Lesson\n"
    "<!-- explains: nothing_yet -->\n"
    "\n## First\n"
    "<!-- explains: race out_of_bounds -->\n"
    "\nText about race and leak.\n"
    "\n### Part\n"
    "\n## Second one\n"
    "\nText.\n"
    "<!-- explains: leak -->\n"
    "\n## Last\n";

}  // namespace

TEST_CASE("the heading over the paragraph that explains a mistake is found by the mistake's name") {
  CHECK(course::heading_about(kPage, "race") == "First");
  CHECK(course::heading_about(kPage, "out_of_bounds") == "First");
  CHECK(course::heading_about(kPage, "leak") == "Second one");
}

TEST_CASE("there is no heading for what no paragraph explains") {
  for (const char* kind : {"nothing_yet", "rac", "race_same_value", "hang", "-->", ""}) {
    INFO(kind);
    CHECK(course::heading_about(kPage, kind).empty());
    CHECK(course::heading_about("## Only\n<!-- explains: race -->\n", kind).empty());
  }
}

TEST_CASE("a section ends where the next one begins") {
  CHECK(course::section(kPage, "Second one") == "Text.\n<!-- explains: leak -->\n");
  CHECK(course::section(kPage, "Third").empty());
}
