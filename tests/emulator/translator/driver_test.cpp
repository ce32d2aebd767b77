/// @file
/// From a .cu file to an exit status, the way `./course emulate` goes.
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "driver/emulate.h"
#include "support/catch.h"

namespace {

namespace fs = std::filesystem;

/// A folder with a source file and a cache of its own, and what the compiler and the program said.
class Workplace {
 public:
  Workplace()
      : folder_(fs::temp_directory_path() /
                ("emulator driver test " + std::to_string(std::random_device{}()))) {
    fs::create_directories(folder_);
    request.source = folder_ / "program.cu";
    request.cache_folder = folder_ / "cache";
  }
  ~Workplace() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }

  /// Runs the `emulate` program as a user does; its output is in output().
  int run_command(const std::string& arguments) const {
    const std::string command = "EMULATED_GPU_CACHE='" + request.cache_folder.string() +
                                "' '" BINARY_DIR "/emulate' " + arguments + " > '" +
                                (folder_ / "output").string() + "' 2>&1";
    const int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string output() const {
    std::ifstream stream(folder_ / "output");
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  std::string source() const { return "'" + request.source.string() + "'"; }

  emulator::driver::BuildRequest request;

 private:
  fs::path folder_;
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the program gets the arguments behind -- and gives its exit status") {
  Workplace workplace;
  workplace.write("program.cu", R"(#include <cstdio>
#include <cstring>
int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) printf("[%s]", argv[i]);
  return argc;
})");
  CHECK(workplace.run_command(workplace.source() + " -- -I --help 'a b' --") == 5);
  CHECK(workplace.output() == "[-I][--help][a b][--]");
  CHECK(workplace.run_command(workplace.source()) == 1);
}

TEST_CASE("an unchanged program is not built again, a changed one is") {
  Workplace workplace;
  workplace.write("value.h", "constexpr int kValue = 3;\n");
  workplace.write("program.cu", "#include \"value.h\"\nint main() { return kValue; }\n");
  const fs::path first = emulator::driver::build_program(workplace.request);
  const auto written = fs::last_write_time(first);
  const auto begin = std::chrono::steady_clock::now();
  CHECK(emulator::driver::build_program(workplace.request) == first);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(500));
  CHECK(fs::last_write_time(first) >= written);
  CHECK(emulator::driver::run_program(first, {}) == 3);
  workplace.write("value.h", "constexpr int kValue = 4;\n");
  const fs::path second = emulator::driver::build_program(workplace.request);
  CHECK(second != first);
  CHECK(emulator::driver::run_program(second, {}) == 4);
  workplace.request.definitions = {"OTHER=1"};
  CHECK(emulator::driver::build_program(workplace.request) != second);
}

TEST_CASE("nothing but the programs stays in the cache") {
  Workplace workplace;
  workplace.write("program.cu", "int main() {}\n");
  emulator::driver::build_program(workplace.request);
  CHECK(std::distance(fs::directory_iterator(workplace.request.cache_folder), {}) == 1);
}

TEST_CASE("compiler errors name the lines of the .cu file") {
  Workplace workplace;
  workplace.write("program.cu", R"(__global__ void k(int* x) {
  __shared__ int tile[32];
  tile[threadIdx.x] = missing;
}
int main() {
  k<<<1,
      32>>>(nullptr,
            other);
})");
  CHECK(workplace.run_command(workplace.source()) == 1);
  CHECK(contains(workplace.output(), "program.cu:3: error: "));
  CHECK(contains(workplace.output(), "program.cu:8: error: "));
  CHECK(contains(workplace.output(), "was not built for the emulated GPU"));
  CHECK_FALSE(contains(workplace.output(), "program.cu.cpp"));
}

TEST_CASE("what cannot be translated stops with file, line and what to use instead") {
  Workplace workplace;
  workplace.write("program.cu", R"(__global__ void k(int* x) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%0}, [%1];" : "=r"(*x) : "r"(0));
}
int main() { k<<<1, 1>>>(nullptr); }
)");
  CHECK(workplace.run_command(workplace.source()) == 1);
  CHECK(contains(workplace.output(), "program.cu:2: error: inline assembly 'ldmatrix"));
  const std::string output = workplace.output();
  CHECK(std::count(output.begin(), output.end(), '\n') == 2);
  CHECK(contains(workplace.output(), "use nvcuda::wmma::load_matrix_sync from <mma.h>"));

  workplace.write("program.cu", "\ntexture<float> t;\nint main() {}\n");
  CHECK(workplace.run_command(workplace.source()) == 1);
  CHECK(contains(workplace.output(), "program.cu:2: error: textures and surfaces are not emulated; read"));

  workplace.write("program.cu", "__global__ void k() {\n  k<<<1, 1>>>();\n}\nint main() {}\n");
  CHECK(workplace.run_command(workplace.source()) == 1);
  CHECK(contains(workplace.output(), "program.cu:2: error: 'k' launches a kernel from device code"));
}

TEST_CASE("a missing file is exit status 1, wrong usage is 2") {
  Workplace workplace;
  CHECK(workplace.run_command("/nowhere/none.cu") == 1);
  CHECK(contains(workplace.output(), "/nowhere/none.cu: error: cannot be read: No such file or directory"));
  CHECK(workplace.run_command("") == 2);
  CHECK(workplace.run_command("--no-such-option x.cu") == 2);
  CHECK(workplace.run_command("--help") == 0);
}

TEST_CASE("a program that crashes is said to have crashed") {
  Workplace workplace;
  workplace.write("program.cu", "#include <csignal>\nint main() { std::raise(SIGABRT); }\n");
  CHECK(workplace.run_command(workplace.source()) == 128 + 6);
  CHECK(contains(workplace.output(), "The program was stopped by signal 6"));
}
