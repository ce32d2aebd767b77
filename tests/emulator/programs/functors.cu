// Generic kernels: functors and device lambdas as arguments, templates over operations, types and block
// sizes.
#include <numeric>
#include <type_traits>

#include "program.h"

namespace ops {
template <typename T>
struct Plus {
  static constexpr const char* name = "plus";
  __host__ __device__ static T identity() { return T(0); }
  __host__ __device__ T operator()(T a, T b) const { return a + b; }
};
template <typename T>
struct Maximum {
  static constexpr const char* name = "maximum";
  __host__ __device__ static T identity() {
    return std::is_floating_point<T>::value ? T(-1e30) : T(-2147483647);
  }
  __host__ __device__ T operator()(T a, T b) const { return a > b ? a : b; }
};
}  // namespace ops

template <typename T>
struct Axpy {
  T a;
  __host__ __device__ T operator()(T x, T y) const { return a * x + y; }
};

template <typename F, typename... Inputs>
__global__ void transform(F f, std::size_t n, decltype(f(Inputs{}...))* out, const Inputs*... inputs) {
  for (std::size_t i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x)
    out[i] = f(inputs[i]...);
}

template <template <typename> class Operation, typename T, int kBlock>
__global__ void reduce(const T* in, int n, T* out) {
  static_assert((kBlock & (kBlock - 1)) == 0, "a power of two");
  __shared__ T partial[kBlock];
  const Operation<T> operation{};
  T mine = Operation<T>::identity();
  for (int i = threadIdx.x; i < n; i += kBlock) mine = operation(mine, in[i]);
  partial[threadIdx.x] = mine;
  if constexpr (kBlock > 1) {
    for (int s = kBlock / 2; s > 0; s >>= 1) {
      __syncthreads();
      if (threadIdx.x < s) partial[threadIdx.x] = operation(partial[threadIdx.x], partial[threadIdx.x + s]);
    }
  }
  if (threadIdx.x == 0) *out = partial[0];
}

template <template <typename> class Operation, typename T>
bool run_reduce(const std::vector<T>& values) {
  DeviceArray<T> in(values), out(1);
  reduce<Operation, T, 128><<<1, 128>>>(in.get(), static_cast<int>(values.size()), out.get());
  CHECK_LAUNCH();
  const T expected = std::accumulate(values.begin(), values.end(), Operation<T>::identity(), Operation<T>{});
  return all_close(Operation<T>::name, out.download(), {double(expected)}, 1e-5);
}

template <typename F>
__global__ void for_each_index(int n, F f) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) f(i);
}

class Image {
 public:
  // Public, since a kernel is instantiated with it.
  struct Gradient {
    float* pixels;
    int width;
    __device__ void operator()(int i) const { pixels[i] = 0.5f * (i % width) + i / width; }
  };

  Image(int width, int height)
      : width_(width), height_(height), pixels_(static_cast<std::size_t>(width) * height) {}
  void fill_gradient() {
    const int width = width_;
    float* pixels = pixels_.get();
    const auto body = Gradient{pixels, width};
    for_each_index<<<ceil_div(width_ * height_, 64), 64>>>(width_ * height_, body);
  }
  std::vector<float> download() const { return pixels_.download(); }

 private:
  int width_, height_;
  DeviceArray<float> pixels_;
};

int main() {
  const int n = 1001;
  const auto x = random_floats(n), y = random_floats(n);
  DeviceArray<float> dx(x), dy(y), out(n);
  transform<<<5, 64>>>(Axpy<float>{2.5f}, n, out.get(), (const float*)dx.get(), (const float*)dy.get());
  CHECK_LAUNCH();
  std::vector<double> expected(n);
  for (int i = 0; i < n; ++i) expected[i] = 2.5 * x[i] + y[i];
  bool ok = all_close("transform", out.download(), expected, 1e-6);
  ok &= run_reduce<ops::Plus>(x);
  ok &= run_reduce<ops::Maximum>(x);
  ok &= run_reduce<ops::Plus>(random_ints(777, -50, 50));
  ok &= run_reduce<ops::Maximum>(random_ints(77, -50000, 50));
#ifdef __CUDACC_EXTENDED_LAMBDA__
  const float factor = 3.0f;
  for_each_index<<<ceil_div(n, 32), 32>>>(n, [=, p = out.get()] __device__(int i) { p[i] *= factor; });
#endif
  Image image(31, 17);
  image.fill_gradient();
  CHECK_LAUNCH();
  std::vector<double> gradient(31 * 17);
  for (int i = 0; i < 31 * 17; ++i) gradient[i] = 0.5 * (i % 31) + i / 31;
  ok &= all_close("image", image.download(), gradient, 1e-6);
  return verdict(ok);
}
