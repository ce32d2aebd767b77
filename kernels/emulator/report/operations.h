/// @file
/// From counts of basic blocks to floating-point operations, with objdump (binutils): what a block holds is
/// read from the program's code. x86-64 only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "raw_report.h"

namespace emulator::report {

/// An instruction, as far as it matters here.
struct Instruction {
  enum class Flow { kOn, kJump, kEnd };

  unsigned operations = 0;    ///< in floating point; a fused multiply-add is two
  bool begins_block = false;  ///< the call that counts a block
  Flow flow = Flow::kOn;      ///< where the block goes on: behind it, at `target`, nowhere
  std::uint64_t target = 0;
};

using Code = std::map<std::uint64_t, Instruction>;  ///< by address

/// What `objdump -d --no-show-raw-insn` has printed.
Code read_disassembly(std::string_view output);

/// The operations of a block.
/// @param pc  behind the call at its head
unsigned operations_in_block(const Code& code, std::uint64_t pc);

/// Sets the operations of every kernel whose blocks were counted.
/// @param scratch  a file that may be written and is removed again
/// @param tool     objdump, or a program with its options and output
/// @return one sentence for the user if they could not be counted; else empty
std::string count_operations(RawReport& report, const std::filesystem::path& scratch,
                             const std::string& tool = "objdump");

}  // namespace emulator::report
