/// @file
/// What the emulated GPU does not do. Each stops the compiler at its line with what to use instead.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rewriter.h"

namespace emulator::translator {
namespace {

constexpr const char* kTextures =
    "textures and surfaces are not emulated; read the array through a plain pointer (const __restrict__, or "
    "__ldg) "
    "and clamp or interpolate in the kernel";

constexpr std::array<std::string_view, 10> kTextureTypes = {
    "cudaTextureObject_t", "cudaSurfaceObject_t",     "cudaCreateTextureObject", "cudaCreateSurfaceObject",
    "cudaBindTexture",     "cudaBindTexture2D",       "cudaBindTextureToArray",  "cudaMallocArray",
    "cudaMalloc3DArray",   "cudaMallocMipmappedArray"};

constexpr std::array<std::string_view, 12> kTextureReads = {
    "tex1D",      "tex2D",      "tex3D",       "tex1Dfetch",  "tex2DLod",    "tex2Dgather",
    "surf1Dread", "surf2Dread", "surf1Dwrite", "surf2Dwrite", "surf3Dwrite", "tex2DLayered"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_member(const TokenStream& tokens, std::size_t i) {
  return i > 0 && (tokens.is(i - 1, ".") || tokens.is(i - 1, "->") || tokens.is(i - 1, "::"));
}

void refuse_textures(Rewriter& rewriter, std::size_t i) {
  const TokenStream& tokens = rewriter.tokens;
  const Token& token = tokens[i];
  if (is_member(tokens, i)) return;
  const Function* function = rewriter.enclosing(i);
  const bool read = contains(kTextureReads, token.text) && (tokens.is(i + 1, "<") || tokens.is(i + 1, "(")) &&
                    function != nullptr && function->on_device();
  // texture<float, 2> reference; is a template of file scope
  const bool reference = (token.is("texture") || token.is("surface")) && tokens.is(i + 1, "<") &&
                         function == nullptr && !tokens.in_macro() && !tokens.is(i - 1, "struct") &&
                         !tokens.is(i - 1, "class");
  if (contains(kTextureTypes, token.text) || read || reference) refuse(rewriter.edits, token, kTextures);
}

void refuse_dynamic_parallelism(Rewriter& rewriter, std::size_t i) {
  const TokenStream& tokens = rewriter.tokens;
  const Function* function = rewriter.enclosing(i);
  if (function == nullptr || !function->device_only()) return;
  const bool launch = tokens.is(i, "<") && tokens.is(i + 1, "<") && tokens.is(i + 2, "<") &&
                      tokens.adjacent(i) && !tokens.is(i - 1, "operator");
  if (launch) {
    refuse(
        rewriter.edits, tokens[i],
        fmt::format(
            "'{}' launches a kernel from device code (dynamic parallelism), which is not emulated; return to "
            "the host and launch from there, or loop inside the kernel",
            function->name));
  } else if (tokens.is(i, "cudaDeviceSynchronize") && tokens.is(i + 1, "(")) {
    refuse(
        rewriter.edits, tokens[i],
        fmt::format(
            "'{}' calls cudaDeviceSynchronize() in device code, which is not emulated (and not in CUDA since "
            "version 12); synchronize on the host",
            function->name));
  }
}

}  // namespace

void refuse_unsupported(Rewriter& rewriter) {
  for (std::size_t i = 0; i < rewriter.tokens.size(); ++i) {
    if (rewriter.tokens[i].is_identifier()) refuse_textures(rewriter, i);
    refuse_dynamic_parallelism(rewriter, i);
  }
}

}  // namespace emulator::translator
