/// @file
/// What has been found wrong, once per kind and pair of instructions.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include <emulator/vector_types.h>

#include "shadow.h"

namespace emulator::instrument {

enum class FindingKind {
  kRace,
  kSameValueRace,  ///< all write the same, so that the result is what was meant
  kOutOfBounds,
  kUseAfterFree,
  kMisaligned,
  kHostPointer,
  kUninitialized,
  kLeak,
  // What the runtime finds, in the order of emulator::FailureKind.
  kLaunchFailure,
  kDivergentBarrier,
  kWarpMask,
  kDeadlock,
  kHang,
  kInvalidAddress,
  kAssertion,
};

/// Between whose threads a race is.
enum class Scope : std::uint8_t { kNone, kWarp, kBlock, kGrid };

/// A place in the program, and who was there.
struct Place {
  std::uint64_t pc = 0;        ///< an address behind the instruction; 0 if `file` is known instead
  const char* file = nullptr;  ///< lives as long as the program
  unsigned line = 0;
  bool has_access = false;
  Access access = Access::kRead;
  unsigned bytes = 0;
  bool has_thread = false;
  uint3 block{};
  uint3 thread{};
};

struct ArrayPlace {
  std::string name;
  const char* space = nullptr;  ///< null if there is no array
  std::uint64_t bytes = 0;
  std::int64_t offset = 0;
  unsigned element_bytes = 0;
  Place declared;
  Place freed;
};

struct Finding {
  FindingKind kind = FindingKind::kRace;
  Scope scope = Scope::kNone;
  std::string kernel;
  Place launch;
  Place first;
  Place second;
  ArrayPlace array;
  std::string message;
  std::uint64_t count = 0;
  std::uint64_t block_number = 0;  ///< of several, the one of the lowest block is told
};

/// Findings of one worker, or of all. Merging them is independent of the order.
class Findings {
 public:
  /// What makes two findings the same one: kernel (a number), kind, scope, two places.
  using Key = std::tuple<unsigned, FindingKind, Scope, std::uint64_t, std::uint64_t>;

  /// Counts one more; `make` describes it if it is new or of a lower block than the one that is told.
  template <class Make>
  void add(const Key& key, std::uint64_t block_number, Make make) {
    auto [entry, is_new] = findings_.try_emplace(key);
    Finding& finding = entry->second;
    if (is_new || block_number < finding.block_number) {
      const std::uint64_t count = finding.count;
      finding = make();
      finding.count = count;
      finding.block_number = block_number;
    }
    ++finding.count;
  }
  void merge(Findings& other);
  /// Where two instructions sometimes write the same and sometimes not, there is one finding: the race.
  void fold_same_values();
  /// Takes out the findings that `is_wrong` names.
  template <class Predicate>
  void remove(Predicate is_wrong) {
    std::erase_if(findings_, [&](const auto& entry) { return is_wrong(entry.second); });
  }
  bool empty() const { return findings_.empty(); }
  std::size_t size() const { return findings_.size(); }
  const std::map<Key, Finding>& all() const { return findings_; }
  void clear() { findings_.clear(); }

 private:
  std::map<Key, Finding> findings_;
};

}  // namespace emulator::instrument
