// make_skeleton SOLUTION SKELETON: writes the skeleton that belongs to a solution (see skeleton.h).
#include <fmt/format.h>

#include <exception>

#include "paths.h"
#include "skeleton.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: make_skeleton SOLUTION.cu SKELETON.cu\n");
    return 2;
  }
  try {
    course::write_file(argv[2], course::make_skeleton(course::read_file(argv[1])));
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "make_skeleton: {}: {}\n", argv[1], error.what());
    return 1;
  }
}
