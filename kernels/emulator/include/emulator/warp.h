/// @file
/// Warp shuffles, votes, matches and reductions. All are one rendezvous: each lane brings a slot, the last
/// one to come fills in everybody's result. Source: CUDA C++ Programming Guide, "Warp Shuffle Functions" and
/// the sections around it.
#pragma once

#include <type_traits>

#include <emulator/execution.h>

namespace emulator {

/// What a lane brings to a shuffle.
template <class T>
struct ShuffleSlot {
  T value;
  T result;
  int operand;  ///< source lane, distance or xor mask
  int width;    ///< of the segments: a power of two up to 32
};

/// Source lanes of the four shuffles. A lane whose source is outside its segment keeps its own value.
struct ShuffleIndexed {
  static int source(int lane, int operand, int width) {
    return (lane & ~(width - 1)) | (operand & (width - 1));
  }
};
struct ShuffleUp {
  static int source(int lane, int operand, int width) {
    return lane - operand < (lane & ~(width - 1)) ? lane : lane - operand;
  }
};
struct ShuffleDown {
  static int source(int lane, int operand, int width) {
    return lane + operand > (lane | (width - 1)) ? lane : lane + operand;
  }
};
struct ShuffleXor {
  static int source(int lane, int operand, int width) {
    return (lane ^ operand) > (lane | (width - 1)) ? lane : lane ^ operand;
  }
};

template <class T, class Pattern>
void combine_shuffle(void* const* slots, unsigned mask) {
  for (unsigned rest = mask; rest != 0; rest &= rest - 1) {
    const int lane = __builtin_ctz(rest);
    auto& slot = *static_cast<ShuffleSlot<T>*>(slots[lane]);
    const int source = Pattern::source(lane, slot.operand, slot.width) & 31;
    // The value of a lane that does not take part is undefined; here it is the reader's own.
    slot.result = mask >> source & 1 ? static_cast<const ShuffleSlot<T>*>(slots[source])->value : slot.value;
  }
}

template <class Pattern, class T>
inline T shuffle(unsigned mask, T value, int operand, int width, const char* name, CodeLine where) {
  static_assert(std::is_trivially_copyable_v<T>, "a shuffle moves plain values");
  if (__builtin_expect(width < 1 || width > 32 || (width & (width - 1)) != 0, 0)) {
    device_fault(719, "the width of a shuffle must be 1, 2, 4, 8, 16 or 32", where);
  }
  ShuffleSlot<T> slot{value, value, operand, width};
  warp_rendezvous(mask, &slot, &combine_shuffle<T, Pattern>, name, where);
  return slot.result;
}

/// What a lane brings to a vote or a reduction: a number in, a number out.
template <class T>
struct ValueSlot {
  T value;
  T result;
};

/// Gives all lanes the reduction of their values by Operation.
template <class T, class Operation>
void combine_reduction(void* const* slots, unsigned mask) {
  T result = static_cast<ValueSlot<T>*>(slots[__builtin_ctz(mask)])->value;
  for (unsigned rest = mask & (mask - 1); rest != 0; rest &= rest - 1) {
    result = Operation::apply(result, static_cast<ValueSlot<T>*>(slots[__builtin_ctz(rest)])->value);
  }
  for (unsigned rest = mask; rest != 0; rest &= rest - 1) {
    static_cast<ValueSlot<T>*>(slots[__builtin_ctz(rest)])->result = result;
  }
}

template <class Operation, class T>
inline T warp_reduce(unsigned mask, T value, const char* name, CodeLine where) {
  ValueSlot<T> slot{value, value};
  warp_rendezvous(mask, &slot, &combine_reduction<T, Operation>, name, where);
  return slot.result;
}

struct Add {
  template <class T>
  static T apply(T a, T b) {
    return static_cast<T>(a + b);
  }
};
struct Min {
  template <class T>
  static T apply(T a, T b) {
    return b < a ? b : a;
  }
};
struct Max {
  template <class T>
  static T apply(T a, T b) {
    return a < b ? b : a;
  }
};
struct BitAnd {
  template <class T>
  static T apply(T a, T b) {
    return a & b;
  }
};
struct BitOr {
  template <class T>
  static T apply(T a, T b) {
    return a | b;
  }
};
struct BitXor {
  template <class T>
  static T apply(T a, T b) {
    return a ^ b;
  }
};

/// What a lane brings to a match.
template <class T>
struct MatchSlot {
  T value;
  unsigned lanes;
};

/// Gives each lane the lanes that hold the same value.
template <class T>
void combine_match(void* const* slots, unsigned mask) {
  for (unsigned rest = mask; rest != 0; rest &= rest - 1) {
    auto& slot = *static_cast<MatchSlot<T>*>(slots[__builtin_ctz(rest)]);
    slot.lanes = 0;
    for (unsigned others = mask; others != 0; others &= others - 1) {
      const auto& other = *static_cast<const MatchSlot<T>*>(slots[__builtin_ctz(others)]);
      if (__builtin_memcmp(&other.value, &slot.value, sizeof(T)) == 0) slot.lanes |= others & -others;
    }
  }
}

inline void combine_nothing(void* const*, unsigned) {}

/// The lanes of `mask` in which `predicate` holds. `mask` should be what lanes brought, for `__ballot_sync`
/// and kin.
inline unsigned ballot(unsigned mask, bool predicate, const char* name, CodeLine where) {
  return warp_reduce<BitOr>(mask, predicate ? 1u << lane_index() : 0u, name, where);
}

}  // namespace emulator

