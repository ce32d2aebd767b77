/// @file
/// Collectives of some lanes of a warp, each one rendezvous. Cooperative groups are built on them.
/// A lane's rank is its place among the lanes of the group, from 0.
#pragma once

#include <emulator/execution.h>

namespace emulator {

struct LaneGroup {
  unsigned mask;

  unsigned size() const { return static_cast<unsigned>(__builtin_popcount(mask)); }
  unsigned rank() const { return rank_of(lane_index()); }
  unsigned rank_of(unsigned lane) const {
    return static_cast<unsigned>(__builtin_popcount(mask & ((1u << lane) - 1)));
  }
  unsigned lane_of(unsigned rank) const {
    const unsigned first = static_cast<unsigned>(__builtin_ctz(mask));
    const unsigned shifted = mask >> first;
    if ((shifted & (shifted + 1)) == 0) return first + rank;  // neighbours
    unsigned rest = mask;
    while (rank-- > 0) rest &= rest - 1;
    return static_cast<unsigned>(__builtin_ctz(rest));
  }
  /// A mask of lanes as a mask of ranks.
  unsigned ranks_of(unsigned lanes) const {
    unsigned ranks = 0;
    for (unsigned rest = lanes & mask; rest != 0; rest &= rest - 1) {
      ranks |= 1u << rank_of(static_cast<unsigned>(__builtin_ctz(rest)));
    }
    return ranks;
  }

  /// Waits for all lanes of the group.
  void sync(const char* name, CodeLine where) const {
    char nothing = 0;
    warp_rendezvous(
        mask, &nothing, [](void* const*, unsigned) {}, name, where);
  }

  /// The value of the lane with rank `source`; one's own where there is no such rank.
  template <typename T>
  T shuffle(const T& value, unsigned source, const char* name, CodeLine where) const {
    struct Slot {
      const T* value;
      T result;
      unsigned source_lane;
    };
    constexpr unsigned kOwn = 32;
    Slot slot{&value, value, source < size() ? lane_of(source) : kOwn};
    warp_rendezvous(
        mask, &slot,
        [](void* const* slots, unsigned lanes) {
          for_each<Slot>(slots, lanes, [slots](Slot& mine, unsigned) {
            if (mine.source_lane == kOwn || !slots[mine.source_lane]) return;
            mine.result = *static_cast<const Slot*>(slots[mine.source_lane])->value;
          });
        },
        name, where);
    return slot.result;
  }

  struct Votes {
    unsigned yes;    ///< lanes whose predicate was true
    unsigned lanes;  ///< lanes that voted
  };
  Votes vote(bool predicate, const char* name, CodeLine where) const {
    struct Slot {
      bool predicate;
      Votes votes;
    };
    Slot slot{predicate, {}};
    warp_rendezvous(
        mask, &slot,
        [](void* const* slots, unsigned lanes) {
          Votes votes{0, lanes};
          for_each<Slot>(slots, lanes,
                         [&](Slot& s, unsigned lane) { votes.yes |= unsigned{s.predicate} << lane; });
          for_each<Slot>(slots, lanes, [&](Slot& s, unsigned) { s.votes = votes; });
        },
        name, where);
    return slot.votes;
  }

  /// The lanes whose value has the same bits as one's own.
  template <typename T>
  unsigned match(const T& value, const char* name, CodeLine where) const {
    struct Slot {
      T value;
      unsigned same;
    };
    Slot slot{value, 0};
    warp_rendezvous(
        mask, &slot,
        [](void* const* slots, unsigned lanes) {
          for_each<Slot>(slots, lanes, [&](Slot& a, unsigned) {
            a.same = 0;
            for_each<Slot>(slots, lanes, [&](const Slot& b, unsigned lane) {
              a.same |= unsigned{__builtin_memcmp(&a.value, &b.value, sizeof(T)) == 0} << lane;
            });
          });
        },
        name, where);
    return slot.same;
  }

  /// All values joined by `operation` in the order of ranks, pairs first as a GPU does.
  template <typename T, typename Operation>
  T reduce(const T& value, Operation& operation, const char* name, CodeLine where) const {
    Operand<T, Operation> slot{value, &operation};
    warp_rendezvous(
        mask, &slot,
        [](void* const* slots, unsigned lanes) {
          Operand<T, Operation>* operands[32];
          const unsigned count = in_order(slots, lanes, operands);
          for (unsigned step = 1; step < count; step *= 2) {
            for (unsigned i = 0; i + step < count; i += 2 * step) {
              operands[i]->value = (*operands[i]->operation)(operands[i]->value, operands[i + step]->value);
            }
          }
          for (unsigned i = 1; i < count; ++i) operands[i]->value = operands[0]->value;
        },
        name, where);
    return slot.value;
  }

  /// The values of all lower ranks and one's own, joined.
  template <typename T, typename Operation>
  T inclusive_scan(const T& value, Operation& operation, const char* name, CodeLine where) const {
    Operand<T, Operation> slot{value, &operation};
    warp_rendezvous(
        mask, &slot,
        [](void* const* slots, unsigned lanes) {
          Operand<T, Operation>* operands[32];
          const unsigned count = in_order(slots, lanes, operands);
          for (unsigned i = 1; i < count; ++i) {
            operands[i]->value = (*operands[i]->operation)(operands[i - 1]->value, operands[i]->value);
          }
        },
        name, where);
    return slot.value;
  }

 private:
  template <typename T, typename Operation>
  struct Operand {
    T value;
    Operation* operation;
  };

  template <typename Slot, typename Function>
  static void for_each(void* const* slots, unsigned lanes, Function function) {
    for (unsigned rest = lanes; rest != 0; rest &= rest - 1) {
      const auto lane = static_cast<unsigned>(__builtin_ctz(rest));
      function(*static_cast<Slot*>(slots[lane]), lane);
    }
  }

  template <typename Slot>
  static unsigned in_order(void* const* slots, unsigned lanes, Slot** ordered) {
    unsigned count = 0;
    for_each<Slot>(slots, lanes, [&](Slot& slot, unsigned) { ordered[count++] = &slot; });
    return count;
  }
};

}  // namespace emulator
