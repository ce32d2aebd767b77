#include "includes.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace emulator::translator {
namespace {

struct Library {
  std::string_view prefix;  ///< how its headers' names begin
  std::string_view sentence;
  bool may_exist;
};

constexpr std::array<Library, 24> kLibraries = {{
    {"cutlass/",
     "CUTLASS is made of inline assembly, which is not emulated; write the kernel with nvcuda::wmma from "
     "<mma.h>",
     false},
    {"cute/",
     "CuTe is made of inline assembly, which is not emulated; write the kernel with nvcuda::wmma from "
     "<mma.h>",
     false},
    {"cuda.h", "the driver API is not emulated; use the runtime API of <cuda_runtime.h>", true},
    {"cudaTypedefs.h", "the driver API is not emulated; use the runtime API of <cuda_runtime.h>", true},
    {"nvrtc.h", "compiling kernels at run time is not emulated; put them in the .cu file", true},
    {"cublas", "this part of cuBLAS is not emulated; <cublas_v2.h> has the matrix products", true},
    {"cudnn", "cuDNN is not emulated; compare with a plain loop on the CPU", true},
    {"cusparse", "cuSPARSE is not emulated; compare with a plain loop on the CPU", true},
    {"cusolver", "cuSOLVER is not emulated; use LAPACK on the CPU", true},
    {"cufft", "cuFFT is not emulated; use FFTW on the CPU", true},
    {"curand", "cuRAND is not emulated; use a small generator of your own (xorshift, Philox) in the kernel",
     true},
    {"nccl.h", "NCCL is not emulated: there is one emulated GPU", true},
    {"nvml.h", "NVML is not emulated; use cudaGetDeviceProperties", true},
    {"nvToolsExt", "NVTX is not emulated; leave the ranges out", true},
    {"nvtx3/", "NVTX is not emulated; leave the ranges out", true},
    {"cub/", "CUB is not part of the emulated GPU; write the block's reduction or scan with shuffles", true},
    {"thrust/",
     "Thrust was not found; install a C++ copy of it (libthrust-dev) or write the loop as a kernel", true},
    {"cuda/", "libcu++ is not part of the emulated GPU; use atomics, __syncthreads() and cooperative groups",
     true},
    {"helper_",
     "this header comes with NVIDIA's CUDA samples; copy it beside the program, or define the macros it "
     "needs",
     true},
    {"cudaProfiler.h", "the driver API is not emulated; use <cuda_profiler_api.h>", true},
    {"cuda_gl_interop.h", "graphics are not emulated", true},
    {"GL/", "graphics libraries are not part of the emulated GPU; install this one, or write an image file",
     true},
    {"texture_", "textures and surfaces are not emulated; read the array through a plain pointer", true},
    {"surface_", "textures and surfaces are not emulated; read the array through a plain pointer", true},
}};

}  // namespace

std::optional<IncludedName> included_name(const SourceFile& file, const Directive& directive) {
  const std::vector<Token>& tokens = directive.tokens;
  if (!directive.named("include") || tokens.size() < 2) return std::nullopt;
  if (tokens[1].kind == TokenKind::kString && tokens[1].text.front() == '"') {
    return IncludedName{std::string(tokens[1].text.substr(1, tokens[1].text.size() - 2)), true};
  }
  if (!tokens[1].is("<")) return std::nullopt;
  const std::size_t close = file.text.find('>', tokens[1].offset);
  if (close == std::string::npos || close >= directive.end) return std::nullopt;
  return IncludedName{file.text.substr(tokens[1].end(), close - tokens[1].end()), false};
}

std::optional<std::filesystem::path> find_included(const IncludedName& included,
                                                   const std::filesystem::path& including_file,
                                                   const std::vector<std::filesystem::path>& folders) {
  std::error_code ignored;
  const auto is_file = [&](const std::filesystem::path& path) {
    return std::filesystem::is_regular_file(path, ignored);
  };
  if (included.name.empty()) return std::nullopt;
  const std::filesystem::path beside = including_file.parent_path() / included.name;
  if (included.quoted && is_file(beside)) return beside;
  for (const std::filesystem::path& folder : folders) {
    if (is_file(folder / included.name)) return folder / included.name;
  }
  // "Copy it beside the program" is what the message for a missing library advises; programs name it with <>.
  if (missing_library(included.name) && is_file(beside)) return beside;
  return std::nullopt;
}

std::optional<MissingLibrary> missing_library(const std::string& header) {
  for (const Library& library : kLibraries) {
    if (header.compare(0, library.prefix.size(), library.prefix) == 0) {
      return MissingLibrary{fmt::format("{}: {}", header, library.sentence), library.may_exist};
    }
  }
  return std::nullopt;
}

}  // namespace emulator::translator
