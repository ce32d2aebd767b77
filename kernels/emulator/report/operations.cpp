#include "operations.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <limits>
#include <set>

#include "process/process.h"

namespace emulator::report {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kCounter = "__sanitizer_cov_trace_pc";
/// A block ends long before that; what is disassembled behind the last one.
constexpr std::uint64_t kMostBlockBytes = 64 << 10;
constexpr int kMostInstructions = 16 << 10;

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// The vector's lanes that an instruction with the ending ss, sd, ps or pd works on; 0 for other endings.
unsigned lanes_of(std::string_view ending, std::string_view operands) {
  if (ending == "ss" || ending == "sd") return 1;
  if (ending != "ps" && ending != "pd") return 0;
  const unsigned bytes = operands.find("%zmm") != std::string_view::npos   ? 64
                         : operands.find("%ymm") != std::string_view::npos ? 32
                                                                           : 16;
  return bytes / (ending == "ps" ? 4 : 8);
}

/// Additions, multiplications, divisions and roots; comparisons, conversions and moves are none.
unsigned operations_of(std::string_view mnemonic, std::string_view operands) {
  const bool three_operands = take_prefix(mnemonic, "v");
  if (three_operands && (take_prefix(mnemonic, "fm") || take_prefix(mnemonic, "fnm"))) {
    for (const std::string_view kind : {"addsub", "subadd", "add", "sub"}) {
      if (!take_prefix(mnemonic, kind)) continue;
      const bool has_order =
          take_prefix(mnemonic, "132") || take_prefix(mnemonic, "213") || take_prefix(mnemonic, "231");
      return has_order ? 2 * lanes_of(mnemonic, operands) : 0;
    }
    return 0;
  }
  for (const std::string_view kind : {"add", "sub", "mul", "div", "sqrt"}) {
    if (take_prefix(mnemonic, kind)) return lanes_of(mnemonic, operands);
  }
  return 0;
}

/// A function of the C library that stands for operations of the card: a fused multiply-add is two, a
/// function such as expf one. What is exact, like floor, is none.
unsigned operations_of_call(std::string_view name) {
  static const std::set<std::string_view> kFunctions = {
      "acos",  "acosh", "asin", "asinh", "atan",   "atan2", "atanh", "cbrt",  "cos",    "cosh",
      "erf",   "erfc",  "exp",  "exp10", "exp2",   "expm1", "fmod",  "hypot", "log",    "log10",
      "log1p", "log2",  "pow",  "sin",   "sincos", "sinh",  "tan",   "tanh",  "tgamma", "lgamma"};
  name = name.substr(0, name.find_first_of("@+"));
  if (name == "fma" || name == "fmaf") return 2;
  if (kFunctions.count(name) != 0) return 1;
  return name.ends_with('f') && kFunctions.count(name.substr(0, name.size() - 1)) != 0 ? 1 : 0;
}

std::uint64_t hexadecimal(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, 16);
  return value;
}

/// "call   401136 <expf@plt>" and the like.
Instruction read_instruction(std::string_view text) {
  for (const std::string_view prefix : {"bnd ", "notrack ", "lock ", "rep ", "repz "})
    take_prefix(text, prefix);
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view mnemonic = text.substr(0, end);
  std::string_view operands = text.substr(end);
  operands.remove_prefix(std::min(operands.find_first_not_of(' '), operands.size()));

  Instruction result;
  const std::size_t name_begin = operands.find('<');
  if (mnemonic.starts_with("call")) {
    if (name_begin == std::string_view::npos) return result;
    const std::string_view name = operands.substr(name_begin + 1, operands.find('>') - name_begin - 1);
    result.begins_block = name == kCounter;
    result.operations = operations_of_call(name);
  } else if (mnemonic.starts_with("jmp")) {
    result.target = operands.starts_with('*') ? 0 : hexadecimal(operands);
    result.flow = result.target == 0 ? Instruction::Flow::kEnd : Instruction::Flow::kJump;
  } else if (mnemonic.starts_with("ret") || mnemonic.starts_with("ud2") || mnemonic == "hlt") {
    result.flow = Instruction::Flow::kEnd;
  } else {
    result.operations = operations_of(mnemonic, operands);
  }
  return result;
}

}  // namespace

Code read_disassembly(std::string_view output) {
  Code result;
  while (!output.empty()) {
    const std::size_t end = std::min(output.find('\n'), output.size());
    std::string_view line = output.substr(0, end);
    output.remove_prefix(std::min(end + 1, output.size()));
    const std::size_t colon = line.find(":\t");
    if (!line.starts_with(' ') || colon == std::string_view::npos) continue;
    const std::string_view address = line.substr(line.find_first_not_of(' '), colon);
    result[hexadecimal(address)] = read_instruction(line.substr(colon + 2));
  }
  return result;
}

unsigned operations_in_block(const Code& code, std::uint64_t pc) {
  unsigned result = 0;
  auto next = code.find(pc);
  // Compilers branch within a block too, around a rare case say, which is elsewhere: the way straight on is
  // the usual one. A jump back to the block itself would not end.
  for (int i = 0; i < kMostInstructions && next != code.end() && !next->second.begins_block; ++i) {
    const Instruction& instruction = next->second;
    result += instruction.operations;
    if (instruction.flow == Instruction::Flow::kEnd) break;
    next = instruction.flow == Instruction::Flow::kJump ? code.find(instruction.target) : std::next(next);
  }
  return result;
}

std::string count_operations(RawReport& report, const fs::path& scratch, const std::string& tool) {
  std::uint64_t begin = std::numeric_limits<std::uint64_t>::max(), end = 0;
  for (const RawKernel& kernel : report.kernels) {
    for (const RawBlock& block : kernel.blocks) {
      begin = std::min(begin, block.pc);
      end = std::max(end, block.pc);
    }
  }
  if (end == 0) return "";
  const std::vector<std::string> command{"env",
                                         "LC_ALL=C",
                                         tool,
                                         "-d",
                                         "--no-show-raw-insn",
                                         fmt::format("--start-address={:#x}", begin),
                                         fmt::format("--stop-address={:#x}", end + kMostBlockBytes),
                                         report.program.string()};
  const ProcessResult run = run_process(command, {.output = scratch.string()});
  std::ifstream stream(scratch, std::ios::binary);
  const Code code = read_disassembly(std::string{std::istreambuf_iterator<char>(stream), {}});
  std::error_code ignored;
  fs::remove(scratch, ignored);
  if (!run.started || run.status != 0 || run.signal != 0 || code.empty()) {
    return fmt::format(
        "Operations are not counted, because {} cannot be started or cannot read {}: install the package "
        "binutils",
        tool, report.program.string());
  }
  for (RawKernel& kernel : report.kernels) {
    if (kernel.blocks.empty()) continue;
    double flops = 0;
    for (const RawBlock& block : kernel.blocks)
      flops += static_cast<double>(block.count) * operations_in_block(code, block.pc);
    kernel.flops = flops;
  }
  return "";
}

}  // namespace emulator::report
