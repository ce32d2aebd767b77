#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <thread>

#include "machine.h"
#include "process.h"

namespace fs = std::filesystem;

namespace course {
namespace {

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::int64_t number_in(const std::string& text) {
  std::int64_t number = 0;
  const std::size_t digits = std::min(text.find_first_of("0123456789"), text.size());
  std::from_chars(text.data() + digits, text.data() + text.size(), number);
  return number;
}

std::int64_t meminfo_mib(const std::string& meminfo, const std::string& field) {
  const std::size_t at = meminfo.find(field + ":");
  return at == std::string::npos ? 0 : number_in(meminfo.substr(at + field.size(), 40)) / 1024;
}

void look_at_processor(Machine& machine) {
  const std::string cpuinfo = text_of("/proc/cpuinfo");
  std::smatch match;
  if (std::regex_search(cpuinfo, match, std::regex("model name\\s*: (.*)"))) machine.processor = match[1];
  machine.threads = static_cast<int>(std::thread::hardware_concurrency());
  // x86 writes "flags", 64-bit Arm "Features".
  if (std::regex_search(cpuinfo, match, std::regex("(?:flags|Features)\\s*:( .*)"))) {
    const std::string flags = match[1].str() + " ";
    for (const char* name : {"sse4_2", "avx", "avx2", "fma", "f16c", "avx_vnni", "avx512f", "avx512_vnni",
                             "avx512_bf16", "amx_tile", "asimd", "asimddp", "sve"}) {
      if (flags.find(fmt::format(" {} ", name)) != std::string::npos) machine.simd.emplace_back(name);
    }
  }
  const std::string meminfo = text_of("/proc/meminfo");
  machine.memory_mib = meminfo_mib(meminfo, "MemTotal");
  machine.free_memory_mib = meminfo_mib(meminfo, "MemAvailable");
}

void look_at_gpus(Machine& machine) {
  std::error_code error;
  for (const auto& device : fs::directory_iterator("/sys/bus/pci/devices", error)) {
    constexpr std::string_view kNvidia = "0x10de";
    const std::string vendor = text_of(device.path() / "vendor");
    // Class 0x03: display; an NVIDIA sound device or bridge is none.
    if (vendor.starts_with(kNvidia) && text_of(device.path() / "class").starts_with("0x03")) {
      machine.has_nvidia_device = true;
    }
  }
  std::istringstream rows(output_of({"nvidia-smi", "--query-gpu=name,driver_version,compute_cap,memory.total",
                                     "--format=csv,noheader,nounits"}));
  for (std::string row; std::getline(rows, row);) {
    std::smatch match;
    if (!std::regex_match(row, match, std::regex("(.*), (.*), (.*), (.*)"))) continue;
    machine.gpus.push_back(
        {match[1], match[2], version_in(match[3]).value_or(Version{}), number_in(match[4])});
  }
  if (!machine.gpus.empty()) {
    const std::string banner = output_of({"nvidia-smi"});
    const std::size_t at = banner.find("CUDA Version:");
    if (at != std::string::npos) machine.driver_cuda = version_in(banner.substr(at, 40));
  }
}

void look_at_toolkit(Machine& machine) {
  std::vector<std::string> candidates = {"nvcc"};
  for (const char* variable : {"CUDA_PATH", "CUDA_HOME"}) {
    if (const char* folder = std::getenv(variable)) candidates.push_back(std::string(folder) + "/bin/nvcc");
  }
  candidates.emplace_back("/usr/local/cuda/bin/nvcc");
  for (const std::string& nvcc : candidates) {
    const std::string banner = output_of({nvcc, "--version"});
    const std::size_t at = banner.find("release ");
    if (at == std::string::npos) continue;
    machine.nvcc = nvcc;
    machine.toolkit = version_in(banner.substr(at, 40));
    return;
  }
}

}  // namespace

std::optional<Version> version_in(const std::string& text) {
  std::smatch match;
  if (!std::regex_search(text, match, std::regex("([0-9]{1,6})\\.([0-9]{1,6})"))) return std::nullopt;
  return Version{std::stoi(match[1]), std::stoi(match[2])};
}

Machine look_at_machine() {
  Machine machine;
  look_at_processor(machine);
  look_at_gpus(machine);
  look_at_toolkit(machine);
  return machine;
}

}  // namespace course
