/// @file
/// Macros that stand for CUDA's qualifiers. Public code is full of `#define DEVICE_INLINE __device__
/// __forceinline__` and `#define SHARED __shared__`.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "token.h"

namespace emulator::translator {

struct Qualifiers {
  bool global = false;
  bool device = false;
  bool host = false;
  bool shared = false;
  bool constant = false;
  bool is_extern = false;

  Qualifiers& operator|=(const Qualifiers& other);
};

class Vocabulary {
 public:
  Vocabulary();
  /// Learns from a `#define` without parameters whose text is made of qualifiers, or whose text is
  /// `<<<...>>>`.
  void learn(const Directive& define);
  /// What the word says about a declaration; nothing for ordinary words.
  Qualifiers qualifiers(const Token& word) const;
  /// True for a macro that stands for the launch parameters: `kernel KERNEL_ARGS(grid, block)(arguments)`.
  bool is_launch_parameters(const Token& word) const;
  bool is_function_like_macro(const Token& word) const;

 private:
  std::unordered_map<std::string, Qualifiers> words_;
  std::unordered_set<std::string> launch_parameters_;
  std::unordered_set<std::string> function_like_macros_;
};

}  // namespace emulator::translator
