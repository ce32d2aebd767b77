// GELU, forward and backward, through a 16-byte packet type as training codes use it.
#include "program.h"

#define GELU_SCALING_FACTOR sqrtf(2.0f / M_PI)

template <class ElementType>
struct alignas(16) Packed128 {
  static constexpr const size_t size = sizeof(int4) / sizeof(ElementType);
  Packed128() = default;
  __device__ explicit Packed128(int4 bits) { memcpy(&payload, &bits, sizeof(bits)); }
  __device__ ElementType& operator[](int index) { return payload[index]; }
  __device__ const ElementType& operator[](int index) const { return payload[index]; }
  __device__ int4 get_bits() const {
    int4 bits;
    memcpy(&bits, &payload, sizeof(bits));
    return bits;
  }
  ElementType payload[size];
};
typedef Packed128<float> x128;

template <class T>
__device__ Packed128<T> load128cs(const T* address) {
  return Packed128<T>{__ldcs(reinterpret_cast<const int4*>(address))};
}
template <class T>
__device__ void store128(T* target, Packed128<T> value) {
  *reinterpret_cast<int4*>(target) = value.get_bits();
}

__global__ void gelu_forward(float* out, const float* inp, int N) {
  int i = (blockIdx.x * blockDim.x + threadIdx.x) * x128::size;
  if (i >= N) return;
  x128 packed_out, packed_inp = load128cs(inp + i);
  for (int k = 0; k < packed_inp.size; ++k) {
    float xi = packed_inp[k], cube = 0.044715f * xi * xi * xi;
    packed_out[k] = 0.5f * xi * (1.0f + tanhf(GELU_SCALING_FACTOR * (xi + cube)));
  }
  store128(out + i, packed_out);
}

__global__ void gelu_backward(float* dinp, const float* inp, const float* dout, const int N) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < N) {
    float x = inp[i], cube = 0.044715f * x * x * x;
    float tanh_arg = GELU_SCALING_FACTOR * (x + cube), tanh_out = tanhf(tanh_arg),
          coshf_out = coshf(tanh_arg);
    float sech_out = 1.0f / (coshf_out * coshf_out);
    dinp[i] = dout[i] * (0.5f * (1.0f + tanh_out) +
                         x * 0.5f * sech_out * GELU_SCALING_FACTOR * (1.0f + 3.0f * 0.044715f * x * x));
  }
}

__global__ void gelu_exact(float* out, const float* inp, int N) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < N) out[i] = inp[i] * normcdff(inp[i]);
}

int main() {
  const int N = 4 * 3331;
  const auto x = random_floats(N, -6, 6), dy = random_floats(N);
  std::vector<double> forward(N), backward(N), exact(N);
  for (int i = 0; i < N; ++i) {
    const double s = std::sqrt(2 / M_PI), v = x[i], t = std::tanh(s * (v + 0.044715 * v * v * v));
    forward[i] = 0.5 * v * (1 + t);
    backward[i] = dy[i] * (0.5 * (1 + t) + 0.5 * v * (1 - t * t) * s * (1 + 3 * 0.044715 * v * v));
    exact[i] = v * 0.5 * std::erfc(-v / std::sqrt(2.0));
  }
  DeviceArray<float> in(x), dout(dy), out(N);
  gelu_forward<<<ceil_div(N / 4, 96), 96>>>(out, in, N);
  CHECK_LAUNCH();
  bool ok = all_close("forward", out.download(), forward, 1e-5);
  out.poison();
  gelu_backward<<<ceil_div(N, 128), 128>>>(out, in, dout, N);
  CHECK_LAUNCH();
  ok &= all_close("backward", out.download(), backward, 1e-5);
  out.poison();
  gelu_exact<<<ceil_div(N, 128), 128>>>(out, in, N);
  CHECK_LAUNCH();
  ok &= all_close("exact", out.download(), exact, 1e-5);
  return verdict(ok);
}
