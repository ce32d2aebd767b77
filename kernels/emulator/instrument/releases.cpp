#include "releases.h"

#include <unordered_map>

namespace emulator::instrument {

/// By address: one thread that has released and one other are enough to know whether somebody else has.
struct Releases::Table {
  struct Releasers {
    std::uint64_t block = 0;
    unsigned thread = 0;
    bool several_blocks = false;
    bool several_threads = false;  ///< of `block`
  };
  std::unordered_map<std::uintptr_t, Releasers> releasers;
};

Releases::Releases() : table_(new Table) {}

Releases& Releases::instance() {
  static auto* releases = new Releases;  // outlives static destructors
  return *releases;
}

void Releases::learn(ObservedBlock& block, unsigned thread, std::uintptr_t address) {
  const auto found = table_->releasers.find(address);
  if (found == table_->releasers.end()) return;
  const Table::Releasers& by = found->second;
  const std::uint64_t number = block.block->linear;
  ThreadKnowledge& knowledge = block.threads[thread];
  if (by.several_blocks || by.block != number) knowledge.knows_grid = true;
  if (by.block == number ? by.several_threads || by.thread != thread : by.several_blocks) {
    knowledge.knows_block = block.interval;
  }
  if (knowledge.knows_grid || knowledge.knows_block == block.interval) block.someone_knows = true;
}

void Releases::release(const Lens& lens, std::uintptr_t address) {
  const std::uint64_t number = lens.block->block->linear;
  const unsigned thread = current_index.linear;
  const auto [entry, is_new] = table_->releasers.try_emplace(address);
  Table::Releasers& by = entry->second;
  if (is_new) {
    by = {number, thread, false, false};
  } else if (by.block != number) {
    by.several_blocks = true;
  } else if (by.thread != thread) {
    by.several_threads = true;
  }
}

void Releases::release_now(Lens& lens, std::uintptr_t address) {
  if (!lens.block->threads[current_index.linear].has_fenced) return;
  const std::lock_guard lock(mutex_);
  any_.store(true);
  release(lens, address);
}

void Releases::look(ObservedBlock& block, unsigned thread, std::uintptr_t address) {
  if (!any_.load()) return;
  const std::lock_guard lock(mutex_);
  learn(block, thread, address);
}

void Releases::forget() {
  const std::lock_guard lock(mutex_);
  table_->releasers.clear();
  any_.store(false);
}

void look_again(ObservedBlock& block, unsigned thread) {
  if (const std::uintptr_t address = block.threads[thread].polled) {
    block.threads[thread].polled = 0;
    Releases::instance().look(block, thread, address);
  }
}

}  // namespace emulator::instrument
