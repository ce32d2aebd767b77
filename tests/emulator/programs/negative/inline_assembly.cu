// Tensor-core instructions as PTX.
__device__ void load(unsigned& a, unsigned shared_address) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%0}, [%1];\n" : "=r"(a) : "r"(shared_address));
}
__global__ void kernel(unsigned* x) { load(x[threadIdx.x], 0); }
int main() { kernel<<<1, 32>>>(nullptr); }
