/// @file
/// Where kernels note that a thread leaves, as text. What is told about it is tested in runtime/exit_test.cu.
#include <string>

#include "support/catch.h"
#include "translated_text.h"

using emulator_tests::translated;

namespace {

/// The translation of a kernel with this body, with `$` for what notes a place where a thread leaves.
std::string kernel(const std::string& body) {
  const std::string head = "__global__ void k(int n) {";
  std::string text = translated(head + body + "}");
  REQUIRE(text.rfind(head, 0) == 0);
  text = text.substr(head.size());
  text = text.substr(0, text.find(" static const ::emulator::NamedParameters"));  // another test's
  const std::string mark = "::emulator::leave_kernel()";
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark))
    text.replace(at, mark.size(), "$");
  return text;
}

}  // namespace

TEST_CASE("a kernel notes its returns and its end") {
  CHECK(kernel("") == "$;}");
  CHECK(kernel(" if (n) return; ") == " if (n) return $; $;}");
  CHECK(kernel(" if (n) { f(); return; } else return; g(); ") ==
        " if (n) { f(); return $; } else return $; g(); $;}");
  CHECK(kernel(" for (;;) { while (n) { do { return; } while (n); } } ") ==
        " for (;;) { while (n) { do { return $; } while (n); } } $;}");
  CHECK(kernel(" switch (n) { case 1: return; case 2: { return; } default: return; } ") ==
        " switch (n) { case 1: return $; case 2: { return $; } default: return $; } $;}");
  CHECK(kernel(" if constexpr (N > 2) { return; } ") == " if constexpr (N > 2) { return $; } $;}");
  CHECK(kernel(" if (n) [[unlikely]] { return; } ") == " if (n) [[unlikely]] { return $; } $;}");
  CHECK(kernel(" if (n) f(); else [[likely]] { return; } ") ==
        " if (n) f(); else [[likely]] { return $; } $;}");
  CHECK(kernel(" x[i] = 1; { return; } ") == " x[i] = 1; { return $; } $;}");
  CHECK(kernel(" return /* nothing */ ; ") == " return $ /* nothing */ ; $;}");
}

TEST_CASE("a kernel that returns what a function without value returns leaves behind the call") {
  CHECK(kernel(" return f(n, [] { return 1; }); ") ==
        " return f(n, [] { return 1; }), ::emulator::leave_kernel({__FILE__, __LINE__ - 0}); $;}");
  CHECK(kernel(" return f(n,\n\n 1); ") ==
        " return f(n,\n\n 1), ::emulator::leave_kernel({__FILE__, __LINE__ - 2}); $;}");
}

TEST_CASE("returns of lambdas and local classes are not the kernel's") {
  const auto untouched = [](const std::string& body) { return kernel(body) == body + "$;}"; };
  CHECK(untouched(" auto f = [] { return; }; "));
  CHECK(untouched(" auto f = [&](int a) { return a; }; "));
  CHECK(untouched(
      " auto f = [=]<class T>(T a) mutable noexcept(true) -> T { if (a) { return a; } return 2; }; "));
  CHECK(untouched(" auto f = [] __device__ (int a) __attribute__((x)) { return a; }; "));
  CHECK(untouched(" auto f = [](int a) [[gnu::pure]] { return a; }; "));
  CHECK(untouched(" each(n, [&](int i) { if (i) return; g(i); }); "));
  CHECK(untouched(" f = DEVICE_LAMBDA(int i) { return i; }; "));
  CHECK(untouched(" struct Sum { int operator()(int a) const { if (a) { return a; } return 1; } }; "));
  CHECK(untouched(" struct Sum : Base<int, 2> { int get() { return 1; } }; "));
  CHECK(untouched(" union { int a; float b() { return 1; } } u; "));
  CHECK(untouched(" Sum sum{[] { return 1; }}; "));
  CHECK(untouched(" Sum sum = {[] { return 1; }}; "));
}

TEST_CASE("returns that may be a macro's arguments or in its braces are left alone") {
  CHECK(kernel(" GUARD(return); GUARD(if (n) return;) ") == " GUARD(return); GUARD(if (n) return;) $;}");
  CHECK(kernel(" KERNEL_LOOP(i, n) { return; } ") == " KERNEL_LOOP(i, n) { return; } $;}");
  const std::string macros =
      "#define LEAVE(x) if (x) return;\n#define KERNEL(k) __global__ void k() { return; }\n";
  CHECK(translated(macros) == macros);
}

TEST_CASE("only kernels note where they are left") {
  const std::string others =
      "__device__ void d(int n) { if (n) return; }\nvoid h() { return; }\n"
      "__host__ __device__ int hd() { return 1; }\n__global__ void declared(int n);\n";
  CHECK(translated(others) == others);
  CHECK(translated("#define ENTRY static __global__\nENTRY void k() { return; }") ==
        "#define ENTRY static __global__\nENTRY void k() { return ::emulator::leave_kernel(); "
        "::emulator::leave_kernel();} static const ::emulator::NamedParameters "
        "emulator_parameters_k_2{\"k\", \"\"};");
  CHECK(translated(
            "namespace a { template <class T, int N> __global__ void __launch_bounds__(N) k(T x) {\n} }") ==
        "namespace a { template <class T, int N> __global__ void __launch_bounds__(N) k(T x) {\n"
        "::emulator::leave_kernel();} static const ::emulator::NamedParameters "
        "emulator_parameters_k_2{\"k\", \"x\"}; }");
}
