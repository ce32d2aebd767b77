/// @file
/// What the emulated GPU does not do stops the compiler, at the right line and only where the preprocessor
/// keeps it.
#include <string>

#include "support/catch.h"
#include "translated_text.h"

using emulator_tests::translated;

namespace {

bool refuses(const std::string& source, const std::string& reason) {
  const std::string text = translated(source);
  const std::size_t pragma = text.find("_Pragma(\"GCC error");
  return pragma != std::string::npos && text.find(reason, pragma) != std::string::npos;
}

}  // namespace

TEST_CASE("textures are refused") {
  CHECK(refuses("texture<float, 2> image;\n", "textures and surfaces are not emulated"));
  CHECK(refuses("__global__ void k(cudaTextureObject_t t) {}\n", "textures and surfaces are not emulated"));
  CHECK(refuses("__global__ void k() { x = tex2D<float>(t, 1, 2); }\n",
                "textures and surfaces are not emulated"));
}

TEST_CASE("a program's own things called texture are left alone") {
  for (const char* source :
       {"struct texture { int width; };\nvoid f() { texture t; }\n", "template <class T> class texture {};\n",
        "int f() { return image.tex2D(1, 2) + tex2D(3); }\n"}) {
    CHECK(translated(source) == source);
  }
}

TEST_CASE("launches and synchronization from device code are refused") {
  CHECK(refuses("__global__ void parent() { child<<<1, 2>>>(); }\n",
                "'parent' launches a kernel from device code"));
  CHECK(refuses("__device__ void f() { cudaDeviceSynchronize(); }\n", "'f' calls cudaDeviceSynchronize()"));
  CHECK_FALSE(refuses("__host__ __device__ void f() { k<<<1, 2>>>(); }\n", ""));
}

TEST_CASE("libraries that the emulator cannot offer are refused where they are included") {
  CHECK(translated("\n#include <cutlass/gemm.h>\n")
            .find("\n#error \"emulated GPU: cutlass/gemm.h: CUTLASS is made of inline assembly") == 0);
  const std::string text = translated("#include <cudnn.h>\nnext\n");
  CHECK(text.find("#if !__has_include(<cudnn.h>)\n#line 1\n#error \"emulated GPU: cudnn.h: cuDNN is "
                  "not emulated") == 0);
  CHECK(text.find("#endif\n#line 2\nnext") != std::string::npos);
}
