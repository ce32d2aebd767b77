/// @file
/// What is launched: the expression before `<<<`.
#pragma once

#include <string>

#include "rewriter.h"

namespace emulator::translator {

/// How a launch can be written.
enum class CalleeKind {
  kKernel,   ///< names one kernel, so that `decltype` tells its parameters
  kValue,    ///< an expression whose value is a pointer to a kernel
  kUnknown,  ///< perhaps an overload, or a template whose arguments are deduced
};

/// First token of the expression that ends before the `<<<` at `open`; `open` itself if there is none.
std::size_t find_callee(const TokenStream& tokens, std::size_t open);

/// @param arguments  the '(' of the launch's arguments, and `arguments_end` its ')' or kNone
CalleeKind classify_callee(const Rewriter& rewriter, std::size_t callee, std::size_t open,
                           std::size_t arguments, std::size_t arguments_end);

/// The tokens from `begin` to `end` on one line.
std::string joined(const TokenStream& tokens, std::size_t begin, std::size_t end);

/// The callee as a string literal for messages; in macros with the arguments' spelling put in.
std::string displayed_name(const TokenStream& tokens, std::size_t begin, std::size_t end);

}  // namespace emulator::translator
