#include "block_counts.h"

#include <new>
#include <utility>

#include "lens.h"

// Where the linker put this program's code.
extern "C" const char __executable_start;
extern "C" const char etext;

namespace emulator::instrument {

EMULATOR_THREAD_LOCAL BlockCounts* current_block_counts = nullptr;

BlockCounts::BlockCounts()
    : begin_(reinterpret_cast<std::uintptr_t>(&__executable_start)),
      places_((reinterpret_cast<std::uintptr_t>(&etext) - begin_) / kLeastCallBytes + 1),
      counts_(static_cast<std::uint64_t*>(std::calloc(places_, sizeof(std::uint64_t)))) {
  if (!counts_) throw std::bad_alloc();
}

void BlockCounts::remember(std::uintptr_t pc) {
  const Undisturbed undisturbed(*current_lens->worker);
  entered_.push_back(pc);
}

BlockCounts::Counts BlockCounts::take() {
  Counts result;
  for (const std::uintptr_t pc : entered_) {
    const std::uint64_t count = std::exchange(counts_[(pc - begin_) / kLeastCallBytes], 0);
    if (count != 0) result[static_cast<std::uint32_t>(pc - begin_)] += count;
  }
  entered_.clear();
  return result;
}

}  // namespace emulator::instrument

/// What a compiler's -fsanitize-coverage=trace-pc calls at the head of every basic block.
extern "C" void __sanitizer_cov_trace_pc() {
  using emulator::instrument::current_block_counts;
  if (current_block_counts == nullptr) return;
  current_block_counts->enter(reinterpret_cast<std::uintptr_t>(__builtin_return_address(0)));
}
