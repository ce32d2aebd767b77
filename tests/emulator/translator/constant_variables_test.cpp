/// @file
/// Which names of `__constant__` declarations are noted, as text. That what is noted compiles is checked in
/// constant_memory_syntax_test.cu.
#include <regex>
#include <string>

#include "support/catch.h"
#include "translated_text.h"

using emulator_tests::translated;

namespace {

const std::regex kNote(
    R"( static const ::emulator::ConstantVariable emulator_constant_(\w+)\{&(\w+), sizeof\((\w+)\)\};)");

/// The names that are noted, each followed by a space.
std::string noted(const std::string& source) {
  const std::string text = translated(source);
  std::string names;
  for (std::sregex_iterator note(text.begin(), text.end(), kNote), end; note != end; ++note) {
    CHECK((*note)[1] == (*note)[2]);
    CHECK((*note)[1] == (*note)[3]);
    names += note->str(1) + " ";
  }
  // Nothing else is changed, and no line is added.
  CHECK(std::regex_replace(text, kNote, "") == source);
  return names;
}

}  // namespace

TEST_CASE("a constant variable is noted behind its declaration, in the same line") {
  CHECK(translated("__constant__ float c;\nint n;") ==
        "__constant__ float c; static const ::emulator::ConstantVariable emulator_constant_c{&c, sizeof(c)};"
        "\nint n;");
  CHECK(noted("__constant__ float c[3][4];") == "c ");
  CHECK(noted("__constant__\n float\n  c[3]\n  ;") == "c ");
}

TEST_CASE("each name of a declaration is noted") {
  CHECK(noted("__constant__ float a, b[2], *p, *const q = nullptr;") == "a b p q ");
  CHECK(noted("__constant__ int a = f(1, 2), b[] = {1, 2, 3}, c{4}, d(5);") == "a b c d ");
  CHECK(noted("__constant__ float t[2][2] = {{1, 2}, {3, 4}}, u = x<1, 2>::y, v;") == "t u v ");
  CHECK(noted("__constant__ std::array<std::pair<int, int>, 4> a = {}, b;") == "a b ");
}

TEST_CASE("qualifiers, attributes and comments stand anywhere") {
  CHECK(noted("static __constant__ float a;") == "a ");
  CHECK(noted("__constant__ static const unsigned a = 3;") == "a ");
  CHECK(noted("const float __constant__ a[2] = {1, 2};") == "a ");
  CHECK(noted("__device__ __constant__ float a; __align__(16) __constant__ float b[4];") == "a b ");
  CHECK(noted("__constant__ __align__(16) float a[4], b __attribute__((aligned(8)));") == "a b ");
  CHECK(noted("[[maybe_unused]] __constant__ alignas(16) float a [[maybe_unused]] = 1;") == "a ");
  CHECK(noted("__constant__ /* float x; */ float a; // __constant__ float b;\n") == "a ");
  CHECK(noted("__constant__ decltype(f(1, 2)) a, b;") == "a b ");
}

TEST_CASE("a type may be defined in the declaration") {
  CHECK(noted("__constant__ struct { int a, b; } p, q;") == "p q ");
  CHECK(noted("__constant__ struct Pair { int a, b; } p = {1, 2};") == "p ");
  CHECK(noted("__constant__ struct Pair p = {1, 2};") == "p ");
}

TEST_CASE("constant variables of namespaces are noted, and those behind functions") {
  CHECK(noted("namespace a::b { namespace { __constant__ float c; } } inline namespace d { __constant__ int "
              "e; }") == "c e ");
  CHECK(noted("extern \"C\" { __constant__ float c; }") == "c ");
  CHECK(noted("__device__ void f() { if (1) {} }\n__constant__ float c;") == "c ");
  CHECK(noted("struct S { int x; };\n__constant__ S s;") == "s ");
}

TEST_CASE("what is no definition of a variable is left alone") {
  CHECK(noted("extern __constant__ float a[];") == "");
  CHECK(noted("__constant__ extern float a;") == "");
  CHECK(noted("extern \"C\" __constant__ float a;") == "");
  CHECK(noted("template <int N> __constant__ float a[N];") == "");
  CHECK(noted("struct S { static __constant__ float a; };") == "");
  CHECK(noted("__constant__ float S::a = 1;") == "");
  CHECK(noted("void f() { static __constant__ float a; }") == "");
  CHECK(noted("void f(const char* = \"__constant__ float a;\");") == "");
}

TEST_CASE("names that are not plain are left alone") {
  CHECK(noted("__constant__ float (*a)(float);") == "");
  CHECK(noted("__constant__ TABLE(float, a);") == "");
  CHECK(noted("#define NAME(x) x\n__constant__ float NAME(a)[3];") == "");
  CHECK(noted("#define DECLARE(x) __constant__ float x;\nDECLARE(a)") == "");
  CHECK(noted("__constant__ float ALIGNED(16) a;") == "");
  CHECK(noted("__constant__ bool a = x < y, b = z > (w);") == "a ");
}

TEST_CASE("a macro that stands for the qualifier is known") {
  CHECK(noted("#define CONSTANT static __constant__\nCONSTANT float a;") == "a ");
  CHECK(noted("#define SIZE 4\n__constant__ float a[SIZE];") == "a ");
}

TEST_CASE("text that breaks off is left alone") {
  for (const char* text : {"__constant__", "__constant__ float", "__constant__ float a", "__constant__ ;"}) {
    INFO(text);
    CHECK(noted(text) == "");
  }
}
