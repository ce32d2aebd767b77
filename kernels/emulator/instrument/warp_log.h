/// @file
/// What the lanes of a warp have accessed since they last met, sorted into requests of the warp.
///
/// The threads of a block run one after the other, a card's warp runs its lanes together. Accesses of several
/// lanes are taken for one request if they come from the same instruction, in the same iterations of all
/// loops around it (the key), and each lane has made as many of them before since the warp last met. No order
/// of the threads changes that. The first lane's accesses are rows in the order in which they came; the
/// others walk along them, so that an access costs a comparison and a store as long as all do the same.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "warp_request.h"

namespace emulator::instrument {

/// An array that grows without clearing what is new.
template <class T>
class GrowingArray {
 public:
  T& operator[](std::size_t i) const { return data_.get()[i]; }
  std::size_t capacity() const { return capacity_; }
  void grow(std::size_t capacity) {
    void* moved = std::realloc(data_.get(), capacity * sizeof(T));
    if (!moved) throw std::bad_alloc();
    static_cast<void>(data_.release());
    data_.reset(static_cast<T*>(moved));
    capacity_ = capacity;
  }

 private:
  struct Free {
    void operator()(T* data) const { std::free(data); }
  };
  std::unique_ptr<T, Free> data_;
  std::size_t capacity_ = 0;
};

class WarpLog {
 public:
  /// What a request is, apart from its addresses.
  struct Row {
    std::uint32_t pc;
    std::uint32_t key;   ///< of the iterations of the loops around
    std::uint32_t kind;  ///< space, operation and size, as the caller packs them
    std::uint32_t lanes;
    std::uint32_t next;           ///< the row that came after it, for the last lane that was here
    std::uint32_t next_same;      ///< the next with the same pc, key and kind; 0 for none
    std::uint32_t last_same;      ///< of the first: the last of them
    std::uint32_t previous_same;  ///< 0 for none
  };

  WarpLog() { restart(); }

  void add(unsigned lane, std::uint32_t pc, std::uint32_t key, std::uint32_t kind, std::uint64_t address) {
    std::uint32_t& at = at_[lane];
    std::uint32_t row = rows_[at].next;
    if (__builtin_expect(!is(row, pc, key, kind) || !is_next(rows_[row], lane), 0)) {
      row = find(lane, pc, key, kind);
      rows_[at].next = row;
    }
    rows_[row].lanes |= 1u << lane;
    addresses_[row][lane] = address;
    at = row;
  }

  std::size_t rows() const { return count_ - 1; }

  /// Calls visit(row, addresses) for each request, and forgets all.
  template <class Visit>
  void take(Visit visit) {
    for (std::size_t i = 1; i < count_; ++i) visit(rows_[i], addresses_[i]);
    restart();
  }

 private:
  bool is(std::uint32_t row, std::uint32_t pc, std::uint32_t key, std::uint32_t kind) const {
    return rows_[row].pc == pc && rows_[row].key == key && rows_[row].kind == kind;
  }
  /// The lane takes rows of a kind one after the other.
  bool is_next(const Row& row, unsigned lane) const {
    return (rows_[row.previous_same].lanes & ~row.lanes) >> lane & 1;
  }
  void restart();
  [[gnu::noinline]] std::uint32_t find(unsigned lane, std::uint32_t pc, std::uint32_t key,
                                       std::uint32_t kind);
  std::uint32_t append(std::uint32_t pc, std::uint32_t key, std::uint32_t kind);
  void grow_index();
  /// The entry for the first row of its kind, or a free one.
  struct Entry {
    std::uint32_t generation = 0;  ///< free unless it is the present one
    std::uint32_t row = 0;
  };
  Entry& entry(std::uint32_t pc, std::uint32_t key, std::uint32_t kind);

  GrowingArray<Row> rows_;  ///< row 0 stands before all others and is none
  GrowingArray<LaneAddresses> addresses_;
  std::size_t count_ = 0;
  std::array<std::uint32_t, 32> at_{};  ///< each lane's last row
  std::vector<Entry> index_;            ///< open addressing
  std::size_t indexed_ = 0;
  std::uint32_t generation_ = 0;
};

}  // namespace emulator::instrument
