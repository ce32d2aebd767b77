#include "source_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <set>

#include "process/process.h"

namespace emulator::report {
namespace {

namespace fs = std::filesystem;

/// A command line may hold far more; this many addresses take about 80 kB of it.
constexpr std::size_t kAddressesPerCall = 4096;

/// "dir/a.cu:12 (discriminator 3)"; "??:0" and "a.cu:?" are not known.
CodeLine parse_location(std::string_view text) {
  text = text.substr(0, text.find(" (discriminator "));
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || text.starts_with("??")) return {};
  const std::string_view digits = text.substr(colon + 1);
  int line = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), line);
  if (line <= 0) return {};
  return {real_path(text.substr(0, colon)), line};
}

void add(std::set<std::uint64_t>& addresses, const std::optional<RawPlace>& place) {
  if (place && place->pc != 0) addresses.insert(place->pc);
}

std::set<std::uint64_t> addresses_in(const RawReport& report) {
  std::set<std::uint64_t> result;
  for (const RawFinding& finding : report.findings) {
    add(result, finding.launch);
    add(result, finding.first);
    add(result, finding.second);
    if (finding.array) add(result, finding.array->declared);
    if (finding.array) add(result, finding.array->freed);
  }
  for (const RawKernel& kernel : report.kernels) add(result, kernel.launch);
  for (const RawLine& line : report.lines) result.insert(line.pc);
  return result;
}

}  // namespace

std::string real_path(const fs::path& file) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(fs::absolute(file, error), error);
  return error ? file.lexically_normal().string() : real.string();
}

bool is_library_code(const std::string& file) {
  static const std::string kFolders[] = {real_path(EMULATOR_INCLUDE_DIR) + "/", "/usr/include/", "/usr/lib/",
                                         "/usr/local/include/", "/usr/local/lib/"};
  return std::any_of(std::begin(kFolders), std::end(kFolders),
                     [&](const std::string& folder) { return file.starts_with(folder); });
}

std::map<std::uint64_t, CodeLine> read_addr2line_output(std::string_view output,
                                                        std::set<std::uint64_t>* in_library) {
  std::map<std::uint64_t, CodeLine> result;
  CodeLine* current = nullptr;
  std::uint64_t address = 0;
  bool found = false;
  bool is_location = false;  // each frame is two lines: the function's name, then the place
  while (!output.empty()) {
    const std::size_t end = std::min(output.find('\n'), output.size());
    const std::string_view text = output.substr(0, end);
    output.remove_prefix(std::min(end + 1, output.size()));
    if (!is_location && text.starts_with("0x")) {
      std::from_chars(text.data() + 2, text.data() + text.size(), address, 16);
      current = &result[address];
      found = false;
      continue;
    }
    if (is_location && current != nullptr && !found) {
      const CodeLine location = parse_location(text);
      if (location.known()) {
        const bool innermost = !current->known();
        *current = location;
        found = !is_library_code(location.file);
        if (innermost && !found && in_library != nullptr) in_library->insert(address);
      }
    }
    is_location = !is_location;
  }
  return result;
}

SourceLines::SourceLines(const RawReport& report, const fs::path& scratch, const std::string& tool) {
  const std::set<std::uint64_t> all = addresses_in(report);
  const std::vector<std::uint64_t> addresses(all.begin(), all.end());
  for (std::size_t begin = 0; begin < addresses.size() && problem_.empty(); begin += kAddressesPerCall) {
    std::vector<std::string> command{tool, "-e", report.program.string(), "-a", "-i", "-f", "-C"};
    const std::size_t end = std::min(begin + kAddressesPerCall, addresses.size());
    for (std::size_t i = begin; i < end; ++i) {
      // These are return addresses; the instruction that called is one byte before, or more.
      command.push_back(fmt::format("{:#x}", addresses[i] - 1));
    }
    const ProcessResult run = run_process(command, {.output = scratch.string()});
    if (!run.started) {
      problem_ = fmt::format(
          "Source lines are not known, because {} cannot be started ({}): install the package binutils", tool,
          run.error);
    } else if (run.status != 0 || run.signal != 0) {
      problem_ =
          fmt::format("Source lines are not known, because {} cannot read {}", tool, report.program.string());
    } else {
      std::ifstream stream(scratch, std::ios::binary);
      const std::string output{std::istreambuf_iterator<char>(stream), {}};
      std::set<std::uint64_t> in_library;
      for (auto& [address, line] : read_addr2line_output(output, &in_library)) lines_[address + 1] = line;
      for (const std::uint64_t address : in_library) in_library_.insert(address + 1);
    }
  }
  std::error_code ignored;
  fs::remove(scratch, ignored);
}

CodeLine SourceLines::at(std::uint64_t pc) const {
  const auto found = lines_.find(pc);
  return found == lines_.end() ? CodeLine{} : found->second;
}

CodeLine SourceLines::at(const RawPlace& place) const {
  if (place.pc != 0) return at(place.pc);
  if (place.file.empty() || place.line <= 0) return {};
  return {real_path(place.file), place.line};
}

}  // namespace emulator::report
