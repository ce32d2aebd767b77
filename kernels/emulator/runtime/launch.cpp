// Kernel launches: checks, and the way to the workers.
#include <emulator/launch.h>

#include <fmt/format.h>

#include <atomic>
#include <cstdio>

#include "device_limits.h"
#include "errors.h"
#include "grid.h"
#include "kernel_attributes.h"
#include "worker_pool.h"

namespace emulator {

namespace {

std::atomic<std::uint64_t> launch_count{0};

/// Refuses what a card would refuse, with the same code, and says which limit it was.
cudaError_t check_launch(const KernelSite& site, const LaunchConfig& config) {
  const dim3 g = config.grid, b = config.block;
  const auto refuse = [&](cudaError_t error, const std::string& why) {
    std::fprintf(stderr, "emulated GPU: the launch of '%s' at %s:%u is refused (%s): %s\n", site.name,
                 site.file, site.line, cudaGetErrorName(error), why.c_str());
    return error;
  };
  if (g.x == 0 || g.y == 0 || g.z == 0 || b.x == 0 || b.y == 0 || b.z == 0) {
    return refuse(cudaErrorInvalidConfiguration,
                  fmt::format("the grid is ({},{},{}) blocks of ({},{},{}) threads; none "
                              "of these may be 0",
                              g.x, g.y, g.z, b.x, b.y, b.z));
  }
  if (b.x > limits::kBlockX || b.y > limits::kBlockY || b.z > limits::kBlockZ ||
      std::uint64_t{b.x} * b.y * b.z > limits::kBlockThreads) {
    return refuse(cudaErrorInvalidConfiguration,
                  fmt::format("a block of ({},{},{}) threads; at most {} in total, and {} in z, are allowed",
                              b.x, b.y, b.z, limits::kBlockThreads, limits::kBlockZ));
  }
  if (g.x > limits::kGridX || g.y > limits::kGridY || g.z > limits::kGridZ) {
    return refuse(cudaErrorInvalidConfiguration,
                  fmt::format("a grid of ({},{},{}) blocks; at most {} in x, {} in y and {} in z are allowed",
                              g.x, g.y, g.z, limits::kGridX, limits::kGridY, limits::kGridZ));
  }
  if (config.dynamic_shared_bytes <= limits::kStaticShared) return cudaSuccess;
  if (const std::size_t most = dynamic_shared_limit(site.name); config.dynamic_shared_bytes > most) {
    return refuse(
        cudaErrorInvalidValue,
        fmt::format("{} bytes of dynamic shared memory; this kernel may have {}. cudaFuncSetAttribute with "
                    "cudaFuncAttributeMaxDynamicSharedMemorySize raises that to at most {}",
                    config.dynamic_shared_bytes, most, limits::kMaxDynamicShared));
  }
  return cudaSuccess;
}

/// An error that leaves the card usable, as an allocation that fails does; others are sticky.
bool leaves_device_usable(cudaError_t error) {
  return error == cudaErrorMemoryAllocation || error == cudaErrorLaunchOutOfResources;
}

}  // namespace

cudaError_t launch_kernel(const KernelSite& site, const LaunchConfig& config, const KernelCode& code) {
  if (const cudaError_t error = sticky_error(); error != cudaSuccess) return record_error(error);
  if (const cudaError_t error = check_launch(site, config); error != cudaSuccess) return record_error(error);
  Grid grid(site, config, code, launch_count.fetch_add(1));
  WorkerPool::instance().run(grid);
  if (!grid.failed) return cudaSuccess;
  if (!leaves_device_usable(grid.error)) set_sticky_error(grid.error);
  return record_error(grid.error);
}

}  // namespace emulator
