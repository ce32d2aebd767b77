/// @file
/// Kernels handed to the runtime API as untyped addresses. The emulator's API takes the function itself and
/// so knows its parameters: `cudaLaunchCooperativeKernel((void*)kernel, ...)` loses its cast.
#include <algorithm>
#include <array>

#include "rewriter.h"

namespace emulator::translator {
namespace {

constexpr std::size_t kNone = TokenStream::kNone;

constexpr std::array<std::string_view, 17> kFunctionsWithKernels = {
    "cudaLaunchKernel",
    "cudaLaunchKernelExC",
    "cudaLaunchCooperativeKernel",
    "cudaFuncSetAttribute",
    "cudaFuncGetAttributes",
    "cudaFuncSetCacheConfig",
    "cudaFuncSetSharedMemConfig",
    "cudaFuncGetName",
    "cudaOccupancyMaxActiveBlocksPerMultiprocessor",
    "cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags",
    "cudaOccupancyMaxPotentialBlockSize",
    "cudaOccupancyMaxPotentialBlockSizeWithFlags",
    "cudaOccupancyMaxPotentialBlockSizeVariableSMem",
    "cudaOccupancyAvailableDynamicSMemPerBlock",
    "cudaOccupancyMaxActiveClusters",
    "cudaOccupancyMaxPotentialClusterSize",
    "cudaGraphAddKernelNode"};

bool takes_kernel(const Token& token) {
  return std::find(kFunctionsWithKernels.begin(), kFunctionsWithKernels.end(), token.text) !=
         kFunctionsWithKernels.end();
}

/// "void *", "const void*", "void const *" between two brackets.
bool is_untyped_pointer(const TokenStream& tokens, std::size_t begin, std::size_t end) {
  bool is_void = false;
  bool is_pointer = false;
  for (std::size_t i = begin; i < end; ++i) {
    if (tokens.is(i, "void")) {
      is_void = true;
    } else if (tokens.is(i, "*") && !is_pointer) {
      is_pointer = true;
    } else if (!tokens.is(i, "const")) {
      return false;
    }
  }
  return is_void && is_pointer;
}

/// The last word of the name that starts at `i`: kernel, ns::kernel, &kernel, kernel<T>; kNone if it is not
/// one.
std::size_t kernel_name(const Rewriter& rewriter, std::size_t i) {
  const TokenStream& tokens = rewriter.tokens;
  while (tokens.is(i, "&") || tokens.is(i, "(")) ++i;
  if (tokens.is(i, "::")) ++i;
  while (tokens.is_identifier(i) && tokens.is(i + 1, "::")) i += 2;
  return tokens.is_identifier(i) && rewriter.kernels.find(tokens[i].text) != nullptr ? i : kNone;
}

void remove(Rewriter& rewriter, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) rewriter.edits.remove(rewriter.tokens[i]);
}

}  // namespace

void rewrite_kernel_addresses(Rewriter& rewriter) {
  const TokenStream& tokens = rewriter.tokens;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (!takes_kernel(tokens[i])) continue;
    // cudaOccupancy...<T>(...) names the kernel's type itself
    std::size_t open = i + 1;
    if (tokens.is(open, "<")) {
      const std::size_t angle = tokens.closing_angle(open, tokens.size());
      if (angle == kNone) continue;
      open = angle + 1;
    }
    if (!tokens.is(open, "(") || tokens.partner(open) == kNone) continue;
    const std::size_t close = tokens.partner(open);
    for (std::size_t cast = open + 1; cast < close; ++cast) {
      const bool starts_argument = tokens.is(cast - 1, "(") || tokens.is(cast - 1, ",");
      if (!starts_argument) continue;
      const bool any_callee =
          tokens.is(cast - 1, "(") && cast - 1 == open;  // the first argument is a kernel for sure
      if (tokens.is(cast, "(") && tokens.partner(cast) != kNone &&
          is_untyped_pointer(tokens, cast + 1, tokens.partner(cast))) {
        const std::size_t operand = tokens.partner(cast) + 1;
        const bool null =
            tokens.is(operand, "0") || tokens.is(operand, "NULL") || tokens.is(operand, "nullptr");
        if (kernel_name(rewriter, operand) != kNone || (any_callee && !null)) {
          remove(rewriter, cast, operand);
        }
        cast = operand;
      } else if ((tokens.is(cast, "reinterpret_cast") || tokens.is(cast, "static_cast")) &&
                 tokens.is(cast + 1, "<")) {
        const std::size_t angle = tokens.closing_angle(cast + 1, close);
        if (angle == kNone || !is_untyped_pointer(tokens, cast + 2, angle)) continue;
        if (kernel_name(rewriter, angle + 1) != kNone) remove(rewriter, cast, angle + 1);
        cast = angle;
      }
    }
    i = open;
  }
}

}  // namespace emulator::translator
