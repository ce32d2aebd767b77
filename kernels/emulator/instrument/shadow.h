/// @file
/// What is remembered of every piece of memory that a kernel has touched: who accessed it last.
///
/// A page of 4 KiB has cells for pieces ("granules") of 4 bytes, until somebody accesses less: then of 2 or
/// of 1. So an array of floats costs one look per access, and halves and chars are still told apart.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace emulator::instrument {

inline constexpr std::size_t kPageBytes = 4096;

/// How memory is accessed.
enum class Access : std::uint8_t { kRead, kWrite, kAtomic };

/// One access, by a thread of a block that this worker runs.
struct Record {
  /// The time between two barriers of one block; no two blocks and no two launches of a worker share a
  /// number. 0 for none.
  std::uint32_t interval = 0;
  std::uint32_t pc = 0;      ///< behind the access, from the program's start
  std::uint16_t thread = 0;  ///< in its block
  std::uint16_t is_atomic = 0;
  std::uint32_t warp_time = 0;  ///< how often its warp had met
};

/// An access of any block, ordered by block and thread: of several, the lowest and the highest are kept,
/// whatever the order in which they came. 0 for none.
struct GridAccess {
  static constexpr unsigned kPcBits = 24;
  static constexpr unsigned kThreadBits = 10;

  static std::uint64_t pack(std::uint64_t block, unsigned thread, std::uint32_t pc) {
    return (block + 1) << (kPcBits + kThreadBits) | std::uint64_t{thread} << kPcBits | pc;
  }
  static std::uint64_t block(std::uint64_t packed) { return (packed >> (kPcBits + kThreadBits)) - 1; }
  static unsigned thread(std::uint64_t packed) { return packed >> kPcBits & ((1u << kThreadBits) - 1); }
  static std::uint32_t pc(std::uint64_t packed) { return packed & ((1u << kPcBits) - 1); }
};

/// The lowest and the highest of the accesses of one kind.
struct AccessRange {
  std::uint64_t inverted_lowest = 0;  ///< inverted, so that memory of zeros means none
  std::uint64_t highest = 0;

  void add(std::uint64_t packed) {
    if (~packed > inverted_lowest) inverted_lowest = ~packed;
    if (packed > highest) highest = packed;
  }
  void add(const AccessRange& other) {
    if (other.inverted_lowest > inverted_lowest) inverted_lowest = other.inverted_lowest;
    if (other.highest > highest) highest = other.highest;
  }
  bool empty() const { return highest == 0; }
  std::uint64_t lowest() const { return ~inverted_lowest; }
};

/// Who accessed a granule in this block since its last barrier.
struct BlockCell {
  Record writer;        ///< the last that changed it
  Record reader;        ///< the last that read it
  Record other_reader;  ///< another thread than `reader` that read it, of another warp if there is one

  /// Of all readers, two are enough to notice a later writer.
  void add_reader(const Record& now) {
    if (reader.interval == now.interval && reader.thread != now.thread) {
      const bool other_warp = reader.thread / 32 != now.thread / 32;
      const bool has_other_warp =
          other_reader.interval == now.interval && other_reader.thread / 32 != now.thread / 32;
      if (other_warp || !has_other_warp) other_reader = reader;
    }
    reader = now;
  }
};

/// The same for global memory, and which blocks accessed it in this launch.
struct GlobalCell : BlockCell {
  std::array<AccessRange, 3> of_grid;        ///< by Access
  std::uint64_t inverted_uninitialized = 0;  ///< the first to read it before anybody had written it
  std::uint32_t value = 0;                   ///< what was last written
  std::uint32_t round = 0;                   ///< the launch that all of this is about
  bool has_value = false;
  bool values_differ = false;  ///< of the writes of this launch

  /// Forgets earlier launches.
  void enter(std::uint32_t now) {
    if (round == now) return;
    *this = GlobalCell(static_cast<const BlockCell&>(*this), now);
  }
  void note_value(std::uint32_t written) {
    values_differ |= has_value && value != written;
    value = written;
    has_value = true;
  }

