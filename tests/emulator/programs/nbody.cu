// All-pairs gravity with tiles of bodies in shared memory, double-buffered positions and a symplectic step.
#include "program.h"

#define SOFTENING 1e-3f

template <int kTile>
__global__ void integrate(float4* new_pos, const float4* pos, float4* vel, int n, float dt) {
  __shared__ float4 tile[kTile];
  const int i = blockIdx.x * kTile + threadIdx.x;
  const float4 me = i < n ? pos[i] : make_float4(0, 0, 0, 0);
  float3 acc = {0.0f, 0.0f, 0.0f};
  for (int start = 0; start < n; start += kTile) {
    const int j = start + threadIdx.x;
    tile[threadIdx.x] = j < n ? pos[j] : float4{0, 0, 0, 0};
    __syncthreads();
#pragma unroll 4
    for (int k = 0; k < kTile; ++k) {
      const float3 r = make_float3(tile[k].x - me.x, tile[k].y - me.y, tile[k].z - me.z);
      const float inverse = rsqrtf(r.x * r.x + r.y * r.y + r.z * r.z + SOFTENING);
      const float s = tile[k].w * inverse * inverse * inverse;
      acc.x += r.x * s, acc.y += r.y * s, acc.z += r.z * s;
    }
    __syncthreads();
  }
  if (i >= n) return;
  float4 v = vel[i];
  v.x += dt * acc.x, v.y += dt * acc.y, v.z += dt * acc.z;
  vel[i] = v;
  new_pos[i] = make_float4(me.x + dt * v.x, me.y + dt * v.y, me.z + dt * v.z, me.w);
}

int main() {
  const int n = 333, steps = 3;
  const float dt = 0.01f;
  std::vector<float4> start(n), velocity(n);
  std::vector<double> p(4 * n), v(3 * n, 0.0);
  const auto numbers = random_floats(4 * n);
  for (int i = 0; i < n; ++i) {
    start[i] = make_float4(numbers[4 * i], numbers[4 * i + 1], numbers[4 * i + 2],
                           0.01f + fabsf(numbers[4 * i + 3]) / n);
    const float4 s = start[i];
    p[4 * i] = s.x, p[4 * i + 1] = s.y, p[4 * i + 2] = s.z, p[4 * i + 3] = s.w;
  }
  DeviceArray<float4> a(start), b(n), vel(velocity);
  float4 *now = a, *next = b;
  for (int step = 0; step < steps; ++step) {
    integrate<64><<<ceil_div(n, 64), 64>>>(next, now, vel, n, dt);
    std::swap(now, next);
  }
  CHECK_LAUNCH();
  for (int step = 0; step < steps; ++step) {
    std::vector<double> moved(p);
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < n; ++j) {
        double r[3], square = SOFTENING;
        for (int d = 0; d < 3; ++d) r[d] = p[4 * j + d] - p[4 * i + d], square += r[d] * r[d];
        for (int d = 0; d < 3; ++d) v[3 * i + d] += dt * p[4 * j + 3] * r[d] / (square * std::sqrt(square));
      }
      for (int d = 0; d < 3; ++d) moved[4 * i + d] += dt * v[3 * i + d];
    }
    p = moved;
  }
  const auto result = (steps % 2 ? b : a).download();
  std::vector<float> flat;
  for (const float4& body : result) flat.insert(flat.end(), {body.x, body.y, body.z, body.w});
  return verdict(all_close("positions", flat, p, 1e-4));
}
