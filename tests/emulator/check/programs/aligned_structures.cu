// A structure needs the alignment of its members, and a card reads it in pieces of that size.
// variant 1: two doubles, 8 bytes further
// variant 2: the same as double2
// variant 3: a 64-bit and two 32-bit integers, 8 bytes further
// variant 4: the same with alignas(16)
// variant 5: two floats, 4 bytes further
// variant 6: the same as float2
// variant 7: two 16-bit integers, 2 bytes further
// variant 8: the same as short2
// variant 9: double2 as two doubles
// variant 10: a float4's first member, 4 bytes further
// variant 11: four floats, side by side
// variant 12: two floats, side by side
// variant 13: four doubles with alignas(16), 8 bytes further
#include "check_program.h"

constexpr int kThreads = 32;

struct Doubles {
  double x, y;
};
struct Entry {
  long long key;
  int first, last;
};
struct alignas(16) AlignedEntry {
  long long key;
  int first, last;
};
struct Floats {
  float x, y;
};
struct Shorts {
  short x, y;
};
struct FourFloats {
  float x, y, z, w;
};
struct alignas(16) FourDoubles {
  double x, y, z, w;
};

__global__ void copy_doubles(const double* in, double* out) {
  const int t = threadIdx.x;
  const Doubles pair = reinterpret_cast<const Doubles*>(in + 1)[t];
  reinterpret_cast<Doubles*>(out + 1)[t] = pair;
}
__global__ void copy_double2(const double* in, double* out) {
  const int t = threadIdx.x;
  const double2 pair = reinterpret_cast<const double2*>(in + 1)[t];  // expect 2: misaligned@load
  reinterpret_cast<double2*>(out + 1)[t] = pair;                     // expect 2: misaligned@store
}
__global__ void copy_entries(const double* in, double* out) {
  const int t = threadIdx.x;
  const Entry entry = reinterpret_cast<const Entry*>(in + 1)[t];
  reinterpret_cast<Entry*>(out + 1)[t] = entry;
}
__global__ void copy_aligned_entries(const double* in, double* out) {
  const int t = threadIdx.x;
  const AlignedEntry entry = reinterpret_cast<const AlignedEntry*>(in + 1)[t];  // expect 4: misaligned@load
  reinterpret_cast<AlignedEntry*>(out + 1)[t] = entry;                          // expect 4: misaligned@store
}
__global__ void copy_floats(const float* in, float* out) {
  const int t = threadIdx.x;
  // counts 5: global load requests=2 sectors=8.5 ideal=4 needed=256 bytes=4
  const Floats pair = reinterpret_cast<const Floats*>(in + 1)[t];
  reinterpret_cast<Floats*>(out + 1)[t] = pair;  // counts 5: global store requests=2
}
__global__ void copy_float2(const float* in, float* out) {
  const int t = threadIdx.x;
  const float2 pair = reinterpret_cast<const float2*>(in + 1)[t];  // expect 6: misaligned@load
  reinterpret_cast<float2*>(out + 1)[t] = pair;                    // expect 6: misaligned@store
}
__global__ void copy_shorts(const short* in, short* out) {
  const int t = threadIdx.x;
  const Shorts pair = reinterpret_cast<const Shorts*>(in + 1)[t];  // counts 7: global load requests=2
  reinterpret_cast<Shorts*>(out + 1)[t] = pair;
}
__global__ void copy_short2(const short* in, short* out) {
  const int t = threadIdx.x;
  const short2 pair = reinterpret_cast<const short2*>(in + 1)[t];  // expect 8: misaligned@load
  reinterpret_cast<short2*>(out + 1)[t] = pair;                    // expect 8: misaligned@store
}
__global__ void copy_members(const double* in, double* out) {
  const int t = threadIdx.x;
  const double2* pairs = reinterpret_cast<const double2*>(in + 1);
  const double x = pairs[t].x, y = pairs[t].y;
  out[2 * t + 1] = x;
  out[2 * t + 2] = y;
}
__global__ void copy_first(const float* in, float* out) {
  const int t = threadIdx.x;
  out[4 * t + 1] = reinterpret_cast<const float4*>(in + 1)[t].x;
}
__global__ void copy_four_floats(const FourFloats* in, FourFloats* out) {
  const int t = threadIdx.x;
  const FourFloats four = in[t];  // counts 11: global load requests=4 sectors=16 ideal=4 bytes=4
  out[t] = four;                  // counts 11: global store requests=4 sectors=16 ideal=4 bytes=4
}
__global__ void copy_two_floats(const Floats* in, Floats* out) {
  const int t = threadIdx.x;
  const Floats two = in[t];  // counts 12: global load requests=2 sectors=8 ideal=4 bytes=4
  out[t] = two;              // counts 12: global store requests=2 sectors=8 ideal=4 bytes=4
}
__global__ void copy_four_doubles(const double* in, double* out) {
  const int t = threadIdx.x;
  if (t >= kThreads / 2) return;
  const FourDoubles four = reinterpret_cast<const FourDoubles*>(in + 1)[t];  // expect 13: misaligned@load
  reinterpret_cast<FourDoubles*>(out + 1)[t] = four;                         // allow 13: misaligned
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv);
  constexpr int kBytes = 16 * (kThreads + 1);
  auto values = Values<unsigned char, kBytes>::zeros();
  for (int i = 0; i < kBytes; ++i) values.data[i] = static_cast<unsigned char>(i % 255 + 1);
  unsigned char *in = values.to_device(), *out = Values<unsigned char, kBytes>::zeros().to_device();
  const auto doubles_in = reinterpret_cast<double*>(in);
  const auto doubles_out = reinterpret_cast<double*>(out);
  const auto floats_in = reinterpret_cast<float*>(in);
  const auto floats_out = reinterpret_cast<float*>(out);
  const auto shorts_in = reinterpret_cast<short*>(in);
  const auto shorts_out = reinterpret_cast<short*>(out);
  if (variant == 1) copy_doubles<<<1, kThreads>>>(doubles_in, doubles_out);
  if (variant == 2) copy_double2<<<1, kThreads>>>(doubles_in, doubles_out);
  if (variant == 3) copy_entries<<<1, kThreads>>>(doubles_in, doubles_out);
  if (variant == 4) copy_aligned_entries<<<1, kThreads>>>(doubles_in, doubles_out);
  if (variant == 5) copy_floats<<<1, kThreads>>>(floats_in, floats_out);
  if (variant == 6) copy_float2<<<1, kThreads>>>(floats_in, floats_out);
  if (variant == 7) copy_shorts<<<1, kThreads>>>(shorts_in, shorts_out);
  if (variant == 8) copy_short2<<<1, kThreads>>>(shorts_in, shorts_out);
  if (variant == 9) copy_members<<<1, kThreads>>>(doubles_in, doubles_out);
  if (variant == 10) copy_first<<<1, kThreads>>>(floats_in, floats_out);
  if (variant == 11)
    copy_four_floats<<<1, kThreads>>>(reinterpret_cast<FourFloats*>(in), reinterpret_cast<FourFloats*>(out));
  if (variant == 12)
    copy_two_floats<<<1, kThreads>>>(reinterpret_cast<Floats*>(in), reinterpret_cast<Floats*>(out));
  if (variant == 13) copy_four_doubles<<<1, kThreads>>>(doubles_in, doubles_out);
  const bool is_broken = variant == 13 || (variant <= 8 && variant % 2 == 0);
  if (is_broken) {
    cudaDeviceSynchronize();
    cudaFree(in);
    cudaFree(out);
    return 0;
  }
  CUDA_CHECK(cudaGetLastError());
  auto results = Values<unsigned char, kBytes>::zeros();
  results.from_device(out);
  CUDA_CHECK(cudaFree(in));
  CUDA_CHECK(cudaFree(out));
  int copied = 0;
  bool ok = true;
  for (int i = 0; i < kBytes; ++i) {
    ok &= results.data[i] == 0 || results.data[i] == values.data[i];
    copied += results.data[i] != 0;
  }
  constexpr int kBytesOfElement[] = {0, 16, 0, 16, 0, 8, 0, 4, 0, 16, 4, 16, 8};
  return verdict(ok && copied == kThreads * kBytesOfElement[variant]);
}
