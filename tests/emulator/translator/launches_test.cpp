/// @file
/// What launches turn into, as text. That it compiles and runs is tested in launch_syntax_test.cu.
#include <algorithm>
#include <string>

#include "support/catch.h"
#include "translated_text.h"

using emulator_tests::refusal_of;
using emulator_tests::translated;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The name that a launch in `statement` is given.
std::string launched_name(const std::string& statement) {
  const std::string text = translated(std::string("void host() { ").append(statement).append(" }\n"));
  const std::size_t begin = text.find("::emulator::launch");
  if (begin == std::string::npos) return "";
  const std::size_t name = text.find('"', begin);
  return text.substr(name + 1, text.find("\", __FILE__") - name - 1);
}

}  // namespace

TEST_CASE("a launch names what is before the <<<") {
  CHECK(launched_name("k<<<1, 2>>>();") == "k");
  CHECK(launched_name("a::b::k<<<1, 2>>>();") == "a::b::k");
  CHECK(launched_name("::k<<<1, 2>>>();") == "::k");
  CHECK(launched_name("k<int, 4><<<1, 2>>>();") == "k<int, 4>");
  CHECK(launched_name("k<std::pair<int, int>, (3 > 2)><<<1, 2>>>();") == "k<std::pair<int, int>, (3 > 2)>");
  CHECK(launched_name("object.kernel<<<1, 2>>>();") == "object.kernel");
  CHECK(launched_name("this->kernel<<<1, 2>>>();") == "this->kernel");
  CHECK(launched_name("(*pointer)<<<1, 2>>>();") == "(*pointer)");
  CHECK(launched_name("table[i].kernel<<<1, 2>>>();") == "table[i].kernel");
  CHECK(launched_name("if (x) k<<<1, 2>>>();") == "k");
  CHECK(launched_name("if (x) y(); else k<<<1, 2>>>();") == "k");
  CHECK(launched_name("for (;;) (k)<<<1, 2>>>();") == "(k)");
  CHECK(launched_name("A<B>::template k<C><<<1, 2>>>();") == "A<B>::template k<C>");
}

TEST_CASE("formatters that break the <<< do not hide a launch") {
  CHECK(launched_name("k << <1, 2 >> > ();") == "k");
  CHECK(launched_name("k << < 1, 2 >> >();") == "k");
}

TEST_CASE("shifts, comparisons and streams are left alone") {
  const std::string source =
      "void f() { std::cout << a << (b < c) << std::endl; x = a << 3 >> 2; y = z<w<3>>::v; "
      "operator<<<int>(s, 1); }\n";
  CHECK(translated(source) == source);
}

TEST_CASE("launches in comments and strings are left alone") {
  const std::string source = "// k<<<1, 2>>>()\nconst char* s = \"k<<<1, 2>>>(x)\"; /* k<<<1, 2>>>() */\n";
  CHECK(translated(source) == source);
}

TEST_CASE("launch parameters may hold templates, shifts and lambdas") {
  const std::string text =
      translated("void f() { k<<<dim3(n >> 2, g<a<int>>()), [&] { return 32; }(), size<T>::v>>>(x); }");
  CHECK(contains(
      text, "::emulator::LaunchConfig(dim3(n >> 2, g<a<int>>()), [&] { return 32; }(), size<T>::v))(x);"));
}

TEST_CASE("arguments of a known kernel are converted to its parameters") {
  const std::string kernel = "__global__ void k(float* x, int n) {}\n";
  CHECK(contains(translated(kernel + "void f() { k<<<1, 2>>>(0, {}); }"), "launch_as<decltype(k)>"));
  CHECK(contains(translated(kernel + "void f() { ns::k<<<1, 2>>>(a, f<b, c>(d)); }"),
                 "launch_as<decltype(ns::k)>"));
}

