/// @file
/// Whatever the file holds, the translator ends soon, with a translation or with one sentence.
#include <chrono>
#include <random>
#include <string>

#include "support/catch.h"
#include "translated_text.h"

using emulator_tests::message_of;
using emulator_tests::refusal_of;
using emulator_tests::Scratch;
using emulator_tests::translated;

namespace {

std::string repeated(const std::string& text, std::size_t count) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

double seconds_for(const std::string& source) {
  const auto begin = std::chrono::steady_clock::now();
  refusal_of(source);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

TEST_CASE("an empty file and one without a final newline are translated") {
  CHECK(translated("") == "");
  CHECK(translated("int x;") == "int x;");
  CHECK(translated("#") == "#");
  CHECK(translated("\\") == "\\");
  CHECK(translated("#define") == "#define");
  CHECK(translated("#define F(") == "#define F(");
}

TEST_CASE("a byte order mark and Windows line ends are accepted") {
  CHECK(translated("\xEF\xBB\xBFint x;\r\n#define A \\\r\n b\r\n") == "int x;\r\n#define A \\\r\n b\r\n");
  CHECK(translated("__global__ void k() {\r\n  __shared__ int x[4];\r\n}\r\n").find("shared_array") !=
        std::string::npos);
}

TEST_CASE("binary files and other encodings are refused in words") {
  CHECK(refusal_of(std::string("int x;\nin\0t y;", 13)).rfind("2:3: error: there is a zero byte", 0) == 0);
  CHECK(refusal_of("\xFF\xFEi\0n\0").find("UTF-16") != std::string::npos);
}

TEST_CASE("a missing file and a folder are refused in words") {
  const Scratch scratch;
  const auto says = [&](const std::filesystem::path& source, const std::string& part) {
    return message_of({source, scratch.folder() / "out.cpp", {}}).find(part) != std::string::npos;
  };
  CHECK(says(scratch.folder() / "none.cu", "none.cu: error: cannot be read"));
  CHECK(says(scratch.folder(), "this is a folder"));
}

TEST_CASE("unbalanced brackets are reported where they stand") {
  CHECK(refusal_of("void f() {\n  if (x) {\n}\n").rfind("1:10: error: this '{' is never closed", 0) == 0);
  CHECK(refusal_of("void f() {\n}\n}\n").rfind("3:1: error: this '}' closes nothing", 0) == 0);
  CHECK(refusal_of("void f() {\n  g(];\n}\n")
            .rfind("2:5: error: this ']' does not close the '(' of line 2", 0) == 0);
  CHECK(refusal_of(repeated("(", 2000)).find("nested more than") != std::string::npos);
}

TEST_CASE("time grows with the size of the file, not faster") {
  // A megabyte each; something quadratic would take minutes.
  const double limit = 5.0;
  CHECK(seconds_for(repeated("k<<<1,2>>>(a);\n", 70000)) < limit);
  CHECK(seconds_for(repeated("a<<<", 250000)) < limit);
  CHECK(seconds_for(repeated("template<", 110000)) < limit);
  CHECK(seconds_for(repeated("x{},", 250000)) < limit);
  CHECK(seconds_for(repeated("a > b ", 160000) + "k<<<1,2>>>();") < limit);
  CHECK(seconds_for(repeated("__global__ void k();", 50000)) < limit);
  CHECK(seconds_for(repeated("__shared__ int x;__device__ void f(){x;}", 20000)) < limit);
  CHECK(seconds_for(repeated("__shared__ ", 1) + repeated("static ", 150000) + "int x;") < limit);
  CHECK(seconds_for(repeated("#if A\n(", 900) + repeated("#else\n(\n", 100000)) < limit);
  CHECK(seconds_for(repeated("__constant__ ", 80000) + "}") < limit);
  CHECK(seconds_for("__constant__ int x" + repeated(", y = a < b", 30000) + ";") < limit);
  CHECK(seconds_for(repeated("asm(\"\"", 900) + repeated(")", 900)) < limit);
  CHECK(seconds_for(repeated("k", 1) + repeated("<a>", 300000) + "<<<1,2>>>();") < limit);
  CHECK(seconds_for(repeated("\\\n", 500000)) < limit);
  CHECK(seconds_for(repeated("a::", 300000) + "k<<<1,2>>>();") < limit);
}

TEST_CASE("damaged sources never crash the translator") {
  const std::string source = R"cuda(#define LAUNCH(k, ...) k<<<1, 2>>>(__VA_ARGS__)
#if 1
template <typename T, int N> __global__ void k(T* x, int n = 4) {
  __shared__ alignas(16) T tile[N][N + 1], *p; extern __shared__ float s[];
  asm volatile("mov.u32 %0, %%laneid;" : "=r"(n) : "r"(x[0]));
}
#else
extern __shared__ int y[]; __constant__ int z[2] = {1, 2}, w; struct A { int b; } c{1};
#endif
void f() { k<int, 4><<<dim3(1, 2), [] { return 3; }(), 0, 0>>>(a, {1}); LAUNCH(k, "x", 'y', R"(z)", ")");
  cudaLaunchKernel((const void*)k, 1, 2); (*p[3]).q<<<1, 2>>>(NULL); })cuda";
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const Scratch scratch;
  const std::string characters = "<>(){}[]\"'\\#/*;:,. \n\rRasm_0%&=~\x80";
  for (int round = 0; round < 1000; ++round) {
    std::string damaged = source;
    for (unsigned change = random() % 6; change-- > 0;) {
      const std::size_t place = random() % damaged.size();
      switch (random() % 4) {
        case 0:
          damaged.erase(place, random() % 20);
          break;
        case 1:
          damaged.insert(damaged.begin() + static_cast<std::ptrdiff_t>(place),
                         characters[random() % characters.size()]);
          break;
        case 2:
          damaged[place] = characters[random() % characters.size()];
          break;
        default:
          damaged.insert(random() % damaged.size(), damaged.substr(place, random() % 40));
          break;
      }
      if (damaged.empty()) damaged.push_back('x');
    }
    message_of({scratch.write("in.cu", damaged), scratch.folder() / "out.cpp", {}});
  }
  SUCCEED();
}
