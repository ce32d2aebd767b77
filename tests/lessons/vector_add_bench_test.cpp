// Lesson 01's benchmark: which rows it prints, and what it measures where there is no GPU.
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "paths.h"
#include "process.h"
#include "support/catch.h"
#ifdef HAVE_THRUST_ON_CPU
#include "thrust_vector_add_on_cpu.h"
#endif

namespace {

/// The first line of `text` that begins with `version`; "" when there is none.
std::string row_of(const std::string& text, const std::string& version) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(version)) return line;
  }
  return "";
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Whether the row has a time and its spread.
bool is_measured(const std::string& row) {
  return (says(row, " ns ") || says(row, " us ") || says(row, " ms ") || says(row, " s ")) && says(row, "% ");
}

}  // namespace

TEST_CASE("lesson 01 measures the CPU, Thrust among it, and leaves the GPU's times to a GPU") {
  if (std::string(DEVICE) != "emulated") {
    WARN("skipped: on a real GPU every row is measured");
    return;
  }
  std::string output;
  const course::ProcessResult result = course::run_captured(
      {{course::program("lesson_01_vector_add_bench").string(), "--short"}, {}},
      [&](std::string_view piece) { output += piece; }, 300);
  INFO(output);
  REQUIRE(result.succeeded());
  CHECK(is_measured(row_of(output, "CPU, 1 thread")));
  for (const char* version : {"GPU, copies, pageable memory", "GPU, copies, pinned memory",
                              "GPU, data already there", "Thrust, data already there"}) {
    const std::string row = row_of(output, version);
    INFO(version);
    CHECK(says(row, "needs a GPU for time"));
    CHECK_FALSE(is_measured(row));
  }
  const std::string thrust = row_of(output, "Thrust on the CPU, OpenMP");
#ifdef HAVE_THRUST_ON_CPU
  CHECK(is_measured(thrust));
  CHECK(thrust.ends_with(" 1.00"));
#else
  CHECK((says(thrust, "Thrust is not installed") || says(thrust, "the Thrust installed here needs CUDA")));
  CHECK_FALSE(is_measured(thrust));
#endif
}

#ifdef HAVE_THRUST_ON_CPU
TEST_CASE("Thrust on the CPU adds what the benchmark times") {
  const std::uint32_t seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-1000.0f, 1000.0f);
  for (const std::size_t n : {0, 1, 31, 33, 1000, 100'003}) {
    INFO(n << " elements");
    std::vector<float> a(n), b(n), c(n + 1, -7.0f);
    for (std::size_t i = 0; i < n; ++i) {
      a[i] = uniform(random);
      b[i] = uniform(random);
    }
    thrust_vector_add_on_cpu(a, b, std::span(c).first(n));
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < n; ++i) wrong += !(c[i] == a[i] + b[i]);
    CHECK(wrong == 0);
    CHECK(c[n] == -7.0f);
  }
}
#endif
