#include "device_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "settings.h"

namespace emulator {

namespace {

constexpr std::size_t kAlignment = 256;  // what CUDA promises
constexpr std::size_t kAccounted = 512;  // the card's memory is used up in steps of so many bytes
constexpr std::size_t kPoisoned = std::size_t{1} << 20;
constexpr int kPoison = 0xFF;
constexpr std::size_t kRememberedFrees = 256;  // for messages

std::size_t round_up(std::size_t value, std::size_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

}  // namespace

DeviceMemory& DeviceMemory::instance() {
  static auto* memory = new DeviceMemory;  // outlives static destructors that free device memory
  return *memory;
}

// More addresses than memory, so that freed ones rest for a while.
DeviceMemory::DeviceMemory()
    : window_(settings().memory_bytes * 2 + (std::size_t{64} << 30)), total_(settings().memory_bytes) {
  if (!window_.begin()) {
    std::fprintf(stderr,
                 "emulated GPU: the system refuses %zu GiB of address space; lower EMULATED_GPU_MEMORY\n",
                 (total_ * 2 >> 30) + 64);
    std::exit(1);
  }
  next_ = window_.begin();
}

/// The first place behind `next_` that has room, from the start again if need be.
char* DeviceMemory::find_gap(std::size_t bytes) {
  for (int round = 0; round < 2; ++round) {
    char* candidate = next_;
    for (auto it = places_.lower_bound(candidate); it != places_.end(); ++it) {
      if (static_cast<std::size_t>(it->second.first_page - candidate) >= bytes &&
          it->second.first_page >= candidate) {
        return candidate;
      }
      candidate =
          std::max(candidate, it->second.first_page + it->second.page_bytes + AddressWindow::page_bytes());
    }
    if (static_cast<std::size_t>(window_.end() - candidate) >= bytes) return candidate;
    next_ = window_.begin();
  }
  return nullptr;
}

void* DeviceMemory::allocate(std::size_t bytes, MemoryKind kind) {
  const std::lock_guard lock(mutex_);
  if (bytes > total_ || round_up(bytes, kAccounted) > total_ - used_) return nullptr;
  const std::size_t page = AddressWindow::page_bytes();
  const std::size_t open_bytes = round_up(bytes, page);
  char* first_page = find_gap(open_bytes + page);
  if (!first_page || !window_.open(first_page, open_bytes)) return nullptr;
  char* begin = first_page + open_bytes - round_up(bytes, kAlignment);
  places_[begin] = {{begin, bytes, kind}, first_page, open_bytes};
  next_ = first_page + open_bytes + page;
  used_ += round_up(bytes, kAccounted);
  std::memset(begin, kPoison, std::min(bytes, kPoisoned));
  return begin;
}

bool DeviceMemory::free(void* address) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find(static_cast<char*>(address));
  if (place == places_.end()) return false;
  window_.close(place->second.first_page, place->second.page_bytes);
  used_ -= round_up(place->second.allocation.bytes, kAccounted);
  freed_.push_back(place->second.allocation);
  if (freed_.size() > kRememberedFrees) freed_.pop_front();
  places_.erase(place);
  return true;
}

bool DeviceMemory::open_stray_page(const void* address) {
  const std::lock_guard lock(mutex_);
  const std::size_t page = AddressWindow::page_bytes();
  auto* const first = reinterpret_cast<char*>(reinterpret_cast<std::uintptr_t>(address) / page * page);
  const auto after = places_.upper_bound(first + page - 1);
  if (after != places_.begin()) {
    const Place& place = std::prev(after)->second;
    if (first >= place.first_page && first < place.first_page + place.page_bytes) return false;
  }
  return window_.open(first, page);
}

void DeviceMemory::free_all() {
  const std::lock_guard lock(mutex_);
  for (const auto& [begin, place] : places_) window_.close(place.first_page, place.page_bytes);
  places_.clear();
  used_ = 0;
}

std::optional<Allocation> DeviceMemory::find(const void* address) const {
  const std::lock_guard lock(mutex_);
  auto* p = static_cast<char*>(const_cast<void*>(address));
  auto place = places_.upper_bound(p);
  if (place == places_.begin()) return std::nullopt;
  const Allocation& allocation = (--place)->second.allocation;
  if (p >= allocation.begin + allocation.bytes) return std::nullopt;
  return allocation;
}

std::size_t DeviceMemory::used_bytes() const {
  const std::lock_guard lock(mutex_);
  return used_;
}

std::string DeviceMemory::describe(const void* address) const {
  const std::lock_guard lock(mutex_);
  auto* p = static_cast<char*>(const_cast<void*>(address));
  const auto after = places_.upper_bound(p);
  // The nearer of the allocations before and behind is the one that was missed, within reason.
  constexpr std::ptrdiff_t kNear = std::ptrdiff_t{1} << 30;
  const Allocation* before = after == places_.begin() ? nullptr : &std::prev(after)->second.allocation;
  const std::ptrdiff_t past = before ? p - (before->begin + before->bytes) : kNear;
  const std::ptrdiff_t ahead = after == places_.end() ? kNear : after->first - p;
  if (before && past < 0)
    return fmt::format("{} is inside an allocation of {} bytes", address, before->bytes);
  for (const Allocation& freed : freed_) {
    if (p >= freed.begin && p < freed.begin + freed.bytes) {
      return fmt::format("{} was in an allocation of {} bytes that has been freed", address, freed.bytes);
    }
  }
  if (past < kNear && past <= ahead) {
    return fmt::format("{} is {} bytes past the end of an allocation of {} bytes", address, past,
                       before->bytes);
  }
  if (ahead < kNear) {
    return fmt::format("{} is {} bytes before an allocation of {} bytes", address, ahead,
                       after->second.allocation.bytes);
  }
  return fmt::format("{} is not in memory that is allocated", address);
}

PinnedMemory& PinnedMemory::instance() {
  static auto* memory = new PinnedMemory;
  return *memory;
}

void PinnedMemory::add(void* address, std::size_t bytes, unsigned flags, bool owned) {
  const std::lock_guard lock(mutex_);
  auto* begin = static_cast<char*>(address);
  regions_[begin] = {begin, bytes, flags, owned};
}

bool PinnedMemory::remove(void* address, bool owned) {
  const std::lock_guard lock(mutex_);
  const auto region = regions_.find(static_cast<char*>(address));
  if (region == regions_.end() || region->second.owned != owned) return false;
  regions_.erase(region);
  return true;
}

std::optional<PinnedMemory::Region> PinnedMemory::find(const void* address) const {
  const std::lock_guard lock(mutex_);
  auto* p = static_cast<char*>(const_cast<void*>(address));
  auto region = regions_.upper_bound(p);
  if (region == regions_.begin()) return std::nullopt;
  --region;
  if (p >= region->second.begin + region->second.bytes) return std::nullopt;
  return region->second;
}

bool PinnedMemory::overlaps(const void* address, std::size_t bytes) const {
  const std::lock_guard lock(mutex_);
  auto* p = static_cast<char*>(const_cast<void*>(address));
  const auto next = regions_.lower_bound(p);
  if (next != regions_.end() && next->second.begin < p + bytes) return true;
  return next != regions_.begin() && std::prev(next)->second.begin + std::prev(next)->second.bytes > p;
}

}  // namespace emulator
