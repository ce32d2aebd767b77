// Vector addition, three ways: one element per thread, a grid-stride loop, and four elements at a time.
#include <cstdio>
#include <cstdlib>
#include <ctime>

// As in many public programs: a local error check, nothing shared.
#define gpuErrchk(ans) \
  { gpuAssert((ans), __FILE__, __LINE__); }
inline void gpuAssert(cudaError_t code, const char* file, int line, bool abort = true) {
  if (code != cudaSuccess) {
    fprintf(stderr, "GPUassert: %s %s %d\n", cudaGetErrorString(code), file, line);
    if (abort) exit(code);
  }
}

__global__ void vecAdd(const float* a, const float* b, float* c, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) c[i] = a[i] + b[i];
}

__global__ void vecAddStride(const float* __restrict__ a, const float* __restrict__ b, float* __restrict__ c,
                             int n) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += blockDim.x * gridDim.x) c[i] = a[i] + b[i];
}

__global__ void vecAdd4(const float4* a, const float4* b, float4* c, int n4) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n4) return;
  float4 x = a[i], y = b[i];
  c[i] = make_float4(x.x + y.x, x.y + y.y, x.z + y.z, x.w + y.w);
}

int main(int argc, char** argv) {
  int n = argc > 1 ? atoi(argv[1]) : 1 << 18;
  n += 3;  // not a multiple of anything
  size_t bytes = n * sizeof(float);
  float *h_a = (float*)malloc(bytes), *h_b = (float*)malloc(bytes), *h_c = (float*)malloc(bytes);
  srand((unsigned)time(NULL));
  for (int i = 0; i < n; i++) {
    h_a[i] = rand() / (float)RAND_MAX;
    h_b[i] = rand() / (float)RAND_MAX;
  }

  float *d_a, *d_b, *d_c;
  gpuErrchk(cudaMalloc((void**)&d_a, bytes));
  gpuErrchk(cudaMalloc((void**)&d_b, bytes));
  gpuErrchk(cudaMalloc((void**)&d_c, bytes));
  gpuErrchk(cudaMemcpy(d_a, h_a, bytes, cudaMemcpyHostToDevice));
  gpuErrchk(cudaMemcpy(d_b, h_b, bytes, cudaMemcpyHostToDevice));

  int threads = 256, failures = 0;
  for (int version = 0; version < 3; version++) {
    int covered = version == 2 ? n / 4 * 4 : n;
    gpuErrchk(cudaMemset(d_c, 0xff, bytes));
    if (version == 0) vecAdd<<<(n + threads - 1) / threads, threads>>>(d_a, d_b, d_c, n);
    if (version == 1) vecAddStride<<<17, threads>>>(d_a, d_b, d_c, n);
    if (version == 2)
      vecAdd4<<<ceil(n / 4 / (float)threads), threads>>>((const float4*)d_a, (const float4*)d_b, (float4*)d_c,
                                                         n / 4);
    gpuErrchk(cudaPeekAtLastError());
    gpuErrchk(cudaDeviceSynchronize());
    gpuErrchk(cudaMemcpy(h_c, d_c, bytes, cudaMemcpyDeviceToHost));
    for (int i = 0; i < covered; i++) {
      double expected = (double)h_a[i] + (double)h_b[i];
      if (!(fabs(h_c[i] - expected) <= 1e-6)) {
        printf("version %d: element %d is %f, expected %f\n", version, i, h_c[i], expected);
        failures++;
        break;
      }
    }
  }

  cudaFree(d_a), cudaFree(d_b), cudaFree(d_c);
  free(h_a), free(h_b), free(h_c);
  printf(failures ? "FAILED\n" : "PASSED\n");
  return failures != 0;
}
