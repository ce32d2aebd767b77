// Kernel launches: checks, and the way to the workers.
#include <emulator/launch.h>

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdio>

#include <emulator/execution.h>

#include "counting.h"
#include "device_limits.h"
#include "device_memory.h"
#include "errors.h"
#include "grid.h"
#include "kernel_attributes.h"
#include "occupancy.h"
#include "settings.h"
#include "stream.h"
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
  if (config.cooperative) {
    const int resident = resident_blocks(std::size_t{b.x} * b.y * b.z, static_shared_bytes(site.name),
                                         config.dynamic_shared_bytes);
    const std::uint64_t most = std::uint64_t{limits::kMultiprocessors} * static_cast<unsigned>(resident);
    if (std::uint64_t{g.x} * g.y * g.z > most) {
      return refuse(
          cudaErrorCooperativeLaunchTooLarge,
          fmt::format("a cooperative launch needs all its blocks resident at once; the card holds {} of this "
                      "size, and {} are asked for",
                      most, std::uint64_t{g.x} * g.y * g.z));
    }
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

/// A pointer to ordinary host memory is the first mistake everybody makes. A card would report the illegal
/// access once the kernel uses the pointer; on the CPU that would go well unnoticed.
cudaError_t check_arguments(const KernelSite& site, const KernelCode& code) {
  if (settings().host_pointers) return cudaSuccess;
  for (std::size_t i = 0; i < code.pointer_count; ++i) {
    const void* pointer = code.pointers[i];
    if (!pointer || DeviceMemory::instance().in_window(pointer) || PinnedMemory::instance().find(pointer) ||
        is_static_data(pointer)) {
      continue;
    }
    std::fprintf(stderr,
                 "emulated GPU: kernel '%s' (launched at %s:%u) is given a pointer to host memory (%p, "
                 "pointer argument "
                 "%zu).\n  A kernel can only use device memory: allocate it with cudaMalloc, and copy with "
                 "cudaMemcpy.\n",
                 kernel_expression(site.name).c_str(), site.file, site.line, pointer, i + 1);
    if (observer) observer->host_pointer(site);
    set_sticky_error(cudaErrorIllegalAddress);
    return cudaErrorIllegalAddress;
  }
  return cudaSuccess;
}

/// An error that leaves the card usable, as an allocation that fails does; others are sticky.
bool leaves_device_usable(cudaError_t error) {
  return error == cudaErrorMemoryAllocation || error == cudaErrorLaunchOutOfResources;
}

cudaError_t run_grid(const KernelSite& site, const LaunchConfig& config, const KernelCode& code) {
  const auto start = std::chrono::steady_clock::now();
  Grid grid(site, config, code, launch_count.fetch_add(1));
  if (observer) observer->launch_begins(grid);
  WorkerPool::instance().run(grid);
  const cudaError_t observed = observer ? observer->launch_ends(grid) : cudaSuccess;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  if (grid.static_shared_bytes > 0) note_static_shared_bytes(site.name, grid.static_shared_bytes);
  const int resident =
      resident_blocks(grid.block_threads, grid.static_shared_bytes, grid.dynamic_shared_bytes);
  count_launch(grid, static_cast<double>(resident) * grid.block_threads / limits::kThreadsPerMultiprocessor,
               elapsed.count());
  if (!grid.failed) {
    if (observed != cudaSuccess) set_sticky_error(observed);
    return observed;
  }
  if (!leaves_device_usable(grid.error)) set_sticky_error(grid.error);
  return grid.error;
}

}  // namespace

cudaError_t launch_kernel(const KernelSite& site, const LaunchConfig& config, const KernelCode& code) {
  if (in_kernel()) {
    device_fault(cudaErrorNotSupported,
                 "it launches another kernel; the emulated GPU has no dynamic parallelism",
                 {site.file, site.line});
  }
  if (const cudaError_t error = sticky_error(); error != cudaSuccess) return record_error(error);
  if (const cudaError_t error = check_launch(site, config); error != cudaSuccess) return record_error(error);
  if (const cudaError_t error = check_arguments(site, code); error != cudaSuccess) return record_error(error);
  CUgraph_st* graph = nullptr;
  if (const cudaError_t error = destination(config.stream, &graph); error != cudaSuccess)
    return record_error(error);
  if (!graph) return record_error(run_grid(site, config, code));
  graph->nodes.push_back(
      {[site, config, run = code.run, bytes = code.argument_bytes, arguments = code.copy(code.arguments)] {
        return run_grid(site, config, {run, arguments.get(), nullptr, nullptr, nullptr, 0, bytes});
      }});
  return cudaSuccess;
}

}  // namespace emulator
