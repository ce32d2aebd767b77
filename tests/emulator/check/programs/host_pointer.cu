// Pointers of the host in kernels.
// variant 1: correct, device pointers
// variant 2: an array of the host's heap
// variant 3: the pointer is in a structure passed by value
// variant 4: the pointer is in an array on the device
// variant 5: correct, managed memory
// variant 6: correct, pinned memory
#include "check_program.h"

constexpr int kThreads = 32, kCount = 75;

struct Job {
  const int* in;
  int* out;
};

__global__ void copy(const int* in, int* out) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < kCount) out[i] = in[i];
}

__global__ void run(Job job) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < kCount) job.out[i] = job.in[i];  // expect 3: host_pointer
}

__global__ void run_all(const Job* jobs) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < kCount) jobs->out[i] = jobs->in[i];  // expect 4: host_pointer
}

int main(int argc, char** argv) {
  const int variant = variant_of(argc, argv), blocks = (kCount + kThreads - 1) / kThreads;
  auto values = Values<int, kCount>::counting();
  int *in = values.to_device(), *out = values.to_device(), *host = new int[kCount]();
  Job job{host, out}, *jobs;
  CUDA_CHECK(cudaMalloc(&jobs, sizeof(Job)));
  CUDA_CHECK(cudaMemcpy(jobs, &job, sizeof(Job), cudaMemcpyHostToDevice));
  int *managed, *pinned;
  CUDA_CHECK(cudaMallocManaged(&managed, kCount * sizeof(int)));
  CUDA_CHECK(cudaMallocHost(&pinned, kCount * sizeof(int)));
  for (int i = 0; i < kCount; ++i) managed[i] = pinned[i] = i + 1;
  if (variant == 1) copy<<<blocks, kThreads>>>(in, out);
  if (variant == 2) copy<<<blocks, kThreads>>>(host, out);  // expect 2: host_pointer
  if (variant == 3) run<<<blocks, kThreads>>>(job);
  if (variant == 4) run_all<<<blocks, kThreads>>>(jobs);
  if (variant == 5) copy<<<blocks, kThreads>>>(managed, out);
  if (variant == 6) copy<<<blocks, kThreads>>>(pinned, out);
  cudaDeviceSynchronize();
  const bool is_correct = variant == 1 || variant >= 5;
  if (is_correct) values.from_device(out);
  delete[] host;
  for (int* array : {in, out, managed}) cudaFree(array);
  cudaFree(jobs);
  cudaFreeHost(pinned);
  bool ok = true;
  for (int i = 0; i < kCount; ++i) ok &= values.data[i] == i + 1;
  return verdict(ok);
}
