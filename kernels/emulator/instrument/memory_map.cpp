#include "memory_map.h"

#include <pthread.h>

#include <algorithm>

#include "checks.h"
#include "runtime/address_window.h"
#include "runtime/settings.h"

namespace emulator::instrument {

namespace {

constexpr std::size_t kRememberedFrees = 4096;
constexpr std::uintptr_t kNear = std::uintptr_t{1} << 20;

}  // namespace

MemoryMap& MemoryMap::instance() {
  static auto* map = new MemoryMap;  // outlives static destructors that free device memory
  return *map;
}

void MemoryMap::allocated(const Allocation& allocation, const void* caller) {
  const auto begin = reinterpret_cast<std::uintptr_t>(allocation.begin);
  living_[begin] = {begin, allocation.bytes, reinterpret_cast<std::uintptr_t>(caller), 0};
}

void MemoryMap::freed(const Allocation& allocation, const void* caller) {
  const auto found = living_.find(reinterpret_cast<std::uintptr_t>(allocation.begin));
  if (found == living_.end()) return;
  freed_.push_back(found->second);
  freed_.back().freed_at = reinterpret_cast<std::uintptr_t>(caller);
  if (freed_.size() > kRememberedFrees) freed_.pop_front();
  living_.erase(found);
}

const TrackedAllocation* MemoryMap::find(std::uintptr_t address) const {
  auto after = living_.upper_bound(address);
  if (after == living_.begin()) return nullptr;
  const TrackedAllocation& allocation = std::prev(after)->second;
  return address < allocation.begin + allocation.bytes ? &allocation : nullptr;
}

const TrackedAllocation* MemoryMap::find_in_page(std::uintptr_t address) const {
  const std::uintptr_t page = address / kPageBytes * kPageBytes;
  const auto after = living_.lower_bound(page + kPageBytes);
  if (after == living_.begin()) return nullptr;
  const TrackedAllocation& allocation = std::prev(after)->second;
  return allocation.begin + allocation.bytes > page ? &allocation : nullptr;
}

const TrackedAllocation* MemoryMap::find_freed(std::uintptr_t address) const {
  if (find(address)) return nullptr;
  const auto found = std::find_if(freed_.rbegin(), freed_.rend(), [&](const TrackedAllocation& allocation) {
    return address >= allocation.begin && address < allocation.begin + allocation.bytes;
  });
  return found == freed_.rend() ? nullptr : &*found;
}

const TrackedAllocation* MemoryMap::find_near(std::uintptr_t address) const {
  const auto after = living_.upper_bound(address);
  const TrackedAllocation* before = after == living_.begin() ? nullptr : &std::prev(after)->second;
  const std::uintptr_t past =
      before ? address - before->begin - std::min(before->bytes, address - before->begin) : kNear;
  const std::uintptr_t ahead = after == living_.end() ? kNear : after->first - address;
  if (std::min(past, ahead) >= kNear) return nullptr;
  return past <= ahead ? before : &after->second;
}

bool MemoryMap::is_host_memory(const Worker& worker, std::uintptr_t address) const {
  const auto* pointer = reinterpret_cast<const void*>(address);
  if (settings().host_pointers || worker.on_a_stack(pointer)) return false;
  if (PinnedMemory::instance().find(pointer) || is_static_data(pointer)) return false;
  // Variables of the OS thread: the emulator's own, such as where a block's shared arrays are. They lie below
  // what pthread_self() points to.
  constexpr std::uintptr_t kThreadVariables = 64 << 10;
  const auto self = reinterpret_cast<std::uintptr_t>(reinterpret_cast<void*>(pthread_self()));
  return !(address < self + kPageBytes && address >= self - kThreadVariables);
}

}  // namespace emulator::instrument
