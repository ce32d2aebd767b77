/// @file
/// Cooperative groups: the whole block and the whole grid, and the handle for "some group of threads".
#pragma once

#include <emulator/barrier.h>
#include <emulator/indices.h>
#include <emulator/lane_group.h>
#include <emulator/vector_types.h>

namespace cooperative_groups {

using emulator::CodeLine;

/// All threads of the block.
class thread_block {
 public:
  static void sync(CodeLine where = CodeLine::here()) { emulator::block_barrier(where); }
  /// Here both halves of a split barrier's wait happen in the second.
  struct arrival_token {};
  static arrival_token barrier_arrive() { return {}; }
  static void barrier_wait(arrival_token&&, CodeLine where = CodeLine::here()) {
    emulator::block_barrier(where);
  }

  static unsigned int thread_rank() { return emulator::thread_index_in_block(); }
  static unsigned int num_threads() { return blockDim.x * blockDim.y * blockDim.z; }
  static unsigned int size() { return num_threads(); }
  static dim3 group_index() { return blockIdx; }
  static dim3 thread_index() { return threadIdx; }
  static dim3 dim_threads() { return blockDim; }
  static dim3 group_dim() { return blockDim; }
};

/// All threads of a grid that was launched cooperatively.
class grid_group {
 public:
  static bool is_valid() { return true; }
  static void sync(CodeLine where = CodeLine::here()) { emulator::grid_barrier(where); }
  struct arrival_token {};
  static arrival_token barrier_arrive() { return {}; }
  static void barrier_wait(arrival_token&&, CodeLine where = CodeLine::here()) {
    emulator::grid_barrier(where);
  }

  static unsigned long long thread_rank() {
    return block_rank() * thread_block::num_threads() + thread_block::thread_rank();
  }
  static unsigned long long num_threads() { return num_blocks() * thread_block::num_threads(); }
  static unsigned long long size() { return num_threads(); }
  static unsigned long long block_rank() {
    return blockIdx.x + gridDim.x * (blockIdx.y + static_cast<unsigned long long>(gridDim.y) * blockIdx.z);
  }
  static unsigned long long num_blocks() {
    return static_cast<unsigned long long>(gridDim.x) * gridDim.y * gridDim.z;
  }
  static dim3 dim_blocks() { return gridDim; }
  static dim3 group_dim() { return gridDim; }
  static dim3 block_index() { return blockIdx; }
  static dim3 group_index() { return blockIdx; }
  static dim3 thread_index() { return threadIdx; }
};

/// Any group, its kind known only at run time: a block or some lanes of a warp.
class thread_group {
 public:
  thread_group(const thread_block&) : lanes_{0}, is_block_(true) {}
  explicit thread_group(emulator::LaneGroup lanes) : lanes_(lanes), is_block_(false) {}

  void sync(CodeLine where = CodeLine::here()) const {
    if (is_block_) {
      emulator::block_barrier(where);
    } else {
      lanes_.sync("sync of a thread_group", where);
    }
  }
  unsigned int thread_rank() const { return is_block_ ? thread_block::thread_rank() : lanes_.rank(); }
  unsigned int num_threads() const { return is_block_ ? thread_block::num_threads() : lanes_.size(); }
  unsigned int size() const { return num_threads(); }

  bool is_block() const { return is_block_; }
  emulator::LaneGroup lanes() const { return lanes_; }

 private:
  emulator::LaneGroup lanes_;
  bool is_block_;
};

inline thread_block this_thread_block() { return {}; }
inline grid_group this_grid() { return {}; }

}  // namespace cooperative_groups