  GlobalCell() = default;

 private:
  GlobalCell(const BlockCell& cell, std::uint32_t now) : BlockCell(cell), round(now) {}
};

/// The cells of a page.
template <class Cell>
struct Page {
  unsigned shift = 2;  ///< a granule has 1 << shift bytes
  std::vector<Cell> cells{kPageBytes >> 2};
  std::uint32_t round = 0;
  bool changed = false;  ///< somebody has written it in this round, or read it before anybody had
  // Which of the addresses belong to the allocation that the page is in.
  std::uintptr_t first_valid = 0;
  std::uintptr_t end_valid = 0;

  /// Makes granules small enough for an access of so many bytes. What was known of a granule holds for its
  /// parts.
  void refine(unsigned new_shift) {
    std::vector<Cell> finer(kPageBytes >> new_shift);
    for (std::size_t i = 0; i < finer.size(); ++i) finer[i] = cells[i >> (shift - new_shift)];
    cells = std::move(finer);
    shift = new_shift;
  }
};

/// The granules an access falls into; shift 2 unless it is smaller than that, or not aligned to it.
inline unsigned granule_shift(std::uintptr_t address, std::size_t bytes) {
  const std::uintptr_t bits = address | bytes;
  return bits & 1 ? 0 : bits & 2 ? 1 : 2;
}

/// Pages of a range of addresses, made when first touched.
template <class Cell>
class Shadow {
 public:
  Shadow() = default;
  Shadow(const Shadow&) = delete;
  Shadow& operator=(const Shadow&) = delete;
  ~Shadow() {
    free_pages();
    std::free(pages_);
  }

  void cover(std::uintptr_t begin, std::size_t bytes) {
    free_pages();
    std::free(pages_);
    begin_ = begin / kPageBytes * kPageBytes;
    bytes_ = begin + bytes - begin_;
    // From calloc: a table for tens of gigabytes costs memory only where it is used.
    pages_ = static_cast<Page<Cell>**>(std::calloc(bytes_ / kPageBytes + 1, sizeof(Page<Cell>*)));
    if (!pages_) throw std::bad_alloc();
  }
  bool covers(std::uintptr_t address) const { return address - begin_ < bytes_; }

  /// The page of an address that is covered; null if nobody has touched it in this round.
  Page<Cell>* find(std::uintptr_t address) {
    Page<Cell>* page = pages_[(address - begin_) / kPageBytes];
    return page && page->round == round_ ? page : nullptr;
  }
  Page<Cell>& make(std::uintptr_t address) {
    const std::uintptr_t number = (address - begin_) / kPageBytes;
    Page<Cell>*& page = pages_[number];
    if (!page) {
      page = new Page<Cell>;
      made_.push_back(number);
    }
    page->round = round_;
    page->changed = false;
    page->first_valid = page->end_valid = 0;
    touched_.push_back(begin_ + number * kPageBytes);
    return *page;
  }
  /// Where the pages begin that somebody has touched in this round.
  const std::vector<std::uintptr_t>& touched() const { return touched_; }
  std::uint32_t round() const { return round_; }
  /// Forgets everything. Most pages are needed again, and clearing them all takes longer than a launch: so
  /// they stay, and know which round they are from.
  void next_round() {
    ++round_;
    touched_.clear();
    if (made_.size() > kMostKept) free_pages();
  }

 private:
  static constexpr std::size_t kMostKept = 8192;

  void free_pages() {
    for (const std::uintptr_t number : made_) delete std::exchange(pages_[number], nullptr);
    made_.clear();
    touched_.clear();
  }

  std::uintptr_t begin_ = 0;
  std::size_t bytes_ = 0;
  Page<Cell>** pages_ = nullptr;
  std::vector<std::uintptr_t> touched_;
  std::vector<std::uintptr_t> made_;
  std::uint32_t round_ = 1;
};

}  // namespace emulator::instrument
