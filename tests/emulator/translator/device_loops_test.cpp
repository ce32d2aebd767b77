/// @file
/// How loops of device code tell which iteration they are in, as text. What comes of it is counted in
/// instrument/.
#include <regex>
#include <string>

#include "support/catch.h"
#include "translated_text.h"

using emulator_tests::translated;

namespace {

/// The instrumented translation of a device function with this body: `$` begins a scope, `#` an iteration.
std::string device(const std::string& body) {
  const std::string head = "__device__ int d(int n, int* x) {";
  std::string text = translated(head + body + "}", /*instrumented=*/true);
  REQUIRE(text.rfind(head, 0) == 0);
  text = text.substr(head.size());
  text.pop_back();
  text = std::regex_replace(
      text, std::regex(R"(for \(::emulator::LoopScope (emulator_loop_\d+)\(\d+\); \1\.once\(\);\) )"), "$$");
  return std::regex_replace(text, std::regex(R"(emulator_loop_\d+\.next\(\))"), "#");
}

bool untouched(const std::string& body) { return device(body) == body; }

}  // namespace

TEST_CASE("loops of instrumented device code count their iterations") {
  CHECK(device(" for (int i = 0; i < n; ++i) f(i); ") == " $for (int i = 0; # && (i < n); ++i) f(i); ");
  CHECK(device(" for (;;) { if (n) break; } ") == " $for (;#;) { if (n) break; } ");
  CHECK(device(" for (int i = f(1, 2); i; i >>= 1) ; ") == " $for (int i = f(1, 2); # && (i); i >>= 1) ; ");
  CHECK(device(" while (n > 0) --n; ") == " $while (# && (n > 0)) --n; ");
  CHECK(device(" do { --n; } while (n > 0); ") == " $do { #; --n; } while (n > 0); ");
  CHECK(device(" for (int y : ys) { n += y; } ") == " $for (int y : ys) { #; n += y; } ");
  CHECK(device(" for (int i = 0; int y : ys) { n += y; } ") ==
        " $for (int i = 0; int y : ys) { #; n += y; } ");
  CHECK(device(" while (x[n] = n - 1) --n; ") == " $while (# && (x[n] = n - 1)) --n; ");
  CHECK(device(" while (n /= 2) ++x; ") == " $while (# && (n /= 2)) ++x; ");
}

TEST_CASE("loops within loops and branches keep their place") {
  CHECK(device(" for (int i = 0; i < n; ++i) for (int j = i; j < n; ++j) f(i, j); ") ==
        " $for (int i = 0; # && (i < n); ++i) $for (int j = i; # && (j < n); ++j) f(i, j); ");
  CHECK(device(" if (n) while (f()) --n; else do { --n; } while (n); ") ==
        " if (n) $while (# && (f())) --n; else $do { #; --n; } while (n); ");
  CHECK(device("\n#pragma unroll\n for (int i = 0; i < 4; ++i) --n; ") ==
        "\n#pragma unroll\n $for (int i = 0; # && (i < 4); ++i) --n; ");
  CHECK(device(" switch (n) { case 1: while (n < 9) ++n; } ") ==
        " switch (n) { case 1: $while (# && (n < 9)) ++n; } ");
}

TEST_CASE("names of loops within each other differ") {
  const std::string text = translated("__global__ void k() { while (a) while (b) c(); }", true);
  std::smatch names;
  REQUIRE(std::regex_search(text, names, std::regex(R"(LoopScope (\w+)\(1\).*LoopScope (\w+)\(1\))")));
  CHECK(names[1] != names[2]);
}

TEST_CASE("loops that are not surely understood stay as they are") {
  CHECK(untouched(" while (int left = n - 1) { n = left - 1; } "));
  CHECK(untouched(" while (int* left = f(n)) { n = *left; } "));
  CHECK(untouched(" while (auto [a, b] = f(n)) { n = a; } "));
  CHECK(untouched(" for (int i = 0; auto left = n - i; ++i) f(left); "));
  CHECK(untouched(" while (int left{n}) f(left); "));
  CHECK(untouched(" for (int y : ys) n += y; "));
  CHECK(untouched(" do --n; while (n > 0); "));
  CHECK(untouched(" for (EACH(i, n)) f(i); "));
  CHECK(untouched(" EACH(i, n) { f(i); } "));
  CHECK(untouched(" switch (n) { while (n > 0) { case 3: --n; } } "));
  CHECK(untouched(" again: while (n > 3) --n; if (n) goto again; "));
}

TEST_CASE("only device code of instrumented programs is changed") {
  const std::string others =
      "void h(int n) { while (n) --n; }\n"
      "__host__ __device__ constexpr int c(int n) { while (n) --n; return n; }\n"
      "#define LOOP(n) for (int i = 0; i < n; ++i)\n";
  CHECK(translated(others, true) == others);
  const std::string device = "__device__ void d(int n) { while (n > 0) --n; }\n";
  CHECK(translated(device) == device);
  CHECK(translated(device, true) != device);
}
