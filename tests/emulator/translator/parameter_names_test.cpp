/// @file
/// What is noted about the parameters of kernels, as text.
#include <string>

#include "support/catch.h"
#include "translated_text.h"

using emulator_tests::translated;

namespace {

/// The names that are noted behind a kernel with these parameters.
std::string names(const std::string& parameters) {
  const std::string text = translated("__global__ void k(" + parameters + ") {}");
  const std::string begin = "NamedParameters emulator_parameters_k_1{\"k\", \"";
  const std::size_t at = text.find(begin);
  REQUIRE(at != std::string::npos);
  return text.substr(at + begin.size(), text.find('"', at + begin.size()) - at - begin.size());
}

}  // namespace

TEST_CASE("behind a kernel stands what it calls its parameters") {
  CHECK(names("") == "");
  CHECK(names("int n") == "n");
  CHECK(names("const float* a, const float *__restrict__ b, float* const c, int n") == "a,b,c,n");
  CHECK(names("float a[4], int n = 3") == "a,n");
  CHECK(names("std::pair<int, float> p, Matrix<4, 4>* m") == "p,m");
}

TEST_CASE("a parameter without a name has none") {
  CHECK(names("int, float* x") == ",x");
  CHECK(names("const float*") == "");
}

TEST_CASE("only kernels note their parameters") {
  CHECK(translated("__device__ int f(int n) { return n; }").find("NamedParameters") == std::string::npos);
  CHECK(translated("void g(int n) { }").find("NamedParameters") == std::string::npos);
  CHECK(translated("__global__ void k(int n);").find("NamedParameters") == std::string::npos);
}
