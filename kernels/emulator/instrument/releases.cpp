#include "releases.h"

#include <atomic>
#include <mutex>
#include <unordered_map>

namespace emulator::instrument {

namespace {

/// Who has released through an atomic: one thread and one other are enough to know whether somebody else has.
struct Releasers {
  std::uint64_t block = 0;
  unsigned thread = 0;
  bool several_blocks = false;
  bool several_threads = false;  ///< of `block`
};

std::mutex mutex;
std::unordered_map<std::uintptr_t, Releasers> released;
std::atomic<bool> any{false};

}  // namespace

void exchange_knowledge(Lens& lens, std::uintptr_t address) {
  ObservedBlock& block = *lens.block;
  const unsigned thread = current_index.linear;
  ThreadKnowledge& knowledge = block.threads[thread];
  if (!knowledge.has_fenced && !any.load(std::memory_order_relaxed)) return;
  const std::uint64_t number = block.block->linear;
  const std::lock_guard lock(mutex);
  const auto found = released.find(address);
  if (found != released.end()) {
    const Releasers& by = found->second;
    if (by.several_blocks || by.block != number) knowledge.knows_grid = true;
    if (by.block == number ? by.several_threads || by.thread != thread : by.several_blocks) {
      knowledge.knows_block = block.interval;
    }
    if (knowledge.knows_grid || knowledge.knows_block == block.interval) block.someone_knows = true;
  }
  if (!knowledge.has_fenced) return;
  if (found == released.end()) {
    released[address] = {number, thread, false, false};
    any.store(true, std::memory_order_relaxed);
  } else if (found->second.block != number) {
    found->second.several_blocks = true;
  } else if (found->second.thread != thread) {
    found->second.several_threads = true;
  }
}

void forget_releases() {
  const std::lock_guard lock(mutex);
  released.clear();
  any.store(false, std::memory_order_relaxed);
}

}  // namespace emulator::instrument
