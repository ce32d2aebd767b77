/// @file
/// The emulated card's memory, and what is known of the host's.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "address_window.h"

namespace emulator {

enum class MemoryKind { kDevice, kManaged };

struct Allocation {
  char* begin;
  std::size_t bytes;  ///< as asked for
  MemoryKind kind;
};

/// Allocations in the window. Each ends (but for rounding to 256 bytes) where a page ends, and the next page
/// is closed, so running over an end is noticed; freed memory is closed, and used again only when the window
/// has been gone through.
class DeviceMemory {
 public:
  static DeviceMemory& instance();

  /// Null when the card's memory is used up.
  void* allocate(std::size_t bytes, MemoryKind kind);
  /// False if there is no allocation at this address.
  bool free(void* address);
  void free_all();

  /// The allocation that holds this address.
  std::optional<Allocation> find(const void* address) const;
  /// Opens the page of an address that belongs to no allocation.
  /// @return whether it was closed, so that a card would have ended the kernel
  bool open_stray_page(const void* address);
  bool in_window(const void* address) const { return window_.contains(address); }
  char* window_begin() const { return window_.begin(); }
  std::size_t window_bytes() const { return static_cast<std::size_t>(window_.end() - window_.begin()); }
  std::size_t total_bytes() const { return total_; }
  std::size_t used_bytes() const;
  /// "0x2000... is 64 bytes past the end of an allocation of 4096 bytes", for messages.
  std::string describe(const void* address) const;

 private:
  struct Place {
    Allocation allocation;
    char* first_page;
    std::size_t page_bytes;  ///< of the pages that are open
  };

  DeviceMemory();
  char* find_gap(std::size_t bytes);

  mutable std::mutex mutex_;
  AddressWindow window_;
  std::size_t total_;
  std::size_t used_ = 0;
  char* next_;                     ///< where the search for a gap begins
  std::map<char*, Place> places_;  ///< by address of the allocation
  std::deque<Allocation> freed_;   ///< lately
};

/// Host memory that a kernel may use: from cudaMallocHost or cudaHostRegister.
class PinnedMemory {
 public:
  static PinnedMemory& instance();
  void add(void* address, std::size_t bytes, unsigned flags, bool owned);
  /// Forgets a region; false if there is none of this kind at this address.
  bool remove(void* address, bool owned);
  struct Region {
    char* begin;
    std::size_t bytes;
    unsigned flags;
    bool owned;  ///< allocated by cudaMallocHost, and not just registered
  };
  std::optional<Region> find(const void* address) const;
  bool overlaps(const void* address, std::size_t bytes) const;

 private:
  mutable std::mutex mutex_;
  std::map<char*, Region> regions_;
};

}  // namespace emulator
