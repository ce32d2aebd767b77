// ./course doctor: what this computer has, whether the parts match, and what to do about it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands.h"
#include "errors.h"
#include "machine.h"
#include "process.h"

namespace course {
namespace {

constexpr Version kOldestToolkit{12, 4};
constexpr Version kOldestGpu{7, 5};  // Turing, the oldest that CUDA 13 still compiles for
constexpr std::int64_t kEnoughMemory_mib = 4096;

std::string to_text(Version version) { return fmt::format("{}.{}", version.major, version.minor); }

class Report {
 public:
  void fact(std::string_view what, const std::string& value) { fmt::print("{:<12} {}\n", what, value); }
  void problem(const std::string& text) { print_advice("PROBLEM", text), ++problems_; }
  void advice(const std::string& text) { print_advice("to do", text); }
  void note(const std::string& text) { print_advice("that is fine", text); }
  int problems() const { return problems_; }

 private:
  static void print_advice(std::string_view kind, const std::string& text) {
    fmt::print("  {}: {}\n", kind, text);
  }
  int problems_ = 0;
};

void report_gpu(const Machine& machine, Report& report) {
  if (machine.gpus.empty()) {
    report.fact("GPU", machine.has_nvidia_device ? "NVIDIA device found, but its driver does not answer"
                                                 : "none found");
    if (machine.has_nvidia_device) {
      report.problem(
          "install NVIDIA's driver (Debian and Ubuntu: the package nvidia-driver, then restart), or check "
          "with "
          "nvidia-smi why it does not answer");
    } else {
      report.note("everything runs on the emulated GPU; only times need a real one");
    }
    return;
  }
  for (const Gpu& gpu : machine.gpus) {
    report.fact("GPU", fmt::format("{}, {} MiB, compute capability {}, driver {}", gpu.name, gpu.memory_mib,
                                   to_text(gpu.compute_capability), gpu.driver));
    if (gpu.compute_capability < kOldestGpu) {
      report.advice(
          fmt::format("this GPU is older than the project supports (compute capability {}): use the emulated "
                      "one, COURSE_DEVICE=emulated ./course ...",
                      to_text(kOldestGpu)));
    }
  }
}

void report_toolkit(const Machine& machine, Report& report) {
  if (!machine.toolkit) {
    report.fact("toolkit", "no nvcc found");
    if (!machine.gpus.empty()) {
      report.advice(
          fmt::format("to run on the GPU, install the CUDA toolkit, {} or newer and not newer than CUDA {} "
                      "(what your driver runs), then ./course setup",
                      to_text(kOldestToolkit),
                      machine.driver_cuda ? to_text(*machine.driver_cuda) : "of nvidia-smi's first line"));
    }
    return;
  }
  report.fact("toolkit", fmt::format("CUDA {} ({})", to_text(*machine.toolkit), machine.nvcc));
  if (*machine.toolkit < kOldestToolkit) {
    report.problem(
        fmt::format("the toolkit is older than {}; install a newer one, or use COURSE_DEVICE=emulated",
                    to_text(kOldestToolkit)));
  }
  if (!machine.driver_cuda) return;
  report.fact("driver", fmt::format("runs programs up to CUDA {}", to_text(*machine.driver_cuda)));
  // Within one major version a driver runs programs of newer toolkits; across major versions it does not.
  if (machine.toolkit->major > machine.driver_cuda->major) {
    report.problem(
        fmt::format("toolkit {} is too new for this driver: install a newer driver, or a toolkit {}.x",
                    to_text(*machine.toolkit), machine.driver_cuda->major));
  }
}

void report_host(const Machine& machine, Report& report) {
  report.fact("processor",
              fmt::format("{}, {} threads", machine.processor.empty() ? "unknown" : machine.processor,
                          machine.threads));
  report.fact("SIMD", machine.simd.empty() ? "unknown" : fmt::format("{}", fmt::join(machine.simd, " ")));
  if (machine.memory_mib > 0) {
    report.fact("memory", fmt::format("{} MiB, {} MiB free", machine.memory_mib, machine.free_memory_mib));
    if (machine.memory_mib < kEnoughMemory_mib) {
      report.advice(
          "with less than 4 GiB, building can run out of memory; close other programs during ./course setup");
    }
  }
  report.fact("compiler", COMPILER);
}

}  // namespace

int run_doctor() {
  const Machine machine = look_at_machine();
  Report report;
  report_gpu(machine, report);
  report_toolkit(machine, report);
  report_host(machine, report);
  report.fact("device", fmt::format("{} (this is what ./course uses now)", DEVICE));
  if (report.problems() > 0) {
    fmt::print(
        "\n{} to repair, named above. Until then COURSE_DEVICE=emulated ./course ... works without a GPU.\n",
        report.problems() == 1 ? "One thing" : fmt::format("{} things", report.problems()));
    return kFailed;
  }
  fmt::print("\nAll is well.\n");
  return kDone;
}

}  // namespace course
