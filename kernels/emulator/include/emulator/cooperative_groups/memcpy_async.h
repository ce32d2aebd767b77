/// @file
/// cooperative_groups::memcpy_async: here the copy is made at once, each thread a share of it.
#pragma once

#include <cstddef>
#include <cstring>

#include <emulator/cooperative_groups/partition.h>
#include <emulator/cuda/thread_scope.h>

namespace cooperative_groups {

/// Copies `bytes` from `source` to `target`. wait(group) must come before any thread reads what was copied.
template <typename Group, typename T, typename U>
inline void memcpy_async(const Group& group, T* target, const U* source, std::size_t bytes) {
  constexpr std::size_t kChunk = 16;
  auto* to = reinterpret_cast<char*>(target);
  const auto* from = reinterpret_cast<const char*>(source);
  const auto step = static_cast<std::size_t>(group.size()) * kChunk;
  for (std::size_t start = static_cast<std::size_t>(group.thread_rank()) * kChunk; start < bytes;
       start += step) {
    std::memcpy(to + start, from + start, bytes - start < kChunk ? bytes - start : kChunk);
  }
}
/// As many elements as both have.
template <typename Group, typename T, typename U>
inline void memcpy_async(const Group& group, T* target, std::size_t target_count, const U* source,
                         std::size_t source_count) {
  memcpy_async(group, target, source,
               (target_count < source_count ? target_count : source_count) * sizeof(T));
}

/// Waits until the copies of all threads of the group are done.
template <typename Group>
inline void wait(const Group& group, CodeLine where = CodeLine::here()) {
  group.sync(where);
}
/// ... all but the last Stages of them.
template <unsigned int Stages, typename Group>
inline void wait_prior(const Group& group, CodeLine where = CodeLine::here()) {
  group.sync(where);
}

}  // namespace cooperative_groups
