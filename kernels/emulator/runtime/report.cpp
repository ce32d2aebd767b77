#include "report.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <map>

#include "kernel_attributes.h"

namespace emulator {

namespace {

constexpr int kGroupsShown = 16;
constexpr const char* kReachTheBarrier =
    "  Every thread of a block must reach the barrier: let a thread without work skip the work, not return.\n"
    "  (EMULATED_GPU_EXITED_THREADS=allow lets barriers pass without threads that have left, as cards since "
    "Volta do.)\n";

std::string describe(uint3 index) { return fmt::format("({},{},{})", index.x, index.y, index.z); }

/// Threads of one block that wait at the same place.
struct WaitingGroup {
  unsigned count = 0;
  ThreadIndex first{};
};

ThreadIndex index_of(const Grid& grid, unsigned linear) { return {grid.thread_index(linear), linear}; }

ThreadIndex first_exited(const Grid& grid, const Block& block) {
  unsigned linear = 0;
  while (linear < block.size && !block.has_exited[linear]) ++linear;
  return index_of(grid, linear);
}

/// " at file.cu:12", or nothing if the line is not known.
std::string at_exit_of(const Block& block, unsigned linear) {
  const CodeLine line = block.exit_of(linear);
  return line.file ? " at " + describe(line) : "";
}

std::string mask_text(const Warp& warp, unsigned lane) {
  return warp.masks[lane] == 0 ? "" : fmt::format(" with mask 0x{:08x}", warp.masks[lane]);
}

}  // namespace

std::string describe(const ThreadIndex& index, uint3 block) {
  return fmt::format("thread {} of block {}", describe(index.xyz), describe(block));
}

std::string describe(CodeLine line) {
  return line.file ? fmt::format("{}:{}", line.file, line.line) : "an unknown line";
}

std::string headline(const Grid& grid, const std::string& what) {
  return fmt::format("emulated GPU: kernel '{}' (launched at {}:{}) failed: {}\n", grid.site.name,
                     grid.site.file, grid.site.line, what);
}

Failure failure_here(FailureKind kind, const Worker& worker, CodeLine first, CodeLine second) {
  return {kind, first, second, worker.block().index, current_index.xyz};
}

CodeLine first_exit(const Block& block) {
  unsigned linear = 0;
  while (linear < block.size && !block.has_exited[linear]) ++linear;
  return linear < block.size ? block.exit_of(linear) : CodeLine{nullptr, 0};
}

std::string describe_exit_during_barrier(Worker& worker) {
  const Block& block = worker.block();
  return headline(worker.grid(), "divergent barrier") +
         fmt::format(
             "  {} has left the kernel{},\n  while {} of {} threads of its block wait in __syncthreads() at "
             "{}\n{}",
             describe(current_index, block.index), at_exit_of(block, current_index.linear), block.at_barrier,
             block.size, describe(block.barrier_line), kReachTheBarrier);
}

std::string describe_barrier_after_exit(Worker& worker, CodeLine where) {
  const Block& block = worker.block();
  const ThreadIndex gone = first_exited(worker.grid(), block);
  return headline(worker.grid(), "divergent barrier") +
         fmt::format(
             "  {} waits in __syncthreads() at {},\n  but {} of {} threads of its block have left the "
             "kernel, the first of them thread {}{}\n{}",
             describe(current_index, block.index), describe(where), block.exited, block.size,
             describe(gone.xyz), at_exit_of(block, gone.linear), kReachTheBarrier);
}

std::string describe_two_barriers(Worker& worker, CodeLine where) {
  const Block& block = worker.block();
  const Thread* other = block.waiting.front();
  return headline(worker.grid(), "divergent barrier") +
         fmt::format(
             "  {} waits in __syncthreads() at {},\n  but {} threads of its block, among them thread {}, "
             "wait in "
             "another one at {}\n"
             "  All threads of a block must meet at the same __syncthreads(): move it out of the branch.\n",
             describe(current_index, block.index), describe(where), block.at_barrier,
             describe(other->index.xyz), describe(block.barrier_line));
}

std::string describe_mixed_collectives(Worker& worker, const Warp& warp, unsigned lane, unsigned other) {
  const unsigned first = current_index.linear / kWarpSize * kWarpSize;
  const Grid& grid = worker.grid();
  const uint3 block = worker.block().index;
  return headline(grid, "lanes of one warp are at different collectives") +
         fmt::format("  {} is in {} at {}:{},\n  {} is in {} at {}:{}, with the same mask 0x{:08x}\n",
                     describe(index_of(grid, first + lane), block), warp.names[lane], warp.files[lane],
                     warp.lines[lane], describe(index_of(grid, first + other), block), warp.names[other],
                     warp.files[other], warp.lines[other], warp.masks[lane]);
}

std::string describe_stuck_threads(const Grid& grid, const Block& block) {
  std::map<std::string, WaitingGroup> groups;
  std::vector<bool> told(block.size, false);
  const auto add = [&](const std::string& what, unsigned linear) {
    WaitingGroup& group = groups[what];
    if (group.count++ == 0) group.first = index_of(grid, linear);
    told[linear] = true;
  };
  for (unsigned linear = 0; linear < block.size; ++linear) {
    if (block.has_exited[linear]) add("left the kernel" + at_exit_of(block, linear), linear);
  }
  for (const Thread* t = block.waiting.front(); t; t = t->next) {
    add("in __syncthreads() at " + describe(block.barrier_line), t->index.linear);
  }
  for (unsigned number = 0; number * kWarpSize < block.size; ++number) {
    const Warp& warp = block.warps[number];
    for (unsigned rest = warp.arrived; rest != 0; rest &= rest - 1) {
      const unsigned lane = static_cast<unsigned>(__builtin_ctz(rest));
      add(fmt::format("in {}{} at {}:{}", warp.names[lane], mask_text(warp, lane), warp.files[lane],
                      warp.lines[lane]),
          number * kWarpSize + lane);
    }
  }
  for (unsigned linear = 0; linear < block.size; ++linear) {
    const Thread& thread = block.threads[linear];
    if (told[linear]) continue;
    const bool has_waited =
        thread.wait_file != nullptr && thread.wait_serial == static_cast<unsigned>(block.serial);
    add(has_waited ? fmt::format("at {}:{}", thread.wait_file, thread.wait_line)
                   : "between two meeting points",
        linear);
  }
  std::string text;
  for (const auto& [what, group] : groups) {
    text += fmt::format("  block {}: {} of {} threads {} (the first: thread {})\n", describe(block.index),
                        group.count, block.size, what, describe(group.first.xyz));
  }
  return text;
}

Failure failure_of_deadlock(const Worker& worker) {
  Failure failure;
  failure.kind = FailureKind::kDeadlock;
  const auto add = [&](const Block& block, unsigned thread, CodeLine line) {
    if (!failure.first.file) {
      failure.first = line;
      failure.block = block.index;
      failure.thread = index_of(worker.grid(), thread).xyz;
    } else if (!failure.second.file && line.line != failure.first.line) {
      failure.second = line;
    }
  };
  for (const Block* block : worker.begun_blocks()) {
    for (unsigned number = 0; number * kWarpSize < block->size; ++number) {
      const Warp& warp = block->warps[number];
      for (unsigned rest = warp.arrived; rest != 0; rest &= rest - 1) {
        const unsigned lane = static_cast<unsigned>(__builtin_ctz(rest));
        add(*block, number * kWarpSize + lane, {warp.files[lane], warp.lines[lane]});
        // Waiting for a lane that has left is a mistake in the mask.
        for (unsigned named = warp.masks[lane]; named != 0; named &= named - 1) {
          const unsigned other = number * kWarpSize + static_cast<unsigned>(__builtin_ctz(named));
          if (other >= block->size || !block->has_exited[other]) continue;
          failure.kind = FailureKind::kWarpMask;
          failure.second = block->exit_of(other);
        }
      }
    }
    if (const Thread* waiting = block->waiting.front())
      add(*block, waiting->index.linear, block->barrier_line);
  }
  return failure;
}

std::string describe_deadlock(const Worker& worker) {
  const Grid& grid = worker.grid();
  std::string text = headline(grid, "threads wait for each other, and none can go on (divergent barrier)");
  int shown = 0;
  for (const Block* block : worker.begun_blocks()) {
    if (block->exited == block->size) continue;
    if (++shown > kGroupsShown) {
      text += "  and more blocks\n";
      break;
    }
    text += describe_stuck_threads(grid, *block);
  }
  return text;
}

void refuse_in_host_code(const char* name, CodeLine where) {
  std::fprintf(stderr, "emulated GPU: %s was called in host code at %s:%u; only a kernel can call it\n", name,
               where.file, where.line);
  std::exit(1);
}

}  // namespace emulator
