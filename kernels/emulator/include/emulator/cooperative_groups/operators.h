/// @file
/// What reduce and the scans join values with.
#pragma once

#include <limits>
#include <type_traits>

namespace cooperative_groups {

/// Each has the value that changes nothing: what the first thread gets from an exclusive scan.
template <typename T>
struct plus {
  T operator()(T a, T b) const { return a + b; }
  static T identity() { return T(0); }
};
template <typename T>
struct less {
  T operator()(T a, T b) const { return b < a ? b : a; }
  static T identity() { return (std::numeric_limits<T>::max)(); }
};
template <typename T>
struct greater {
  T operator()(T a, T b) const { return a < b ? b : a; }
  static T identity() { return std::numeric_limits<T>::lowest(); }
};
template <typename T>
struct bit_and {
  T operator()(T a, T b) const { return a & b; }
  static T identity() { return static_cast<T>(~T(0)); }
};
template <typename T>
struct bit_or {
  T operator()(T a, T b) const { return a | b; }
  static T identity() { return T(0); }
};
template <typename T>
struct bit_xor {
  T operator()(T a, T b) const { return a ^ b; }
  static T identity() { return T(0); }
};

}  // namespace cooperative_groups
