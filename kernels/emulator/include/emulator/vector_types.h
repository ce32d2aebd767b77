/// @file
/// CUDA's built-in vector types, char1 to double4, and dim3.
///
/// They are plain aggregates, as under nvcc: `float4 v = {1, 2, 3, 4}`, unions, memcpy and bit_cast all work.
/// The alignment equals the size for 2 and 4 elements up to 16 bytes, so that the compiler copies a whole
/// vector as one access, which is what a GPU does and what memory instrumentation must see (g++ keeps the
/// single access under -fno-tree-sra). Three-element vectors are aligned like one element.
#pragma once

/// Defines NAME1 to NAME4 over SCALAR, where ALIGN2 and ALIGN4 are the alignments of the 2- and 4-element
/// vectors.
#define EMULATOR_VECTOR_TYPES(NAME, SCALAR, ALIGN2, ALIGN4) \
  struct NAME##1 {                                          \
    SCALAR x;                                               \
  };                                                        \
  struct alignas(ALIGN2) NAME##2 {                          \
    SCALAR x, y;                                            \
  };                                                        \
  struct NAME##3 {                                          \
    SCALAR x, y, z;                                         \
  };                                                        \
  struct alignas(ALIGN4) NAME##4 {                          \
    SCALAR x, y, z, w;                                      \
  };

EMULATOR_VECTOR_TYPES(char, signed char, 2, 4)
EMULATOR_VECTOR_TYPES(uchar, unsigned char, 2, 4)
EMULATOR_VECTOR_TYPES(short, short, 4, 8)
EMULATOR_VECTOR_TYPES(ushort, unsigned short, 4, 8)
EMULATOR_VECTOR_TYPES(int, int, 8, 16)
EMULATOR_VECTOR_TYPES(uint, unsigned int, 8, 16)
EMULATOR_VECTOR_TYPES(long, long, 2 * sizeof(long), 16)
EMULATOR_VECTOR_TYPES(ulong, unsigned long, 2 * sizeof(long), 16)
EMULATOR_VECTOR_TYPES(longlong, long long, 16, 16)
EMULATOR_VECTOR_TYPES(ulonglong, unsigned long long, 16, 16)
EMULATOR_VECTOR_TYPES(float, float, 8, 16)
EMULATOR_VECTOR_TYPES(double, double, 16, 16)

#undef EMULATOR_VECTOR_TYPES

/// CUDA 13 gives the 32-byte vectors two names each, which say the alignment. The plain name is the 16-byte
/// one.
#define EMULATOR_ALIGNED_VECTOR_TYPE(NAME, SCALAR) \
  using NAME##_16a = NAME;                         \
  struct alignas(32) NAME##_32a {                  \
    SCALAR x, y, z, w;                             \
  };

EMULATOR_ALIGNED_VECTOR_TYPE(long4, long)
EMULATOR_ALIGNED_VECTOR_TYPE(ulong4, unsigned long)
EMULATOR_ALIGNED_VECTOR_TYPE(longlong4, long long)
EMULATOR_ALIGNED_VECTOR_TYPE(ulonglong4, unsigned long long)
EMULATOR_ALIGNED_VECTOR_TYPE(double4, double)

#undef EMULATOR_ALIGNED_VECTOR_TYPE

/// Grid and block dimensions. What is not given is 1.
struct dim3 {
  unsigned int x, y, z;

  constexpr dim3(unsigned int width = 1, unsigned int height = 1, unsigned int depth = 1)
      : x(width), y(height), z(depth) {}
  constexpr dim3(uint3 size) : x(size.x), y(size.y), z(size.z) {}
  constexpr operator uint3() const { return {x, y, z}; }
};
