/// @file
/// What is told when a kernel goes wrong: in words, with kernel, block, thread and line.
#pragma once

#include <string>

#include <emulator/execution.h>

#include "worker.h"

namespace emulator {

/// "thread (1,0,0) of block (0,0,0)"
std::string describe(const ThreadIndex& index, uint3 block);
/// "file.cu:12", or "an unknown line"
std::string describe(CodeLine line);
/// First line of every report: "emulated GPU: kernel 'scan' (launched at scan.cu:40) failed: ..."
std::string headline(const Grid& grid, const std::string& what);

/// A failure of the running thread, which is at `first`, for the observer.
Failure failure_here(FailureKind kind, const Worker& worker, CodeLine first, CodeLine second = {nullptr, 0});
/// Where the first of the block's threads that have left the kernel did so.
CodeLine first_exit(const Block& block);

/// A thread returned from the kernel while others of its block wait in a barrier.
std::string describe_exit_during_barrier(Worker& worker);
/// The running thread comes to a barrier that another thread can never reach: it has returned from the
/// kernel.
std::string describe_barrier_after_exit(Worker& worker, CodeLine where);
/// The running thread is at another barrier than the rest of the block.
std::string describe_two_barriers(Worker& worker, CodeLine where);
std::string describe_mixed_collectives(Worker& worker, const Warp& warp, unsigned lane, unsigned other);
/// Where the threads of a block are, in groups, a line each.
std::string describe_stuck_threads(const Grid& grid, const Block& block);
/// Nobody can go on: two of the places where threads wait.
Failure failure_of_deadlock(const Worker& worker);
/// Nobody can go on: who waits where.
std::string describe_deadlock(const Worker& worker);

/// device_fault() with a message put together at run time. The thread's stack is abandoned, not unwound, so a
/// string left on it would leak: the message is taken by value and given back before the thread ends.
/// @param other  another line that has to do with it, if there is one
[[noreturn]] void fault(cudaError_t code, FailureKind kind, std::string message, CodeLine where,
                        CodeLine other = {nullptr, 0});

/// Ends the program: a host function called what only kernels can.
[[noreturn]] void refuse_in_host_code(const char* name, CodeLine where);

}  // namespace emulator
