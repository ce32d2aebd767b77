// What device code may ask of the emulated GPU: emulator/execution.h and emulator/shared_memory.h.
#include <emulator/execution.h>

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "device_limits.h"
#include "report.h"
#include "scheduling.h"
#include "worker.h"

namespace emulator {

namespace {

[[noreturn, gnu::cold, gnu::noinline]] void fail_after_exit(Worker& worker, CodeLine where) {
  worker.begin_leaving();
  worker.grid().fail(cudaErrorLaunchFailure,
                     failure_here(FailureKind::kDivergentBarrier, worker, where, first_exit(worker.block())),
                     describe_barrier_after_exit(worker, where));
  worker.abandon();
}

[[noreturn, gnu::cold, gnu::noinline]] void fail_at_two_barriers(Worker& worker, CodeLine where) {
  worker.begin_leaving();
  worker.grid().fail(cudaErrorLaunchFailure,
                     failure_here(FailureKind::kDivergentBarrier, worker, where, worker.block().barrier_line),
                     describe_two_barriers(worker, where));
  worker.abandon();
}

[[gnu::always_inline]] inline void wait_in_barrier(Worker& worker, bool predicate, CodeLine where) {
  Block& block = worker.block();
  if (__builtin_expect(block.exited != 0, 0) && !worker.grid().exited_threads_allowed) {
    fail_after_exit(worker, where);
  }
  if (block.at_barrier == 0) {
    block.barrier_line = where;
    block.votes = 0;
    block.in_order = true;
  } else if (__builtin_expect(block.barrier_line.line != where.line, 0)) {
    fail_at_two_barriers(worker, where);
  }
  block.votes += predicate;
  block.in_order &= worker.in_schedule_order(block.at_barrier);
  block.waiting.push(&worker.thread());
  if (++block.at_barrier + block.exited == block.size) worker.pass_barrier_if_complete();
  worker.suspend(where);
}

}  // namespace

void block_barrier(CodeLine where) {
  if (!current_worker) refuse_in_host_code("__syncthreads", where);
  wait_in_barrier(*current_worker, false, where);
}

BarrierVotes block_barrier_votes(bool predicate, CodeLine where) {
  if (!current_worker) refuse_in_host_code("__syncthreads_count, _and or _or", where);
  Worker& worker = *current_worker;
  wait_in_barrier(worker, predicate, where);
  // Nobody can complete another barrier before this thread has come to it.
  return {worker.block().last_votes, worker.block().last_total};
}

void grid_barrier(CodeLine where) {
  if (!current_worker) refuse_in_host_code("a grid-wide barrier", where);
  if (!current_worker->grid().cooperative) {
    device_fault(cudaErrorLaunchFailure,
                 "a grid-wide barrier needs a cooperative launch: use cudaLaunchCooperativeKernel", where);
  }
  current_worker->grid_barrier(where);
}

unsigned lane_index() { return current_index.linear % kWarpSize; }
unsigned thread_index_in_block() { return current_index.linear; }

unsigned warp_lanes() {
  if (!current_worker) return ~0u;
  return current_worker->block().lanes_of_warp(current_index.linear / kWarpSize);
}

void yield_thread(CodeLine where) {
  if (current_worker) current_worker->yield(where);
}

bool in_kernel() { return current_worker != nullptr; }

void fault(cudaError_t code, FailureKind kind, std::string message, CodeLine where, CodeLine other) {
  Worker& worker = *current_worker;
  worker.begin_leaving();
  {
    const std::string what = std::move(message);
    worker.grid().fail(
        code, failure_here(kind, worker, where, other),
        headline(worker.grid(), what) +
            fmt::format("  {} at {}\n", describe(current_index, worker.block().index), describe(where)));
  }
  worker.abandon();
}

void device_fault(int code, const char* message, CodeLine where) {
  if (!current_worker) {
    std::fprintf(stderr, "emulated GPU: %s (in host code, %s:%u)\n", message, where.file, where.line);
    std::exit(1);
  }
  fault(static_cast<cudaError_t>(code), FailureKind::kLaunchFailure, message, where);
}

void assertion_failed(const char* expression, const char* file, unsigned line, const char* function) {
  if (!current_worker) {
    std::fprintf(stderr, "%s:%u: %s: Assertion `%s' failed.\n", file, line, function, expression);
    std::abort();
  }
  fault(cudaErrorAssert, FailureKind::kAssertion,
        fmt::format("assertion `{}' failed in {}", expression, function), {file, line});
}

void* place_shared_array(SharedSite& site, std::size_t bytes, std::size_t alignment, const char* name,
                         unsigned line) {
  if (!current_worker) refuse_in_host_code("a __shared__ variable", {name, line});
  Worker& worker = *current_worker;
  Block& block = worker.block();
  Grid& grid = worker.grid();
  void* address =
      block.shared.fits(bytes, alignment) ? block.shared.place(&site, bytes, alignment, name, line) : nullptr;
  if (!address || block.shared.static_bytes() > limits::kStaticShared) {
    fault(cudaErrorLaunchOutOfResources, FailureKind::kLaunchFailure,
          fmt::format("its __shared__ variables need more than the 48 KiB a block may have; '{}' alone is {} "
                      "bytes. Use extern __shared__ and cudaFuncSetAttribute for up to {} KiB",
                      name, bytes, limits::kMaxDynamicShared >> 10),
          {grid.site.file, line});
  }
  std::size_t most = grid.static_shared_bytes.load(std::memory_order_relaxed);
  while (block.shared.static_bytes() > most &&
         !grid.static_shared_bytes.compare_exchange_weak(most, block.shared.static_bytes())) {
  }
  site.address = address;
  site.block = block.serial;
  return address;
}

std::size_t dynamic_shared_size() {
  return current_worker ? current_worker->block().shared.dynamic_bytes() : 0;
}

}  // namespace emulator
