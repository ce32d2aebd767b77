/// @file
/// nvcuda::wmma: matrix multiplication by a whole warp. Each operation is one rendezvous of the 32 lanes, in
/// which the last to arrive moves or multiplies the whole tile on behalf of all.
#pragma once

#include <emulator/execution.h>
#include <emulator/uncounted.h>
#ifdef EMULATED_GPU_INSTRUMENTED
#include <emulator/profiled_tile.h>
#endif
#include <emulator/wmma_fragment.h>

namespace emulator::wmma {

constexpr int kLanes = 32;

/// What one lane brings to load_matrix_sync or store_matrix_sync.
template <typename Fragment, typename Memory>
struct Transfer {
  Fragment* fragment;
  Memory* memory;
  unsigned stride;  ///< elements from one row (or column) to the next
  bool column_major;
  const char* name;
  CodeLine where;
};

/// Ends the kernel unless all lanes take part and agree on where the tile is.
template <typename Slot>
inline const Slot& agreed(void* const* slots, unsigned mask) {
  const auto& first = *static_cast<const Slot*>(slots[__builtin_ctz(mask)]);
  if (mask != 0xffffffffu) device_fault(719, "a wmma function needs all 32 lanes of the warp", first.where);
  for (int lane = 1; lane < kLanes; ++lane) {
    const auto& other = *static_cast<const Slot*>(slots[lane]);
    if (other.memory != first.memory || other.stride != first.stride ||
        other.column_major != first.column_major) {
      device_fault(719,
                   "a wmma function got different pointers, strides or layouts from the lanes of one warp",
                   first.where);
    }
  }
  return first;
}

/// Moves a tile between the lanes' fragments and memory; `move(element of a fragment, element in memory)`.
template <typename Fragment, typename Slot, typename Move>
inline void transfer_tile(void* const* slots, unsigned mask, Move move) {
  const Slot& tile = agreed<Slot>(slots, mask);
  const std::size_t row_step = tile.column_major ? 1 : tile.stride;
  const std::size_t column_step = tile.column_major ? tile.stride : 1;
#ifdef EMULATED_GPU_INSTRUMENTED
  hide_from_profile(true);
#endif
  for (int lane = 0; lane < kLanes; ++lane) {
    auto* elements = static_cast<const Slot*>(slots[lane])->fragment->x;
    for (int i = 0; i < Fragment::num_elements; ++i) {
      const int index = lane * Fragment::num_elements + i;
      const auto row = static_cast<std::size_t>(index / Fragment::kColumns);
      const auto column = static_cast<std::size_t>(index % Fragment::kColumns);
      move(elements[i], tile.memory[row * row_step + column * column_step]);
    }
  }
#ifdef EMULATED_GPU_INSTRUMENTED
  hide_from_profile(false);
#endif
}

#ifdef EMULATED_GPU_INSTRUMENTED
template <typename Fragment, typename Memory>
inline Tile tile_of(const Memory* memory, unsigned stride, bool column_major) {
  constexpr std::size_t kRows = Fragment::kRows, kColumns = Fragment::kColumns;
  return {memory, (column_major ? kRows : kColumns) * sizeof(Memory), column_major ? kColumns : kRows,
          stride * sizeof(Memory)};
}
#endif

template <typename Fragment, typename Memory>
inline void load(Fragment& fragment, const Memory* memory, unsigned stride, bool column_major,
                 CodeLine where) {
  using Slot = Transfer<Fragment, const Memory>;
  Slot slot{&fragment, memory, stride, column_major, "load_matrix_sync", where};
#ifdef EMULATED_GPU_INSTRUMENTED
  note_tile_load(tile_of<Fragment>(memory, stride, column_major));
#endif
  warp_rendezvous(
      0xffffffffu, &slot,
      [](void* const* slots, unsigned mask) {
        transfer_tile<Fragment, Slot>(slots, mask,
                                      [](auto& element, const Memory& in_memory) { element = in_memory; });
      },
      slot.name, where);
}

template <typename Fragment, typename Memory>
inline void store(Memory* memory, const Fragment& fragment, unsigned stride, bool column_major,
                  CodeLine where) {
  using Slot = Transfer<const Fragment, Memory>;
  Slot slot{&fragment, memory, stride, column_major, "store_matrix_sync", where};
#ifdef EMULATED_GPU_INSTRUMENTED
  note_tile_store(tile_of<Fragment>(memory, stride, column_major));
#endif
  warp_rendezvous(
      0xffffffffu, &slot,
      [](void* const* slots, unsigned mask) {
        transfer_tile<Fragment, Slot>(slots, mask,
                                      [](const auto& element, Memory& in_memory) { in_memory = element; });
      },
      slot.name, where);
}

/// An element as the tensor core multiplies it: 16-bit floats and tf32 in float, bytes in int.
inline float factor(__half a) { return static_cast<float>(a); }
inline float factor(__nv_bfloat16 a) { return static_cast<float>(a); }
inline float factor(float a) {
  return bits_as<float>(bits_as<std::uint32_t>(a) & ~0x1fffu);
}  // tf32: 10 bits
inline double factor(double a) { return a; }
inline int factor(signed char a) { return a; }
inline int factor(unsigned char a) { return a; }

/// accumulator + sum of products, as the result's type. The sum began with 0 and not with the accumulator:
/// uncounted, so that m n k products and as many additions are.
EMULATOR_UNCOUNTED inline float accumulated(float c, float sum, bool) { return c + sum; }
EMULATOR_UNCOUNTED inline __half accumulated(__half c, float sum, bool) {
  return __half(static_cast<float>(c) + sum);
}
EMULATOR_UNCOUNTED inline double accumulated(double c, double sum, bool) { return c + sum; }
inline int accumulated(int c, int sum, bool saturate) {
  const std::int64_t exact = std::int64_t{c} + sum;
  if (saturate && exact > INT32_MAX) return INT32_MAX;
  if (saturate && exact < INT32_MIN) return INT32_MIN;
  return static_cast<int>(exact);
}

/// What one lane brings to mma_sync.
template <typename FragmentD, typename FragmentA, typename FragmentB, typename FragmentC>
struct Multiplication {
  FragmentD* d;
  const FragmentA* a;
  const FragmentB* b;
  const FragmentC* c;
  bool saturate;
  CodeLine where;
};

/// All lanes' elements of the fragment that `pick` finds in a slot, [kRows][kColumns].
template <typename Slot, typename Pick, typename T>
inline void gather(void* const* slots, Pick pick, T* tile) {
  for (int lane = 0; lane < kLanes; ++lane) {
    for (const auto& element : pick(*static_cast<const Slot*>(slots[lane]))->x) *tile++ = factor(element);
  }
}

template <typename FragmentD, typename FragmentA, typename FragmentB, typename FragmentC>
inline void multiply(void* const* slots, unsigned mask) {
  using Slot = Multiplication<FragmentD, FragmentA, FragmentB, FragmentC>;
  const auto& first = *static_cast<const Slot*>(slots[__builtin_ctz(mask)]);
  if (mask != 0xffffffffu) device_fault(719, "mma_sync needs all 32 lanes of the warp", first.where);

  using Product = decltype(factor(first.a->x[0]));
  constexpr int kM = FragmentA::kRows, kK = FragmentA::kColumns, kN = FragmentB::kColumns;
  alignas(64) Product a[kM][kK], b[kK][kN], product[kM][kN];
  gather<Slot>(
      slots, [](const Slot& slot) { return slot.a; }, &a[0][0]);
  gather<Slot>(
      slots, [](const Slot& slot) { return slot.b; }, &b[0][0]);
  for (int row = 0; row < kM; ++row) {
    Product sum[kN] = {};
    for (int i = 0; i < kK; ++i) {
      for (int column = 0; column < kN; ++column) sum[column] += a[row][i] * b[i][column];
    }
    for (int column = 0; column < kN; ++column) product[row][column] = sum[column];
  }
  const Product* sum = &product[0][0];
  for (int lane = 0; lane < kLanes; ++lane) {
    const auto& slot = *static_cast<const Slot*>(slots[lane]);
    for (int i = 0; i < FragmentD::num_elements; ++i)
      slot.d->x[i] = accumulated(slot.c->x[i], *sum++, slot.saturate);
  }
}

}  // namespace emulator::wmma

