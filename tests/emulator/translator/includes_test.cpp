#include <filesystem>
#include <string>

#include "support/catch.h"
#include "translated_text.h"
#include "translator/translate.h"

using emulator::translator::translate;
using emulator::translator::Translation;
using emulator_tests::Scratch;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a program's headers with CUDA code are translated as well") {
  const Scratch scratch;
  scratch.write("kernels/add.cuh", "#pragma once\n#include \"tile.h\"\n__global__ void add(float* x) {}\n");
  scratch.write("kernels/tile.h", "__device__ void f() { __shared__ int x; x = 1; }\n");
  scratch.write("plain.h", "int plain();\n");
  const auto source = scratch.write("in.cu",
                                    "#include <vector>\n#include \"kernels/add.cuh\"\n#include "
                                    "\"plain.h\"\nvoid f() { add<<<1, 2>>>(0); }\n");
  const auto output = scratch.folder() / "build" / "out.cpp";
  const Translation translation = translate({source, output, {}});
  CHECK(translation.sources.size() == 4);
  REQUIRE(translation.written.size() == 3);  // the source, add.cuh for its include, and tile.h
  const std::string text = Scratch::read(output);
  CHECK(contains(text, "#include <vector>\n"));
  CHECK(contains(text, "_add.cuh\"\n"));
  CHECK(contains(text, (std::filesystem::canonical(scratch.folder()) / "plain.h").string() + "\"\n"));
  CHECK(contains(text, "launch_as<decltype(add)>"));
  for (const auto& path : translation.written) CHECK(contains(Scratch::read(path), "#line 1 \""));
}

TEST_CASE("headers are found in the folders of -I") {
  const Scratch scratch;
  scratch.write("include/lib/a.cuh", "__device__ void f() { __shared__ int x; x = 1; }\n");
  const auto source = scratch.write("in.cu", "#include <lib/a.cuh>\n");
  const auto output = scratch.folder() / "out.cpp";
  CHECK(translate({source, output, {}}).sources.size() == 1);
  const Translation translation = translate({source, output, {scratch.folder() / "include"}});
  CHECK(translation.written.size() == 2);
  CHECK(contains(Scratch::read(output), (scratch.folder() / "out.cpp.headers").string()));
}

TEST_CASE("a header of a missing library may lie beside the program, also for <>, behind the folders of -I") {
  const Scratch scratch;
  scratch.write("helper_cuda.h", "#include <helper_string.h>\n#include <vector>\n");
  scratch.write("helper_string.h", "int beside;\n");
  scratch.write("vector", "not a header: a program that was built here\n");
  scratch.write("include/helper_string.h", "int in_folder;\n");
  const auto source = scratch.write("in.cu", "#include <helper_cuda.h>\n#include <vector>\n");
  const auto output = scratch.folder() / "out.cpp";
  const Translation translation = translate({source, output, {}});
  REQUIRE(translation.sources.size() == 3);
  CHECK(translation.sources[2] == std::filesystem::canonical(scratch.folder() / "helper_string.h"));
  CHECK_FALSE(contains(Scratch::read(output), "#error"));
  CHECK(contains(Scratch::read(output), "#include <vector>\n"));
  const Translation with_folder = translate({source, output, {scratch.folder() / "include"}});
  REQUIRE(with_folder.sources.size() == 3);
  CHECK(with_folder.sources[2] ==
        std::filesystem::canonical(scratch.folder() / "include" / "helper_string.h"));
}

TEST_CASE("headers that include each other come to an end") {
  const Scratch scratch;
  scratch.write("a.cuh", "#pragma once\n#include \"b.cuh\"\n__shared__ int x;\n");
  scratch.write("b.cuh", "#pragma once\n#include \"a.cuh\"\n#include \"b.cuh\"\n");
  const auto source = scratch.write("in.cu", "#include \"a.cuh\"\n#include \"in.cu\"\n");
  CHECK(translate({source, scratch.folder() / "out.cpp", {}}).written.size() == 3);
}

TEST_CASE("an error in a header names the header") {
  const Scratch scratch;
  scratch.write("a.cuh", "\n__global__ void k() { __shared__ int x = 1; }\n");
  const auto source = scratch.write("in.cu", "#include \"a.cuh\"\n");
  CHECK(contains(emulator_tests::message_of({source, scratch.folder() / "out.cpp", {}}),
                 "a.cuh:2:38: error: a __shared__ variable"));
}

TEST_CASE("macros and kernels of a header are known in the source") {
  const Scratch scratch;
  scratch.write("common.h", "#define SHARED __shared__\n#define GLOBAL __global__\n");
  const auto source = scratch.write(
      "in.cu",
      "#include \"common.h\"\nGLOBAL void k() { SHARED int x; x = 1; }\nvoid f() { k<<<1, 2>>>(); }\n");
  translate({source, scratch.folder() / "out.cpp", {}});
  const std::string text = Scratch::read(scratch.folder() / "out.cpp");
  CHECK(contains(text, "typedef int emulator_type_x"));
  CHECK(contains(text, "launch_as<decltype(k)>"));
}
