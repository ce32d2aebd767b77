/// @file
/// Device memory by allocation, with the lines that allocated and freed it, and what else a kernel may touch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <vector>

#include "runtime/device_memory.h"
#include "runtime/worker.h"

namespace emulator::instrument {

struct TrackedAllocation {
  std::uintptr_t begin;
  std::size_t bytes;
  std::uintptr_t allocated_at;  ///< program counters
  std::uintptr_t freed_at;      ///< 0 while it lives
};

/// Changed by host code only, between launches; so workers read it without locks.
class MemoryMap {
 public:
  static MemoryMap& instance();

  void allocated(const Allocation& allocation, const void* caller);
  void freed(const Allocation& allocation, const void* caller);
  /// The living allocation that holds the address.
  const TrackedAllocation* find(std::uintptr_t address) const;
  /// The living allocation that has bytes in the page of an address; there is at most one.
  const TrackedAllocation* find_in_page(std::uintptr_t address) const;
  /// The last that held it and was freed.
  const TrackedAllocation* find_freed(std::uintptr_t address) const;
  /// The living one that the address misses by the least, within a mebibyte.
  const TrackedAllocation* find_near(std::uintptr_t address) const;
  /// In the order of their addresses.
  const std::map<std::uintptr_t, TrackedAllocation>& living() const { return living_; }
  /// Whether an address that is no device memory is one that a card could not use either.
  bool is_host_memory(const Worker& worker, std::uintptr_t address) const;

 private:
  std::map<std::uintptr_t, TrackedAllocation> living_;
  std::deque<TrackedAllocation> freed_;  ///< latest last
};

}  // namespace emulator::instrument