/// The value of lane `source_lane`, counted within segments of `width` lanes.
template <class T>
inline T __shfl_sync(unsigned mask, T value, int source_lane, int width = 32,
                     emulator::CodeLine where = emulator::CodeLine::here()) {
  return emulator::shuffle<emulator::ShuffleIndexed>(mask, value, source_lane, width, "__shfl_sync", where);
}
/// The value of the lane `delta` below.
template <class T>
inline T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32,
                        emulator::CodeLine where = emulator::CodeLine::here()) {
  return emulator::shuffle<emulator::ShuffleUp>(mask, value, static_cast<int>(delta), width, "__shfl_up_sync",
                                                where);
}
/// The value of the lane `delta` above.
template <class T>
inline T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32,
                          emulator::CodeLine where = emulator::CodeLine::here()) {
  return emulator::shuffle<emulator::ShuffleDown>(mask, value, static_cast<int>(delta), width,
                                                  "__shfl_down_sync", where);
}
/// The value of the lane whose number is this one's xor `lane_mask`.
template <class T>
inline T __shfl_xor_sync(unsigned mask, T value, int lane_mask, int width = 32,
                         emulator::CodeLine where = emulator::CodeLine::here()) {
  return emulator::shuffle<emulator::ShuffleXor>(mask, value, lane_mask, width, "__shfl_xor_sync", where);
}

/// Waits for the lanes of `mask` and orders their memory accesses.
inline void __syncwarp(unsigned mask = 0xFFFFFFFFu, emulator::CodeLine where = emulator::CodeLine::here()) {
  emulator::warp_rendezvous(mask, nullptr, &emulator::combine_nothing, "__syncwarp", where);
}

/// A bit per lane of `mask` in which `predicate` is not zero.
inline unsigned __ballot_sync(unsigned mask, int predicate,
                              emulator::CodeLine where = emulator::CodeLine::here()) {
  return emulator::ballot(mask, predicate != 0, "__ballot_sync", where);
}
inline int __all_sync(unsigned mask, int predicate, emulator::CodeLine where = emulator::CodeLine::here()) {
  return emulator::warp_reduce<emulator::BitAnd>(mask, predicate != 0 ? 1 : 0, "__all_sync", where);
}
inline int __any_sync(unsigned mask, int predicate, emulator::CodeLine where = emulator::CodeLine::here()) {
  return emulator::warp_reduce<emulator::BitOr>(mask, predicate != 0 ? 1 : 0, "__any_sync", where);
}
/// Whether the predicate is the same in all lanes of `mask`.
inline int __uni_sync(unsigned mask, int predicate, emulator::CodeLine where = emulator::CodeLine::here()) {
  const int seen = emulator::warp_reduce<emulator::BitOr>(mask, predicate != 0 ? 1 : 2, "__uni_sync", where);
  return seen != 3;
}

