/// @file
/// What all launches have cost, by kernel and instruction.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "profile_log.h"

namespace emulator::instrument {

/// Launches of one kernel from one place with one shape.
struct KernelRecord {
  std::string name;
  const char* file;
  unsigned line;
  dim3 grid;
  dim3 block;
  std::uint64_t launches = 0;
  std::size_t static_shared_bytes = 0;
  std::size_t dynamic_shared_bytes = 0;
  std::map<std::tuple<std::uint32_t, std::uint32_t>, RequestCounts> lines;  ///< as in ProfileLog::Counts
  BlockCounts::Counts blocks;  ///< empty if the program was not built to count them

  /// By sectors of global memory, in bytes. Atomics count as writes.
  std::uint64_t bytes_read() const;
  std::uint64_t bytes_written() const;
};

class Profile {
 public:
  /// The log of a worker, which lives as long as the profile.
  ProfileLog& new_log(const ProgramLayout& layout);
  /// The workers have left the launch: what they have counted is the kernel's.
  void add_launch(const Grid& grid);
  const std::vector<KernelRecord>& kernels() const { return kernels_; }
  bool overflowed() const;

 private:
  KernelRecord& record_of(const Grid& grid);

  std::vector<std::unique_ptr<ProfileLog>> logs_;
  std::vector<KernelRecord> kernels_;
};

}  // namespace emulator::instrument
