#include "translator/functions.h"

#include <string>

#include "support/catch.h"
#include "translated_text.h"

using namespace emulator::translator;

namespace {

/// A file's functions and kernels, as the translator sees them.
struct Parsed {
  explicit Parsed(const std::string& text)
      : file{"test.cu", text}, lexed(lex(file)), code(TokenStream::code(file, lexed, true)) {
    for (const Directive& directive : lexed.directives) vocabulary.learn(directive);
    functions.emplace(code, lexed.directives, vocabulary, kernels);
  }

  /// The function around the word `word`.
  const Function* around(const std::string& word) const {
    for (std::size_t i = 0; i < code.size(); ++i) {
      if (code.is(i, word)) return functions->enclosing(i);
    }
    FAIL("no such word: " << word);
    return nullptr;
  }

  SourceFile file;
  LexedFile lexed;
  TokenStream code;
  Vocabulary vocabulary;
  KernelTable kernels;
  std::optional<FunctionMap> functions;
};

}  // namespace

TEST_CASE("device functions are told from host functions") {
  const Parsed parsed(
      "namespace a { struct B { __device__ int f() const { return one; } }; }\n"
      "extern \"C\" { static __global__ void __launch_bounds__(256, 2) k(int n) { two; } }\n"
      "__host__ __device__ inline int h() { return three; }\n"
      "int table[] = {four, 1};\n"
      "int main() { if (1) { five; } }\n");
  CHECK(parsed.around("one")->device_only());
  CHECK(parsed.around("two")->name == "k");
  CHECK(parsed.around("two")->qualifiers.global);
  CHECK(parsed.around("three")->on_device());
  CHECK_FALSE(parsed.around("three")->device_only());
  CHECK(parsed.around("four") == nullptr);
  CHECK(parsed.around("five")->name == "main");
  CHECK_FALSE(parsed.around("five")->on_device());
}

TEST_CASE("macros that stand for qualifiers count as them") {
  const Parsed parsed(
      "#define INLINE __forceinline__\n#define DEVICE __device__ __forceinline__\nDEVICE int f() { here; }");
  CHECK(parsed.around("here")->device_only());
}

TEST_CASE("either branch of an #if may hold the head of a function") {
  const Parsed parsed(
      "#ifdef A\n__global__ void k(int a) {\n#else\n__global__ void k(float a) {\n#endif\n first; }\nvoid "
      "host() { second; }\n");
  CHECK(parsed.around("first")->name == "k");
  CHECK(parsed.around("second")->name == "host");
}

TEST_CASE("a kernel declared and defined is one kernel, and two with different parameters are overloads") {
  const Parsed parsed(
      "__global__ void once(const float* x, int n = 5);\n"
      "__global__ void once(const float* values, int count) {}\n"
      "__global__ void twice(float* x) {}\n__global__ void twice(double* x) {}\n"
      "template <class T, int N> __global__ void generic(T (*x)[N], std::pair<T, T> y, void (*f)(int, int)) "
      "{}\n"
      "template <class... T> __global__ void many(T... x) {}\n"
      "__global__ void nothing(void) {}\n__device__ void helper(int) {}\n");
  REQUIRE(parsed.kernels.find("once") != nullptr);
  CHECK_FALSE(parsed.kernels.find("once")->overloaded);
  CHECK(parsed.kernels.find("once")->parameter_count == 2);
  CHECK(parsed.kernels.find("twice")->overloaded);
  CHECK(parsed.kernels.find("generic")->template_parameters == 2);
  CHECK(parsed.kernels.find("generic")->parameter_count == 3);
  CHECK(parsed.kernels.find("many")->overloaded);
  CHECK(parsed.kernels.find("nothing")->parameter_count == 0);
  CHECK(parsed.kernels.find("helper") == nullptr);
}

TEST_CASE("a kernel that shares its name with another function is ambiguous") {
  const Parsed parsed(
      "__global__ void index(int* x) {}\n__global__ void scale(int* x) {}\n__device__ int scale(int x) { "
      "return x; }\n"
      "__global__ void alone(int* x) {}\n");
  CHECK_FALSE(parsed.kernels.is_unambiguous("index"));
  CHECK_FALSE(parsed.kernels.is_unambiguous("scale"));
  CHECK(parsed.kernels.is_unambiguous("alone"));
  CHECK_FALSE(parsed.kernels.is_unambiguous("unknown"));
}

TEST_CASE("__noinline__ becomes an attribute, and stays one where it is") {
  CHECK(emulator_tests::translated("__device__ __noinline__ int f() { return 1; }") ==
        "__device__ __attribute__((noinline)) int f() { return 1; }");
  CHECK(emulator_tests::translated("__attribute__((__noinline__)) int f();") ==
        "__attribute__((__noinline__)) int f();");
  CHECK(emulator_tests::translated("#define COLD __noinline__\n") ==
        "#define COLD __attribute__((noinline))\n");
}
