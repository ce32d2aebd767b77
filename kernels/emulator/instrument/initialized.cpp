#include "initialized.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace emulator::instrument {

namespace {

/// Calls visit(byte of the table, bits of it) for a range of addresses.
template <class Visit>
void by_byte(std::size_t first, std::size_t count, Visit visit) {
  while (count > 0) {
    const std::size_t bit = first % 8, bits = std::min<std::size_t>(8 - bit, count);
    if (!visit(first / 8, static_cast<std::uint8_t>(((1u << bits) - 1) << bit))) return;
    first += bits;
    count -= bits;
  }
}

}  // namespace

// Nothing to construct and nothing to destroy: it is there before and after all static objects.
constinit Initialized Initialized::instance_;

void Initialized::cover(std::uintptr_t begin, std::size_t bytes) {
  begin_ = begin;
  // From calloc: of the table for gigabytes, only what is touched takes memory.
  bits_ = static_cast<std::uint8_t*>(std::calloc(bytes / 8 + 1, 1));
  if (!bits_) throw std::bad_alloc();
}

bool Initialized::all_of_any_size(std::size_t first, std::size_t bytes) const {
  bool result = true;
  by_byte(first, bytes, [&](std::size_t byte, std::uint8_t mask) {
    return result = (__atomic_load_n(bits_ + byte, __ATOMIC_RELAXED) & mask) == mask;
  });
  return result;
}

void Initialized::set(std::uintptr_t address, std::size_t bytes) {
  by_byte(address - begin_, bytes, [&](std::size_t byte, std::uint8_t mask) {
    __atomic_fetch_or(bits_ + byte, mask, __ATOMIC_RELAXED);
    return true;
  });
}

void Initialized::reset(std::uintptr_t address, std::size_t bytes) {
  by_byte(address - begin_, bytes, [&](std::size_t byte, std::uint8_t mask) {
    __atomic_fetch_and(bits_ + byte, static_cast<std::uint8_t>(~mask), __ATOMIC_RELAXED);
    return true;
  });
}

}  // namespace emulator::instrument
