// bfloat16: rounding to nearest even against the bits, packed arithmetic, and a mixed-precision AXPY.
#include <cuda_bf16.h>

#include <cstdint>

#include "program.h"

__global__ void convert(const float* in, __nv_bfloat16* out, float* back, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  out[i] = __float2bfloat16(in[i]);
  back[i] = __bfloat162float(out[i]);
}

__global__ void axpy(float a, const __nv_bfloat162* x, __nv_bfloat162* y, int n2) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n2) y[i] = __hfma2(__float2bfloat162_rn(a), x[i], y[i]);
}

__global__ void largest(const nv_bfloat16* x, int n, float* out) {
  float m = -INFINITY;
  for (int i = threadIdx.x; i < n; i += 32) m = fmaxf(m, (float)x[i]);
  for (int offset = 16; offset; offset >>= 1) m = fmaxf(m, __shfl_xor_sync(0xffffffff, m, offset));
  if (threadIdx.x == 0) *out = m;
}

static uint16_t rounded_bits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

static double widened(uint16_t bits) {
  const uint32_t wide = uint32_t{bits} << 16;
  float value;
  std::memcpy(&value, &wide, 4);
  return value;
}

int main() {
  const int n = 2 * 1501;
  std::vector<float> values = random_floats(n, -300, 300);
  values[0] = 1.00390625f;  // half way between two values: goes to the even one
  values[1] = 1.01171875f;
  values[2] = 3.4e38f;  // rounds up to infinity
  values[3] = 1e-40f;   // subnormal
  std::vector<double> expected(n);
  std::vector<uint16_t> bits(n);
  for (int i = 0; i < n; ++i) expected[i] = widened(bits[i] = rounded_bits(values[i]));
  DeviceArray<float> in(values), back(n), most(1);
  DeviceArray<__nv_bfloat16> out(n);
  convert<<<ceil_div(n, 128), 128>>>(in, out, back, n);
  CHECK_LAUNCH();
  bool ok = true;
  const auto got = out.download();
  for (int i = 0; i < n; ++i) {
    uint16_t got_bits;
    std::memcpy(&got_bits, &got[i], 2);
    if (got_bits != bits[i]) {
      std::printf("convert: %.9g became %04x, expected %04x\n", values[i], got_bits, bits[i]);
      ok = false;
    }
  }
  largest<<<1, 32>>>(out, n, most);
  CHECK_LAUNCH();
  ok &= most.download()[0] == INFINITY;
  const auto x = random_floats(n), y = random_floats(n);
  DeviceArray<float> fx(x), fy(y);
  DeviceArray<__nv_bfloat16> bx(n), by(n);
  convert<<<ceil_div(n, 128), 128>>>(fx, bx, back, n);
  convert<<<ceil_div(n, 128), 128>>>(fy, by, back, n);
  axpy<<<ceil_div(n / 2, 64), 64>>>(0.75f, (const __nv_bfloat162*)bx.get(), (__nv_bfloat162*)by.get(), n / 2);
  convert<<<ceil_div(n, 128), 128>>>(fx, bx, back, n);
  CHECK_LAUNCH();
  std::vector<double> sums(n);
  for (int i = 0; i < n; ++i) sums[i] = 0.75 * widened(rounded_bits(x[i])) + widened(rounded_bits(y[i]));
  std::vector<float> result;
  for (__nv_bfloat16 value : by.download()) result.push_back(__bfloat162float(value));
  ok &= all_close("axpy", result, sums, 1.0 / 256);
  return verdict(ok);
}
