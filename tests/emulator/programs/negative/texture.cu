// A texture object.
__global__ void sample(float* out, cudaTextureObject_t image) {
  out[threadIdx.x] = tex2D<float>(image, 0.5f, 0.5f);
}
int main() {}
