/// @file
/// Reserved address space, opened and closed page by page.
#pragma once

#include <cstddef>

namespace emulator {

/// One range of addresses for all device memory. What is not open cannot be read or written.
class AddressWindow {
 public:
  /// Reserves at least `bytes`; begin() is null when the system refuses.
  explicit AddressWindow(std::size_t bytes);

  char* begin() const { return begin_; }
  char* end() const { return begin_ + bytes_; }
  bool contains(const void* address) const { return address >= begin_ && address < end(); }

  static std::size_t page_bytes();
  /// Makes pages readable and writable; they start out as zeros.
  bool open(char* first, std::size_t bytes);
  /// Gives the pages' memory back and makes them unreadable.
  void close(char* first, std::size_t bytes);

 private:
  char* begin_ = nullptr;
  std::size_t bytes_ = 0;
};

/// Whether the address belongs to a program's or library's own data, as `__device__` variables do.
bool is_static_data(const void* address);

}  // namespace emulator