/// The lanes of `mask` that hold the same bits.
template <class T>
inline unsigned __match_any_sync(unsigned mask, T value,
                                 emulator::CodeLine where = emulator::CodeLine::here()) {
  emulator::MatchSlot<T> slot{value, 0};
  emulator::warp_rendezvous(mask, &slot, &emulator::combine_match<T>, "__match_any_sync", where);
  return slot.lanes;
}
/// `mask` if all its lanes hold the same bits, else 0; `*predicate` says which.
template <class T>
inline unsigned __match_all_sync(unsigned mask, T value, int* predicate,
                                 emulator::CodeLine where = emulator::CodeLine::here()) {
  emulator::MatchSlot<T> slot{value, 0};
  emulator::warp_rendezvous(mask, &slot, &emulator::combine_match<T>, "__match_all_sync", where);
  const bool all = slot.lanes == (mask & emulator::warp_lanes());
  *predicate = all;
  return all ? slot.lanes : 0;
}

#define EMULATOR_WARP_REDUCE(function, Operation, T)                                                 \
  inline T function(unsigned mask, T value, emulator::CodeLine where = emulator::CodeLine::here()) { \
    return emulator::warp_reduce<emulator::Operation>(mask, value, #function, where);                \
  }
EMULATOR_WARP_REDUCE(__reduce_add_sync, Add, unsigned)
EMULATOR_WARP_REDUCE(__reduce_add_sync, Add, int)
EMULATOR_WARP_REDUCE(__reduce_min_sync, Min, unsigned)
EMULATOR_WARP_REDUCE(__reduce_min_sync, Min, int)
EMULATOR_WARP_REDUCE(__reduce_max_sync, Max, unsigned)
EMULATOR_WARP_REDUCE(__reduce_max_sync, Max, int)
EMULATOR_WARP_REDUCE(__reduce_and_sync, BitAnd, unsigned)
EMULATOR_WARP_REDUCE(__reduce_or_sync, BitOr, unsigned)
EMULATOR_WARP_REDUCE(__reduce_xor_sync, BitXor, unsigned)
#undef EMULATOR_WARP_REDUCE

/// The lanes that run together with the caller: here all that come to the same line before anything else
/// holds them up.
inline unsigned __activemask(emulator::CodeLine where = emulator::CodeLine::here()) {
  return emulator::active_mask(where);
}

// The forms without a mask, which CUDA 9 deprecated: they stand for all lanes of the warp.
template <class T>
inline T __shfl(T value, int source_lane, int width = 32,
                emulator::CodeLine where = emulator::CodeLine::here()) {
  return __shfl_sync(0xFFFFFFFFu, value, source_lane, width, where);
}
template <class T>
inline T __shfl_up(T value, unsigned delta, int width = 32,
                   emulator::CodeLine where = emulator::CodeLine::here()) {
  return __shfl_up_sync(0xFFFFFFFFu, value, delta, width, where);
}
template <class T>
inline T __shfl_down(T value, unsigned delta, int width = 32,
                     emulator::CodeLine where = emulator::CodeLine::here()) {
  return __shfl_down_sync(0xFFFFFFFFu, value, delta, width, where);
}
template <class T>
inline T __shfl_xor(T value, int lane_mask, int width = 32,
                    emulator::CodeLine where = emulator::CodeLine::here()) {
  return __shfl_xor_sync(0xFFFFFFFFu, value, lane_mask, width, where);
}
inline int __all(int predicate, emulator::CodeLine where = emulator::CodeLine::here()) {
  return __all_sync(0xFFFFFFFFu, predicate, where);
}
inline int __any(int predicate, emulator::CodeLine where = emulator::CodeLine::here()) {
  return __any_sync(0xFFFFFFFFu, predicate, where);
}
inline unsigned __ballot(int predicate, emulator::CodeLine where = emulator::CodeLine::here()) {
  return __ballot_sync(0xFFFFFFFFu, predicate, where);
}
