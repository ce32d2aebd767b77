/// @file
/// Finds the functions of a file, so that the translator knows device code from host code, and kernels by
/// name.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "token_stream.h"
#include "vocabulary.h"

namespace emulator::translator {

/// A function with a body, outside of other functions. Positions are indices of tokens.
struct Function {
  std::string name;
  Qualifiers qualifiers;
  std::size_t parameters_begin = 0;  ///< its '('
  std::size_t parameters_end = 0;    ///< its ')'
  std::size_t body_begin = 0;        ///< its '{'
  std::size_t body_end = 0;          ///< its '}'

  /// Runs on the GPU only. A __host__ __device__ function may well hold host code behind an #if.
  bool device_only() const { return qualifiers.global || (qualifiers.device && !qualifiers.host); }
  bool on_device() const { return qualifiers.global || qualifiers.device; }
};

/// What is known of all kernels that share a name.
struct KernelSignature {
  std::string parameters;  ///< their types, to tell declarations from overloads
  std::size_t parameter_count = 0;
  std::size_t template_parameters = 0;  ///< 0 for an ordinary function
  bool overloaded = false;  ///< several kernels, or one with a parameter pack: not to be named by itself
};

class KernelTable {
 public:
  void add(const std::string& name, const KernelSignature& signature);
  /// Notes a function that is no kernel: one of the same name is an overload.
  void add_other_function(const std::string& name) { other_functions_.insert(name); }
  const KernelSignature* find(std::string_view name) const;
  /// True if the name alone says which function is meant, so that `decltype(name)` is its type.
  bool is_unambiguous(std::string_view name) const;

 private:
  std::unordered_map<std::string, KernelSignature> kernels_;
  std::unordered_set<std::string> other_functions_;
};

class FunctionMap {
 public:
  /// Finds the functions of a file, in one pass over namespaces and classes, and adds its kernels to
  /// `kernels`.
  FunctionMap(const TokenStream& code, const std::vector<Directive>& directives, const Vocabulary& vocabulary,
              KernelTable& kernels);

  /// The function whose body holds the token; null outside of functions.
  const Function* enclosing(std::size_t token) const;
  const std::vector<Function>& all() const { return functions_; }

  /// True if the name at `token`, inside a function, is that of one of the function's parameters or
  /// variables.
  bool is_variable(std::size_t token) const;

 private:
  const TokenStream& code_;
  /// Names that each function declares, found when first asked for.
  mutable std::unordered_map<const Function*, std::unordered_set<std::string_view>> variables_;
  std::vector<Function> functions_;  ///< in the order of the file, apart from each other
};

}  // namespace emulator::translator
