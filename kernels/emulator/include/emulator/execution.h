/// @file
/// What device code may ask of the emulated GPU: barriers, warp rendezvous, yielding, faults.
/// The shadow headers (warp intrinsics, WMMA, cooperative groups, atomics) are written against these few
/// functions, the runtime (kernels/emulator/runtime) implements them. Every CUDA thread is a fiber; a block's
/// fibers share one OS thread, blocks run on several.
#pragma once

#include <cstdint>

#include <emulator/indices.h>

namespace emulator {

/// A line of user code. As a default argument it names the caller, without macros.
struct CodeLine {
  const char* file;
  unsigned line;
  static constexpr CodeLine here(const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) {
    return {file, line};
  }
};

/// Where the running thread is about to leave the kernel; the line is 0 while it is not.
/// Two variables: as one of 16 bytes, written in halves and soon read whole, it stalls the processor.
extern EMULATOR_THREAD_LOCAL const char* current_exit_file;
extern EMULATOR_THREAD_LOCAL unsigned current_exit_line;

/// Notes that the running thread leaves the kernel here, with nothing of the kernel's own behind it.
inline void leave_kernel(CodeLine where = CodeLine::here()) {
  current_exit_file = where.file;
  current_exit_line = where.line;
}

/// Waits until every thread of the block has arrived at a barrier on this line.
/// A thread that exited, or that waits elsewhere, while others wait here is reported as a divergent barrier,
/// with the line where it left if the translator could note it.
void block_barrier(CodeLine where);

/// What `__syncthreads_count/_and/_or` return: all three reductions of the threads' predicates in one
/// barrier.
struct BarrierVotes {
  unsigned count;  ///< threads whose predicate was not zero
  unsigned total;  ///< threads in the block
};
BarrierVotes block_barrier_votes(bool predicate, CodeLine where);

/// The meeting point of all warp collectives. Lanes named in `mask` each bring a slot; the last to arrive
/// runs `combine(slots, mask)` once, on behalf of all of them, then all go on. slots[lane] is null for lanes
/// not in mask. Lanes of `mask` that do not exist (the last warp of a block may be short) are removed from it
/// beforehand. Reports a caller that is not in its own mask, lanes that have exited, and lanes that wait at
/// another line.
/// @param name what the user called, for messages, e.g. "__shfl_down_sync"; a string literal
using WarpCombine = void (*)(void* const* slots, unsigned mask);
void warp_rendezvous(unsigned mask, void* slot, WarpCombine combine, const char* name, CodeLine where);

/// Waits until every thread of the grid has arrived. Only in kernels launched cooperatively.
void grid_barrier(CodeLine where);

/// Index in the warp, 0 to 31.
unsigned lane_index();
/// Index in the block, x fastest: threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z).
unsigned thread_index_in_block();
/// Lanes that exist in the calling thread's warp (all 32 but in a short last warp).
unsigned warp_lanes();
/// Lanes of the warp that can currently be taken for active (have not exited): what `__activemask()` returns.
unsigned active_mask(CodeLine where);

/// Lets other threads run. Called in atomics and volatile reads that may be part of a spin-wait, so that a
/// lock held by another thread of the same OS thread can be released. A watchdog reports threads that spin
/// for too long.
void yield_thread(CodeLine where);

/// True inside a kernel, false in host code.
bool in_kernel();

/// Ends the running kernel with CUDA's error `code` (a cudaError_t), which becomes sticky, after printing
/// `message` with kernel, block, thread and line. Does not return.
[[noreturn]] void device_fault(int code, const char* message, CodeLine where);

/// What `assert` does when it fails: ends the kernel with cudaErrorAssert; in host code, the program as
/// usual.
[[noreturn]] void assertion_failed(const char* expression, const char* file, unsigned line,
                                   const char* function);

}  // namespace emulator
