// The Mandelbrot set into an image of bytes, with a complex type of its own and operators on the device.
#include "program.h"

struct Complex {
  double r, i;
  __host__ __device__ Complex(double a, double b) : r(a), i(b) {}
  __host__ __device__ double magnitude2() const { return r * r + i * i; }
  __host__ __device__ Complex operator*(const Complex& a) const {
    return Complex(r * a.r - i * a.i, i * a.r + r * a.i);
  }
  __host__ __device__ Complex operator+(const Complex& a) const { return {r + a.r, i + a.i}; }
};

__host__ __device__ int escape_time(double x, double y, int limit) {
  Complex c(x, y), z(0, 0);
  int n = 0;
  while (n < limit && z.magnitude2() < 4.0) z = z * z + c, ++n;
  return n;
}

__global__ void mandelbrot(uchar3* image, int width, int height, int limit) {
  const int px = blockIdx.x * blockDim.x + threadIdx.x, py = blockIdx.y * blockDim.y + threadIdx.y;
  if (px >= width || py >= height) return;
  const int n = escape_time(-2.2 + 3.0 * px / width, -1.2 + 2.4 * py / height, limit);
  image[py * width + px] = make_uchar3(n & 255, n * 7 & 255, n == limit ? 0 : 255);
}

int main() {
  const int width = 153, height = 121, limit = 200;
  DeviceArray<uchar3> image(width * height);
  const dim3 threads(16, 16);
  mandelbrot<<<dim3(ceil_div(width, 16), ceil_div(height, 16)), threads>>>(image, width, height, limit);
  CHECK_LAUNCH();
  const auto pixels = image.download();
  int different = 0, inside = 0;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const int n = escape_time(-2.2 + 3.0 * x / width, -1.2 + 2.4 * y / height, limit);
      const uchar3 pixel = pixels[y * width + x];
      different += pixel.x != (n & 255) || pixel.y != (n * 7 & 255) || pixel.z != (n == limit ? 0 : 255);
      inside += n == limit;
    }
  // Contraction of a * b + c may move single pixels at the edge.
  std::printf("%d pixels inside, %d different\n", inside, different);
  return verdict(inside > width * height / 10 && different <= width * height / 500);
}