TEST_CASE("arguments of overloads, deduced templates and default arguments are passed as they are") {
  CHECK(contains(
      translated("__global__ void k(int) {}\n__global__ void k(float) {}\nvoid f() { k<<<1, 2>>>(1); }"),
      "launch_with("));
  CHECK(contains(translated("template <class T> __global__ void k(T) {}\nvoid f() { k<<<1, 2>>>(1); }"),
                 "launch_with("));
  CHECK(contains(translated("__global__ void k(int a, int b = 1) {}\nvoid f() { k<<<1, 2>>>(1); }"),
                 "launch_with("));
  CHECK(contains(translated("template <class T> __global__ void k(T) {}\nvoid f() { k<int><<<1, 2>>>(1); }"),
                 "launch_as<decltype(k<int>)>"));
}

TEST_CASE("NULL becomes nullptr where nothing else knows that it is a pointer") {
  CHECK(contains(translated("void f() { unknown<<<1, 2>>>(NULL, a(NULL)); }"), "(nullptr, a(nullptr))"));
}

TEST_CASE("launches in macros keep their continuation lines") {
  const std::string text = translated(
      "#define RUN(k, g, ...) \\\n  k<<<g, 32>>>( \\\n    __VA_ARGS__)\nvoid f() { RUN(a, 1, x); }\n");
  CHECK(contains(text, "\"\" #k, __FILE__, __LINE__"));
  CHECK(contains(text, "( \\\n    __VA_ARGS__)\nvoid"));
  CHECK(contains(translated("#define RUN(n, T) kernel_##n<T><<<1, 2>>>()\n"),
                 "\"\" \"kernel_\" #n \"<\" #T \">\""));
}

TEST_CASE("a macro may hold the launch parameters alone") {
  const std::string text = translated("#define ARGS(g, b) <<<g, b>>>\nvoid f() { k ARGS(1, 2)(x); }\n");
  CHECK(contains(text, "#define ARGS(g, b) (emulator_args...); }, ::emulator::LaunchConfig(g, b))"));
  CHECK(contains(text, "{ k ARGS(1, 2)(x); }"));
}

TEST_CASE("every line of the source is the same line of the translation") {
  std::string source =
      "// first\nvoid f() {\n  k<int,\n    float> // why\n  <<<\n  1,\n 2 /* two\n lines */ >>>\n  (a,\n   "
      "b); LAST }\n";
  const std::string text = translated(source);
  const auto line_of = [](const std::string& in, const std::string& word) {
    return std::count(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(in.find(word)), '\n');
  };
  CHECK(line_of(text, "LAST") == line_of(source, "LAST"));
  CHECK(line_of(text, "two") == line_of(source, "two"));
}

TEST_CASE("casts of kernels to void* are dropped where the API takes a kernel") {
  const auto call = [](const std::string& statement) {
    std::string text =
        translated(std::string("__global__ void k(int) {}\nvoid f() { ").append(statement).append(" }"));
    text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
    return text.substr(text.find("f(){") + 4);
  };
  CHECK(call("cudaLaunchKernel((void*)k, g, b, a, 0, s);") == "cudaLaunchKernel(k,g,b,a,0,s);}");
  CHECK(call("cudaLaunchCooperativeKernel((const void *)&k, g);") == "cudaLaunchCooperativeKernel(&k,g);}");
  CHECK(call("cudaFuncGetAttributes(&a, (void*)k);") == "cudaFuncGetAttributes(&a,k);}");
  CHECK(call("cudaFuncSetAttribute(reinterpret_cast<const void*>(k), a);") ==
        "cudaFuncSetAttribute((k),a);}");
  CHECK(call("cudaMemcpy((void*)k, y, 1, z);") == "cudaMemcpy((void*)k,y,1,z);}");
}

TEST_CASE("broken launches are reported with their line") {
  CHECK(refusal_of("void f() {\n  k<<<1, 2>>>;\n}").rfind("2:4: error: this <<<", 0) == 0);
  CHECK(refusal_of("void f() {\n\n  k<<<1, 2;\n}").rfind("3:4: error: this <<<", 0) == 0);
  CHECK(refusal_of("void f() { k<<<>>>(); }").rfind("1:13: error: a launch needs", 0) == 0);
  CHECK(refusal_of("void f() { <<<1, 2>>>(); }").rfind("1:12: error: there is no kernel", 0) == 0);
}
