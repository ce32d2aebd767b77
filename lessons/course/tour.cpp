// ./course bench and ./course run: measuring, and the tour from the first lesson to the engine.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "commands.h"
#include "errors.h"
#include "paths.h"
#include "process.h"

namespace fs = std::filesystem;

namespace course {
namespace {

int run_bench(const Lesson& lesson, std::vector<std::string> options) {
  const fs::path bench = program("lesson_" + lesson.folder() + "_bench");
  options.insert(options.begin(), bench.string());
  const ProcessResult result = run_passing_through({options, {}});
  if (result.signal != 0) {
    throw UserError(fmt::format("the benchmark of lesson {} ended early: {}", lesson.id(),
                                describe_signal(result.signal)));
  }
  return result.exit_code == 0 ? kDone : kFailed;
}

}  // namespace

int bench_lesson(const std::string& name) { return run_bench(find_written_lesson(name), {}); }

int run_tour() {
  fmt::print("1. The first lesson: one vector add, on the CPU and on the GPU\n\n");
  std::fflush(stdout);
  if (const int failed = run_bench(find_written_lesson("01"), {"--short"}); failed != kDone) return failed;

  fmt::print("\n2. Where the course arrives: a Llama model, from its GGUF file to text\n\n");
  const fs::path engine = program("mini_llm");
  const fs::path model = root_folder() / "mini_llm" / "bundled" / "course.gguf";
  std::error_code error;
  if (!fs::exists(model, error)) {
    throw UserError(
        fmt::format("the bundled model {} is missing; check the repository out again", model.string()));
  }
  if (!fs::exists(engine, error)) {
    throw UserError(fmt::format("{} is missing; ./course setup builds it", engine.string()));
  }
  const Command tale{{engine.string(), "run", "-m", model.string(), "-p", "Once upon a time", "-n", "256",
                      "--seed", "1", "--temp", "0"},
                     {}};
  fmt::print("mini_llm run -m {} -p \"Once upon a time\" -n 256 --temp 0\n\n", display_path(model));
  std::fflush(stdout);
  const ProcessResult result = run_passing_through(tale);
  if (!result.succeeded()) return kFailed;
  fmt::print("\nNext: ./course start 01\n");
  return kDone;
}

}  // namespace course