namespace nvcuda::wmma {

/// Loads a tile of a or b; its layout is part of the fragment's type.
/// @param stride elements from one row (row_major) or column (col_major) to the next
template <typename Use, int m, int n, int k, typename T, typename Layout>
inline void load_matrix_sync(fragment<Use, m, n, k, T, Layout>& a,
                             const typename emulator::wmma::Storage<T>::type* memory, unsigned stride,
                             emulator::CodeLine where = emulator::CodeLine::here()) {
  emulator::wmma::load(a, memory, stride, std::is_same_v<Layout, col_major>, where);
}

template <int m, int n, int k, typename T>
inline void load_matrix_sync(fragment<accumulator, m, n, k, T>& a, const T* memory, unsigned stride,
                             layout_t layout, emulator::CodeLine where = emulator::CodeLine::here()) {
  emulator::wmma::load(a, memory, stride, layout == mem_col_major, where);
}

template <int m, int n, int k, typename T>
inline void store_matrix_sync(T* memory, const fragment<accumulator, m, n, k, T>& a, unsigned stride,
                              layout_t layout, emulator::CodeLine where = emulator::CodeLine::here()) {
  emulator::wmma::store(memory, a, stride, layout == mem_col_major, where);
}

/// Every element becomes `value`. Needs no other lane.
template <typename Use, int m, int n, int k, typename T, typename Layout, typename Value>
inline void fill_fragment(fragment<Use, m, n, k, T, Layout>& a, const Value& value) {
  for (auto& element : a.x) element = value;
}

/// d = a b + c. Integers wrap around unless `saturate`; d may be c.
template <int m, int n, int k, typename TD, typename TA, typename TB, typename TC, typename LayoutA,
          typename LayoutB>
inline void mma_sync(fragment<accumulator, m, n, k, TD>& d, const fragment<matrix_a, m, n, k, TA, LayoutA>& a,
                     const fragment<matrix_b, m, n, k, TB, LayoutB>& b,
                     const fragment<accumulator, m, n, k, TC>& c, bool saturate = false,
                     emulator::CodeLine where = emulator::CodeLine::here()) {
  static_assert(std::is_same_v<TA, TB>, "mma_sync multiplies elements of one type");
  using FragmentA = fragment<matrix_a, m, n, k, TA, LayoutA>;
  using FragmentB = fragment<matrix_b, m, n, k, TB, LayoutB>;
  using FragmentC = fragment<accumulator, m, n, k, TC>;
  using FragmentD = fragment<accumulator, m, n, k, TD>;
  using Slot = emulator::wmma::Multiplication<FragmentD, FragmentA, FragmentB, FragmentC>;
  Slot slot{&d, &a, &b, &c, saturate, where};
  const emulator::WarpCombine combine = emulator::wmma::multiply<FragmentD, FragmentA, FragmentB, FragmentC>;
  emulator::warp_rendezvous(0xffffffffu, &slot, combine, "mma_sync", where);
}

/// Rounded to tf32's 10 bits of mantissa, ties away from zero.
inline float __float_to_tf32(float a) {
  const auto bits = emulator::bits_as<std::uint32_t>(a);
  if (a != a || (bits & 0x7f800000u) == 0x7f800000u) return a;
  return emulator::bits_as<float>((bits + 0x1000u) & ~0x1fffu);
}

}  // namespace nvcuda::wmma
