#include <algorithm>
#include <string>

#include "support/catch.h"
#include "translated_text.h"

using emulator_tests::translated;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string on_device(const std::string& statement) {
  return translated(std::string("__device__ void f() { ").append(statement).append(" }"));
}

}  // namespace

TEST_CASE("instructions with an exact meaning become it") {
  CHECK(contains(on_device("asm volatile(\"mov.u32 %0, %%laneid;\" : \"=r\"(lane));"),
                 "(lane ) = ::emulator::lane_index()"));
  CHECK(contains(on_device("asm(\"mov.u32 %0, %lanemask_lt;\\n\\t\" : \"=r\"(m));"),
                 "(m ) = (1u << ::emulator::lane_index()) - 1u"));
  CHECK(contains(on_device("__asm__ __volatile__(\"bar.sync 0;\" ::: \"memory\");"), "__syncthreads()"));
  CHECK(contains(on_device("asm(\"ex2.approx.ftz.f32 %0, %1;\" : \"=f\"(y[0]) : \"f\"(x * (a + b)));"),
                 "(y [ 0 ] ) = exp2f((x * ( a + b ) ))"));
}

TEST_CASE("a compiler barrier stays without effect") {
  CHECK(contains(on_device("asm volatile(\"\" ::: \"memory\");"), "static_cast<void>(0)"));
}

TEST_CASE("other inline assembly is refused by what to use instead") {
  CHECK(contains(
      on_device("asm volatile(\"cp.async.cg.shared.global [%0], [%1], 16;\" :: \"r\"(a), \"l\"(b));"),
      "inline assembly 'cp.async.cg.shared.global' cannot run on the emulated GPU; use "
      "__pipeline_memcpy_async"));
  CHECK(contains(
      on_device("asm volatile(\"{ .reg .b32 a; @p mma.sync.aligned.m16n8k8 {%0}; }\" : \"=r\"(x));"),
      "inline assembly 'mma.sync.aligned.m16n8k8' cannot run on the emulated GPU; use nvcuda::wmma"));
  CHECK(contains(on_device("asm(\"unknown.instruction %0;\" : \"=r\"(x));"),
                 "write it in C++ or with one of CUDA's intrinsics"));
}

TEST_CASE("the host's own assembly is left alone") {
  const std::string source =
      "void f() { asm volatile(\"rdtsc\" : \"=a\"(lo), \"=d\"(hi)); }\nasm(\".globl x\");\n";
  CHECK(translated(source) == source);
  const std::string macro = "#define PAUSE() asm volatile(\"pause\")\n";
  CHECK(translated(macro) == macro);
}

TEST_CASE("assembly over several lines keeps them") {
  const std::string text = translated(
      "__device__ void f() {\n  asm volatile(\n    R\"(foo.bar\n  baz;)\"\n    : \"=r\"(x)\n  );\n LAST }");
  CHECK(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(text.find("LAST")), '\n') == 6);
}
