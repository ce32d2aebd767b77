#include <vector_functions.h>
#include <vector_types.h>

#include <cstring>
#include <type_traits>

#include "support/catch.h"

TEST_CASE("vector types have CUDA's sizes and alignments") {
  STATIC_REQUIRE((sizeof(char2) == 2 && alignof(char2) == 2 && sizeof(char3) == 3 && alignof(char3) == 1));
  STATIC_REQUIRE(
      (sizeof(uchar4) == 4 && alignof(uchar4) == 4 && sizeof(short3) == 6 && alignof(short3) == 2));
  STATIC_REQUIRE((sizeof(ushort4) == 8 && alignof(ushort4) == 8 && sizeof(int2) == 8 && alignof(int2) == 8));
  STATIC_REQUIRE((sizeof(uint3) == 12 && alignof(uint3) == 4 && sizeof(int4) == 16 && alignof(int4) == 16));
  STATIC_REQUIRE((sizeof(float1) == 4 && sizeof(float2) == 8 && alignof(float2) == 8));
  STATIC_REQUIRE(
      (sizeof(float3) == 12 && alignof(float3) == 4 && sizeof(float4) == 16 && alignof(float4) == 16));
  STATIC_REQUIRE(
      (sizeof(double2) == 16 && alignof(double2) == 16 && sizeof(double3) == 24 && alignof(double3) == 8));
  STATIC_REQUIRE((sizeof(double4) == 32 && alignof(double4) == 16 && alignof(double4_32a) == 32));
  STATIC_REQUIRE((sizeof(longlong2) == 16 && alignof(longlong2) == 16 && alignof(ulonglong4) == 16));
}

TEST_CASE("vectors are plain aggregates: braces, unions and bytes") {
  STATIC_REQUIRE((std::is_aggregate_v<float4> && std::is_trivial_v<float4>));
  const float4 a = {1.0f, 2.0f, 3.0f, 4.0f};
  const float4 b = {};
  CHECK((a.x == 1.0f && a.y == 2.0f && a.z == 3.0f && a.w == 4.0f && b.x == 0.0f && b.w == 0.0f));
  union {
    float4 vector;
    float elements[4];
  } both = {make_float4(1.0f, 2.0f, 3.0f, 4.0f)};
  const auto copy = both;
  float third;
  std::memcpy(&third, reinterpret_cast<const char*>(&copy) + 8, 4);
  CHECK(third == 3.0f);
}

TEST_CASE("dim3 is 1 where nothing is given") {
  const dim3 none, one(5), two = {6, 7};
  CHECK((none.x == 1 && none.y == 1 && none.z == 1 && one.x == 5 && one.y == 1 && two.y == 7 && two.z == 1));
  const dim3 from_vector = make_uint3(2, 3, 4);
  const uint3 back = from_vector;
  CHECK((from_vector.z == 4 && back.x == 2));
}
