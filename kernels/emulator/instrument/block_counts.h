/// @file
/// How often a profiled kernel enters each basic block of its code. Programs that are built to be profiled
/// call __sanitizer_cov_trace_pc at the head of every block; kernels/emulator/report finds out how many
/// floating-point operations a block holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <vector>

#include <emulator/indices.h>

namespace emulator::instrument {

/// One worker's counts. A table with a place for every call that the program's code could hold: the memory is
/// the system's zero pages, except where kernels are.
class BlockCounts {
 public:
  /// By the return address of the call at a block's head, from the program's start.
  using Counts = std::map<std::uint32_t, std::uint64_t>;

  BlockCounts();

  [[gnu::always_inline]] void enter(std::uintptr_t pc) {
    const std::size_t place = (pc - begin_) / kLeastCallBytes;
    if (__builtin_expect(place >= places_, 0)) return;
    if (__builtin_expect(counts_[place] == 0, 0)) remember(pc);
    ++counts_[place];
  }

  /// What has been counted since the last call.
  Counts take();

 private:
  static constexpr std::size_t kLeastCallBytes = 4;  ///< so no two return addresses share a place

  [[gnu::noinline]] void remember(std::uintptr_t pc);

  struct Free {
    void operator()(std::uint64_t* memory) const { std::free(memory); }
  };

  std::uintptr_t begin_;
  std::size_t places_;
  std::unique_ptr<std::uint64_t[], Free> counts_;
  std::vector<std::uintptr_t> entered_;  ///< in the order of their first time; maybe twice
};

/// Those of the worker whose kernel code this OS thread runs; null in host code and unless a profile is
/// taken.
extern EMULATOR_THREAD_LOCAL BlockCounts* current_block_counts;

}  // namespace emulator::instrument
