// The main function of every lesson's check. Catch2 finds and runs the cases; what a learner reads is printed
// here and by verdict.cpp, so that Catch2's own report, made for programmers of tests, goes nowhere.
#define CATCH_CONFIG_RUNNER
#include "check_session.h"

#include <cuda_runtime.h>
#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <vector>

#include "run_kind.h"
#include "support/catch.h"

namespace lesson_check {
namespace {

#ifdef _WIN32
constexpr const char* kNowhere = "NUL";
#else
constexpr const char* kNowhere = "/dev/null";
#endif

#if __has_include(<catch2/catch_all.hpp>)
using Listener = Catch::EventListenerBase;
#else
using Listener = Catch::TestEventListenerBase;
#endif

bool explained = false;
std::string unexpected;  ///< what an exception says that reached Catch2

/// One line for each test case: its name, printed before it starts, so that a crash or a hang shows where;
/// then "ok".
class ProgressLines : public Listener {
 public:
  using Listener::Listener;

  void testCaseStarting(const Catch::TestCaseInfo& info) override {
    fmt::print("  {} ... ", info.name);
    std::fflush(stdout);
  }

  void testCaseEnded(const Catch::TestCaseStats& stats) override {
    if (explained) return;  // end_check has said everything
    if (stats.totals.assertions.failed == 0) {
      fmt::print("ok\n");
    } else if (unexpected.empty()) {
      fmt::print("FAILED\n");  // a signal; who waits for this program says which
    } else {
      fmt::print(
          "FAILED\n\nThe check itself failed, which is no fault of yours. Please report this: {} (seed {})\n",
          unexpected, seed());
    }
    std::fflush(stdout);
  }
};

}  // namespace

CATCH_REGISTER_LISTENER(ProgressLines)

CATCH_TRANSLATE_EXCEPTION(const std::exception& error) { return unexpected = error.what(); }

void end_check(const std::string& text) {
  explained = true;
  fmt::print("FAILED\n\n{}(seed of the random inputs: {})\n", text, seed());
  std::fflush(stdout);
  FAIL(text);
  std::abort();  // FAIL throws; the compiler does not know
}

std::uint32_t seed() {
  static const std::uint32_t chosen = [] {
    std::uint32_t value = 0;
    const char* text = std::getenv("COURSE_SEED");
    if (text != nullptr && std::from_chars(text, text + std::strlen(text), value).ec == std::errc())
      return value;
    return static_cast<std::uint32_t>(std::random_device()());
  }();
  return chosen;
}

}  // namespace lesson_check

// The argument chooses test cases as Catch2 names them, e.g. "[goal]"; without it all of them run.
int main(int argc, char** argv) {
  int devices = 0;
  if (const cudaError_t error = cudaGetDeviceCount(&devices); error != cudaSuccess || devices == 0) {
    fmt::print("No GPU answers here ({}). ./course doctor says why; --device emulated needs none.\n",
               cudaGetErrorString(error));
    return 1;
  }
  const char* chosen = argc > 1 ? argv[1] : lesson_check::kObserved ? "[observed]" : "*";
  std::vector<const char*> arguments{"check", "--abort", "--order", "decl", "--out", lesson_check::kNowhere};
#if __has_include(<catch2/catch_all.hpp>)
  arguments.push_back("--allow-running-no-tests");  // a lesson may have no goals; Catch2 2 takes that as fine
#endif
  arguments.push_back(chosen);
  Catch::Session session;
  if (session.applyCommandLine(static_cast<int>(arguments.size()), arguments.data()) != 0) return 2;
  if (session.run() != 0) return 1;
  fmt::print(
      "Every check passed\n");  // ./course check waits for this line: a learner's code might call exit(0)
  return 0;
}
