#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "support/catch.h"

namespace {

struct Run {
  int status;
  std::string output;  // both streams
};

Run run_probe(const std::string& environment) {
  const std::string command = environment + " '" BINARY_DIR "/emulator_settings_probe' 2>&1";
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string output;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) output += static_cast<char>(c);
  const int status = pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, output};
}

bool has(const Run& run, const std::string& part) { return run.output.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("without settings the card has 8 GiB, runs threads in ascending order and refuses host pointers") {
  const Run run = run_probe("");
  CAPTURE(run.output);
  CHECK(run.status == 0);
  CHECK(has(run, "memory 8589934592\n"));
  CHECK(has(run, "first 0\n"));
  CHECK(has(run, "host pointer cudaErrorIllegalAddress\n"));
}

TEST_CASE("the environment sets memory, schedule, OS threads and host pointers") {
  CHECK(has(run_probe("EMULATED_GPU_MEMORY=512MiB"), "memory 536870912\n"));
  CHECK(has(run_probe("EMULATED_GPU_MEMORY=2000000"), "memory 2000000\n"));
  CHECK(has(run_probe("EMULATED_GPU_SCHEDULE=reverse"), "first 7\n"));
  CHECK(has(run_probe("EMULATED_GPU_HOST_POINTERS=allow"), "host pointer cudaSuccess\n"));
  CHECK(run_probe("EMULATED_GPU_THREADS=5").status == 0);
  CHECK(run_probe("EMULATED_GPU_STACK=1MiB").status == 0);
}

TEST_CASE("barriers can be told not to wait for threads that have left") {
  const Run strict = run_probe("");
  CHECK(has(strict, "exited threads cudaErrorLaunchFailure\n"));
  CHECK(has(strict, "EMULATED_GPU_EXITED_THREADS"));
  for (const std::string schedule : {"forward", "reverse", "random"}) {
    const Run lenient = run_probe("EMULATED_GPU_EXITED_THREADS=allow EMULATED_GPU_SCHEDULE=" + schedule);
    CAPTURE(lenient.output);
    CHECK(has(lenient, "exited threads cudaSuccess\n"));
    CHECK(has(lenient, "counted 5\n"));
  }
}

TEST_CASE("random order is the same again for the same seed") {
  const std::string environment = "EMULATED_GPU_SCHEDULE=random EMULATED_GPU_SCHEDULE_SEED=";
  CHECK(run_probe(environment + "3").output.substr(0, 30) ==
        run_probe(environment + "3").output.substr(0, 30));
}

TEST_CASE("statistics are printed at exit when asked for") {
  const Run run = run_probe("EMULATED_GPU_STATS=1");
  CAPTURE(run.output);
  CHECK(has(run, "2 launches, 2 blocks, 48 threads"));
  CHECK(has(run, "note_turn<<<(1,1,1), (8,1,1), 0>>>"));
  CHECK_FALSE(has(run_probe(""), "launches"));
}

TEST_CASE("settings that make no sense end the program with status 2 and name the variable") {
  for (const std::string setting :
       {"EMULATED_GPU_MEMORY=lots", "EMULATED_GPU_MEMORY=-1", "EMULATED_GPU_MEMORY=8XiB",
        "EMULATED_GPU_THREADS=0", "EMULATED_GPU_THREADS=two", "EMULATED_GPU_SCHEDULE=sideways",
        "EMULATED_GPU_SCHEDULE_SEED=x", "EMULATED_GPU_TIMEOUT=soon", "EMULATED_GPU_STACK=1"}) {
    const Run run = run_probe(setting);
    CAPTURE(setting, run.output);
    CHECK(run.status == 2);
    CHECK(has(run, setting.substr(0, setting.find('='))));
  }
}
