/// @file
/// What `./course doctor` wants to know about the computer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace course {

/// "13.0" as numbers, so that versions compare.
struct Version {
  int major = 0;
  int minor = 0;
  auto operator<=>(const Version&) const = default;
};

/// The first "major.minor" in the text.
std::optional<Version> version_in(const std::string& text);

struct Gpu {
  std::string name;
  std::string driver;          ///< e.g. "580.65.06"
  Version compute_capability;  ///< e.g. 9.0
  std::int64_t memory_mib = 0;
};

struct Machine {
  std::string processor;  ///< "" when unknown
  int threads = 0;
  std::vector<std::string> simd;  ///< of avx2, fma, f16c, avx512f, avx512_vnni, amx_tile ..., those it has
  std::int64_t memory_mib = 0;    ///< 0 when unknown
  std::int64_t free_memory_mib = 0;
  std::vector<Gpu> gpus;
  bool has_nvidia_device = false;      ///< an NVIDIA device is on the PCI bus, with or without a driver
  std::optional<Version> driver_cuda;  ///< the newest CUDA that the driver can run
  std::string nvcc;                    ///< path, "" when there is none
  std::optional<Version> toolkit;      ///< the CUDA toolkit's version
};

Machine look_at_machine();

}  // namespace course
