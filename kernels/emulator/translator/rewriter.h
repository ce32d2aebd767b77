/// @file
/// What all rewrites of a file share: its tokens, what is known of the program, and the edits made so far.
#pragma once

#include "edits.h"
#include "functions.h"
#include "token_stream.h"
#include "vocabulary.h"

namespace emulator::translator {

/// One run of tokens to rewrite. Every rewrite walks over `tokens` and adds to `edits`.
struct Rewriter {
  const TokenStream& tokens;
  const FunctionMap* functions;  ///< of the file; null for a macro, which may be used anywhere
  const KernelTable& kernels;
  const Vocabulary& vocabulary;
  Edits& edits;

  /// The function around a token; null outside of functions and in macros.
  const Function* enclosing(std::size_t token) const {
    return functions ? functions->enclosing(token) : nullptr;
  }
};

/// kernel<<<grid, block, bytes, stream>>>(arguments) becomes a call.
void rewrite_launches(Rewriter& rewriter);
/// `__shared__` and `extern __shared__` declarations become references into the block's memory.
void rewrite_shared_memory(Rewriter& rewriter);
/// `asm` in device code becomes what it does, or an error.
void rewrite_inline_assembly(Rewriter& rewriter);
/// `(void*)kernel` in calls such as cudaLaunchCooperativeKernel becomes `kernel`, which knows its type.
void rewrite_kernel_addresses(Rewriter& rewriter);
/// `while (condition) ;` in device code, a wait for another thread, lets that thread run.
void rewrite_spin_loops(Rewriter& rewriter);
/// Loops of device code tell the profile which iteration they are in.
void rewrite_device_loops(Rewriter& rewriter);
/// A kernel's `return` and its closing brace note their line, for messages about threads that have left.
void rewrite_kernel_exits(Rewriter& rewriter);
void rewrite_parameter_names(Rewriter& rewriter);
/// `__constant__` variables note where they are.
void rewrite_constant_variables(Rewriter& rewriter);
/// `__noinline__` becomes an attribute.
void rewrite_noinline(Rewriter& rewriter);
/// Textures, clusters and launches from device code become errors.
void refuse_unsupported(Rewriter& rewriter);

/// True if the `while` ends a `do` statement, so that what follows it is not a body.
bool ends_do(const TokenStream& tokens, std::size_t loop);
/// A sentence as the compiler shall print it. Its beginning tells it from the compiler's own errors.
std::string refusal(const std::string& sentence);
/// Makes the compiler stop at `token` with `sentence`, unless the preprocessor removes that place.
void refuse(Edits& edits, const Token& token, const std::string& sentence);
/// `text` as a C++ string literal.
std::string string_literal(std::string_view text);

}  // namespace emulator::translator
