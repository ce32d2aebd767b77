#include "shared_arena.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "device_limits.h"

namespace emulator {

namespace {

constexpr std::size_t kPageAlignment = 4096;
constexpr int kPoison = 0xFF;  // NaN as float, -1 as int: CUDA does not clear shared memory

std::size_t round_up(std::size_t value, std::size_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

}  // namespace

void SharedArena::Free::operator()(char* memory) const {
  ::operator delete (memory, std::align_val_t{kPageAlignment});
}

void SharedArena::begin(std::size_t dynamic_bytes) {
  if (!memory_) {
    // Room for the most a block may have, and a red zone for each of a few hundred arrays.
    capacity_ = limits::kMaxDynamicShared + limits::kStaticShared + 512 * (kRedZone + kAlignment);
    memory_.reset(static_cast<char*>(::operator new (capacity_, std::align_val_t{kPageAlignment})));
  }
  arrays_.clear();
  static_bytes_ = 0;
  dynamic_bytes_ = dynamic_bytes;
  if (dynamic_bytes) std::memset(memory_.get(), kPoison, dynamic_bytes);
  used_ = dynamic_bytes ? round_up(dynamic_bytes, kAlignment) + kRedZone : 0;
}

std::size_t SharedArena::aligned_end(std::size_t alignment) const {
  return round_up(used_, std::max(alignment, kAlignment));
}

bool SharedArena::fits(std::size_t bytes, std::size_t alignment) const {
  return bytes <= capacity_ && aligned_end(alignment) <= capacity_ - bytes;
}

void* SharedArena::place(const void* site, std::size_t bytes, std::size_t alignment, const char* name,
                         unsigned line) {
  // Blocks that take turns on one OS thread share the sites, so an array may exist already.
  for (const SharedArray& array : arrays_) {
    if (array.site == site) return memory_.get() + array.offset;
  }
  const std::size_t offset = aligned_end(alignment);
  arrays_.push_back({site, name, line, offset, bytes});
  static_bytes_ += bytes;
  used_ = offset + bytes + kRedZone;
  std::memset(memory_.get() + offset, kPoison, bytes);
  return memory_.get() + offset;
}

}  // namespace emulator
