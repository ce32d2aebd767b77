/// @file
/// What `__shared__` turns into, as text. That it compiles and runs is tested in
/// shared_memory_syntax_test.cu.
#include <string>

#include "support/catch.h"
#include "translated_text.h"

using emulator_tests::refusal_of;
using emulator_tests::translated;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The translation of a declaration inside a kernel.
std::string declared(const std::string& declaration) {
  const std::string text = translated(std::string("__global__ void k() { ").append(declaration).append(" }"));
  const std::size_t begin = text.find("{ ") + 2;
  return text.substr(begin, text.rfind(" ::emulator::leave_kernel();}") - begin);
}

}  // namespace

TEST_CASE("a shared array becomes a reference that keeps its shape") {
  CHECK(declared("__shared__ float tile[32][33];") ==
        "typedef float emulator_type_tile[32][33]; static thread_local ::emulator::SharedSite "
        "emulator_site_tile; "
        "auto& tile = ::emulator::shared_array<emulator_type_tile>(emulator_site_tile, \"tile\", 1);");
}

TEST_CASE("shared declarations are found in every order of words") {
  for (const char* declaration :
       {"static __shared__ float x[4];", "__shared__ static float x[4];", "float __shared__ x[4];",
        "volatile __shared__ float x[4];", "__shared__ volatile float x[4];",
        "typename A<B, C>::D __shared__ x[4];", "__device__ __shared__ int x;"}) {
    INFO(declaration);
    const std::string text = declared(declaration);
    CHECK(contains(text, "emulator_type_x"));
    CHECK(contains(text, "auto& x = "));
    CHECK_FALSE(contains(text, "__shared__"));
    CHECK_FALSE(contains(text, "static  "));
  }
}

TEST_CASE("each name of a shared declaration gets its own memory") {
  const std::string text = declared("__shared__ int a[2], *b, c;");
  CHECK(contains(text, "typedef int emulator_type_a[2], *emulator_type_b, emulator_type_c;"));
  CHECK(contains(text, "auto& a = "));
  CHECK(contains(text, "auto& b = "));
  CHECK(contains(text, "auto& c = "));
}

TEST_CASE("template arguments of a shared type do not separate names") {
  const std::string text = declared("__shared__ std::array<std::pair<int, float>, 4> a, b[2];");
  CHECK(contains(text, "typedef std::array<std::pair<int, float>, 4> emulator_type_a, emulator_type_b[2];"));
}

TEST_CASE("the alignment of a shared variable is kept") {
  for (const char* declaration :
       {"__shared__ alignas(128) float x[4];", "__shared__ __align__(128) float x[4];",
        "alignas(128) __shared__ float x[4];", "__shared__ float x[4] __attribute__((aligned(128)));"}) {
    INFO(declaration);
    const std::string text = declared(declaration);
    CHECK(contains(text, "struct alignas(128 ) emulator_aligned_x {}"));
    CHECK(contains(text, "aligned_shared_array<emulator_type_x, alignof(emulator_aligned_x)>"));
  }
}

TEST_CASE("dynamic shared memory becomes a pointer") {
  CHECK(contains(declared("extern __shared__ float x[];"), "auto* x = ::emulator::dynamic_shared<"));
  CHECK(contains(declared("extern float __shared__ x[];"), "auto* x = ::emulator::dynamic_shared<"));
  CHECK(contains(declared("extern __shared__ __align__(16) unsigned char x[];"), "auto* x = "));
  CHECK(contains(declared("extern volatile __shared__ T x[];"), "auto* x = "));
}

TEST_CASE("macros may stand for __shared__ and hold whole declarations") {
  const std::string text = translated(
      "#define SHARED __shared__\n#define DYNAMIC extern __shared__\n"
      "#define TILE(T, name) __shared__ T name[8]\n"
      "__global__ void k() { SHARED int a; DYNAMIC int b[]; TILE(int, c); }");
  CHECK(contains(text, "#define SHARED __shared__\n"));
  CHECK(contains(text, "typedef int emulator_type_a;"));
  CHECK(contains(text, "auto* b = ::emulator::dynamic_shared<"));
  CHECK(contains(text, "typedef T emulator_type_##name[8]; static thread_local"));
  CHECK(contains(text, "(emulator_site_##name, #name, __LINE__)\n"));
}

TEST_CASE("shared memory at file scope is visible in the functions that use it") {
  const std::string text = translated(
      "__global__ void before() { x[0] = 1; }\nextern __shared__ float x[];\n__shared__ int y;\n"
      "__global__ void uses() { x[0] = y; }\n__global__ void hides(float* x) { x[0] = 1; }\nvoid host() { "
      "x(); }\n");
  CHECK(contains(text, "uses() { [[maybe_unused]] auto* x = "));
  CHECK(
      contains(text, "[[maybe_unused]] auto& y = ::emulator::shared_array<emulator_type_y>(emulator_site_y"));
  CHECK(contains(text, "before() { x[0]"));
  CHECK(contains(text, "hides(float* x) { x[0]"));
  CHECK(contains(text, "host() { x()"));
}

TEST_CASE("shared memory at file scope may be declared in either branch of an #if") {
  const std::string text = translated(
      "#ifdef A\nextern __shared__ float x[];\n#else\nextern __shared__ double x[];\n#endif\n"
      "__global__ void k() { x[0] = 1; }\n");
  const std::size_t first = text.find("auto* x = ");
  REQUIRE(first != std::string::npos);
  CHECK(text.find("auto* x = ", first + 1) == std::string::npos);
}

TEST_CASE("shared declarations that CUDA refuses too are reported with their line") {
  CHECK(refusal_of("__global__ void k() {\n  __shared__ int x = 5;\n}")
            .rfind("2:18: error: a __shared__ variable has no initial", 0) == 0);
  CHECK(refusal_of("__global__ void k() { __shared__ int x{}; }")
            .rfind("1:38: error: a __shared__ variable has no initial", 0) == 0);
  CHECK(refusal_of("void k(__shared__ float* x) {}").rfind("1:8: error: a parameter", 0) == 0);
  CHECK(refusal_of("__global__ void k() {\n\n __shared__ int x[4] }")
            .rfind("3:2: error: this __shared__ declaration does not end", 0) == 0);
  CHECK(refusal_of("__global__ void k() { __shared__ int; }")
            .rfind("1:23: error: this __shared__ declaration has no name", 0) == 0);
}
