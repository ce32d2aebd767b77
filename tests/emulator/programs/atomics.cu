// Every kind of atomic: integers of 32 and 64 bits, float, double, half2, and one built from
// compare-and-swap.
#include <cuda_fp16.h>

#include <algorithm>

#include "program.h"

struct Totals {
  int sum, largest, smallest, all_bits, any_bits, parity, wrapped, countdown;
  unsigned long long wide_sum, wide_largest;
  float real_sum;
  double precise_sum, product;
  float2 pair;
  int lowest_index;
};

__device__ double atomicMultiply(double* address, double factor) {
  unsigned long long int *bits = (unsigned long long int*)address, old = *bits, assumed;
  do {
    assumed = old;
    old = atomicCAS(bits, assumed, __double_as_longlong(factor * __longlong_as_double(assumed)));
  } while (assumed != old);
  return __longlong_as_double(old);
}

__global__ void accumulate(const int* x, int n, Totals* totals, half2* pair) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  atomicAdd(&totals->sum, x[i]);
  atomicSub(&totals->sum, 1);
  atomicMax(&totals->largest, x[i]);
  atomicMin(&totals->smallest, x[i]);
  atomicAnd(&totals->all_bits, x[i] | 0xff00);
  atomicOr(&totals->any_bits, x[i] & 0xff);
  atomicXor(&totals->parity, x[i]);
  atomicInc((unsigned*)&totals->wrapped, 99);
  atomicDec((unsigned*)&totals->countdown, 1000000);
  atomicAdd(&totals->wide_sum, (unsigned long long)x[i] << 20);
  atomicMax(&totals->wide_largest, (unsigned long long)x[i] << 33);
  atomicAdd(&totals->real_sum, x[i] / 1024.0f);
  atomicAdd(&totals->precise_sum, x[i] * 0.125);
  if (i % 50 == 0) atomicMultiply(&totals->product, 1.0 + x[i] / 4096.0);
  if (i % 16 == 0) atomicAdd(pair, __floats2half2_rn(1.0f, 2.0f));
  atomicMin(&totals->lowest_index, x[i] > 900 ? i : n);
  atomicAdd_block(&totals->sum, 1);
  atomicExch(&totals->pair.x, 5.0f);
}

int main() {
  const int n = 4003;
  const auto x = random_ints(n, 0, 1000);
  Totals start{};
  start.smallest = 1 << 30, start.all_bits = -1, start.product = 1, start.lowest_index = n,
  start.countdown = n + 5;
  DeviceArray<int> dx(x);
  DeviceArray<Totals> totals(std::vector<Totals>{start});
  DeviceArray<half2> pair(1);
  pair.clear();
  accumulate<<<ceil_div(n, 160), 160>>>(dx, n, totals, pair);
  CHECK_LAUNCH();
  Totals e = start;
  for (int i = 0; i < n; ++i) {
    e.sum += x[i];
    e.largest = std::max(e.largest, x[i]);
    e.smallest = std::min(e.smallest, x[i]);
    e.all_bits &= x[i] | 0xff00;
    e.any_bits |= x[i] & 0xff;
    e.parity ^= x[i];
    e.wide_sum += (unsigned long long)x[i] << 20;
    e.precise_sum += x[i] * 0.125;
    if (i % 50 == 0) e.product *= 1.0 + x[i] / 4096.0;
    if (x[i] > 900) e.lowest_index = std::min(e.lowest_index, i);
  }
  const Totals g = totals.download()[0];
  bool ok =
      all_equal("integers",
                std::vector<int>{g.sum, g.largest, g.smallest, g.all_bits, g.any_bits, g.parity, g.wrapped,
                                 g.countdown, g.lowest_index},
                {e.sum, e.largest, e.smallest, e.all_bits, e.any_bits, e.parity, n % 100, 5, e.lowest_index});
  ok &= g.wide_sum == e.wide_sum && g.wide_largest == (unsigned long long)e.largest << 33;
  ok &= all_close("reals", std::vector<double>{g.real_sum, g.precise_sum, g.product, g.pair.x},
                  {e.precise_sum / 128, e.precise_sum, e.product, 5.0}, 1e-4);
  const half2 h = pair.download()[0];
  const int adds = ceil_div(n, 16);
  ok &=
      all_close("half2", std::vector<float>{__low2float(h), __high2float(h)}, {double(adds), 2.0 * adds}, 0);
  return verdict(ok);
}
