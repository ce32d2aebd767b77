#include "counting.h"

#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "kernel_attributes.h"
#include "settings.h"

namespace emulator {

namespace {

std::mutex mutex;

void print_counters() {
  const Counters c = counters();
  std::fprintf(stderr, "emulated GPU: %llu launches, %llu blocks, %llu threads, %llu block barriers\n",
               static_cast<unsigned long long>(c.launches), static_cast<unsigned long long>(c.blocks),
               static_cast<unsigned long long>(c.threads), static_cast<unsigned long long>(c.barriers));
  std::fprintf(
      stderr, "  copied to the device %llu bytes, to the host %llu, on the device %llu, in %llu copies\n",
      static_cast<unsigned long long>(c.bytes_host_to_device),
      static_cast<unsigned long long>(c.bytes_device_to_host),
      static_cast<unsigned long long>(c.bytes_device_to_device), static_cast<unsigned long long>(c.copies));
  std::fprintf(stderr, "  %llu allocations of %llu bytes in all\n",
               static_cast<unsigned long long>(c.allocations),
               static_cast<unsigned long long>(c.bytes_allocated));
  for (const LaunchRecord& launch : c.last_launches) {
    std::fprintf(stderr,
                 "  %s<<<(%u,%u,%u), (%u,%u,%u), %zu>>> at %s:%u: %zu bytes of static shared memory, "
                 "occupancy %.0f%%, "
                 "%llu block barriers\n",
                 launch.kernel.c_str(), launch.grid.x, launch.grid.y, launch.grid.z, launch.block.x,
                 launch.block.y, launch.block.z, launch.dynamic_shared_bytes, launch.file.c_str(),
                 launch.line, launch.static_shared_bytes, launch.occupancy * 100,
                 static_cast<unsigned long long>(launch.barriers));
  }
}

Counters& totals() {
  static Counters* instance = [] {
    if (settings().print_statistics) std::atexit(print_counters);
    return new Counters;
  }();
  return *instance;
}

}  // namespace

void count_launch(const Grid& grid, double occupancy, double seconds) {
  const std::lock_guard lock(mutex);
  Counters& c = totals();
  ++c.launches;
  c.blocks += grid.block_count;
  c.threads += grid.block_count * grid.block_threads;
  c.barriers += grid.barriers;
  if (c.last_launches.size() >= 2 * kKeptLaunches) {
    c.last_launches.erase(c.last_launches.begin(), c.last_launches.begin() + kKeptLaunches);
  }
  c.last_launches.push_back({kernel_expression(grid.site.name), grid.site.file, grid.site.line, grid.grid,
                             grid.block, grid.static_shared_bytes, grid.dynamic_shared_bytes, occupancy,
                             grid.barriers, seconds});
}

void count_copy(cudaMemcpyKind kind, std::size_t bytes) {
  const std::lock_guard lock(mutex);
  Counters& c = totals();
  ++c.copies;
  if (kind == cudaMemcpyHostToDevice) c.bytes_host_to_device += bytes;
  if (kind == cudaMemcpyDeviceToHost) c.bytes_device_to_host += bytes;
  if (kind == cudaMemcpyDeviceToDevice) c.bytes_device_to_device += bytes;
}

void count_set(std::size_t bytes) {
  const std::lock_guard lock(mutex);
  totals().bytes_set += bytes;
}

void count_allocation(std::size_t bytes) {
  const std::lock_guard lock(mutex);
  ++totals().allocations;
  totals().bytes_allocated += bytes;
}

Counters counters() {
  const std::lock_guard lock(mutex);
  Counters copy = totals();
  if (copy.last_launches.size() > kKeptLaunches) {
    copy.last_launches.erase(copy.last_launches.begin(), copy.last_launches.end() - kKeptLaunches);
  }
  return copy;
}

void reset_counters() {
  const std::lock_guard lock(mutex);
  totals() = {};
}

}  // namespace emulator
