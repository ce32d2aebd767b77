#include "raw_report.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "checks.h"
#include "runtime/occupancy.h"

namespace emulator::instrument {

namespace {

using nlohmann::json;

const char* name_of(FindingKind kind) {
  switch (kind) {
    case FindingKind::kRace:
      return "race";
    case FindingKind::kSameValueRace:
      return "race_same_value";
    case FindingKind::kOutOfBounds:
      return "out_of_bounds";
    case FindingKind::kUseAfterFree:
      return "use_after_free";
    case FindingKind::kMisaligned:
      return "misaligned";
    case FindingKind::kHostPointer:
      return "host_pointer";
    case FindingKind::kUninitialized:
      return "uninitialized";
    case FindingKind::kLeak:
      return "leak";
    case FindingKind::kLaunchFailure:
      return "launch_failure";
    case FindingKind::kDivergentBarrier:
      return "divergent_barrier";
    case FindingKind::kWarpMask:
      return "warp_mask";
    case FindingKind::kDeadlock:
      return "deadlock";
    case FindingKind::kHang:
      return "hang";
    case FindingKind::kInvalidAddress:
      return "invalid_address";
    case FindingKind::kAssertion:
      return "assertion";
  }
  return "?";
}

const char* name_of(Access access) {
  switch (access) {
    case Access::kRead:
      return "read";
    case Access::kWrite:
      return "write";
    case Access::kAtomic:
      return "atomic";
  }
  return "?";
}

json list_of(uint3 index) { return json::array({index.x, index.y, index.z}); }

bool known(const Place& place) { return place.pc != 0 || place.file != nullptr; }

json to_json(const Place& place) {
  json result = json::object();
  if (place.pc != 0) result["pc"] = place.pc;
  if (place.file) {
    result["file"] = place.file;
    result["line"] = place.line;
  }
  if (place.has_access) {
    result["op"] = name_of(place.access);
    result["bytes"] = place.bytes;
  }
  if (place.has_thread) {
    result["block"] = list_of(place.block);
    result["thread"] = list_of(place.thread);
  }
  return result;
}

json to_json(const ArrayPlace& array) {
  json result{{"name", array.name},
              {"space", array.space},
              {"bytes", array.bytes},
              {"offset", array.offset},
              {"element_bytes", array.element_bytes}};
  if (known(array.declared)) result["declared"] = to_json(array.declared);
  if (known(array.freed)) result["freed"] = to_json(array.freed);
  return result;
}

json to_json(const Finding& finding, const std::string& kernel) {
  constexpr const char* kScopes[] = {"", "warp", "block", "grid"};
  json result{{"kind", name_of(finding.kind)},
              {"kernel", finding.kind == FindingKind::kLeak ? "" : kernel},
              {"count", finding.count}};
  if (finding.scope != Scope::kNone) result["scope"] = kScopes[static_cast<std::size_t>(finding.scope)];
  if (known(finding.launch)) result["launch"] = to_json(finding.launch);
  if (known(finding.first) || finding.first.has_thread) result["first"] = to_json(finding.first);
  if (known(finding.second)) result["second"] = to_json(finding.second);
  if (finding.array.space) result["array"] = to_json(finding.array);
  if (!finding.message.empty()) result["message"] = finding.message;
  return result;
}

json list_of(const dim3& size) { return json::array({size.x, size.y, size.z}); }

/// Pairs of program counter and count.
json blocks_of(const KernelRecord& kernel) {
  json result = json::array();
  for (const auto& [block, count] : kernel.blocks)
    result.push_back(json::array({program_layout().text_begin + block, count}));
  return result;
}

json to_json(const KernelRecord& kernel) {
  const std::size_t threads = std::size_t{kernel.block.x} * kernel.block.y * kernel.block.z;
  const std::uint64_t blocks = std::uint64_t{kernel.grid.x} * kernel.grid.y * kernel.grid.z;
  const Occupancy occupancy = occupancy_of(threads, kernel.static_shared_bytes, kernel.dynamic_shared_bytes);
  return {{"name", kernel.name},
          {"launch", {{"file", kernel.file}, {"line", kernel.line}}},
          {"launches", kernel.launches},
          {"grid", list_of(kernel.grid)},
          {"block", list_of(kernel.block)},
          {"static_shared_bytes", kernel.static_shared_bytes},
          {"dynamic_shared_bytes", kernel.dynamic_shared_bytes},
          {"occupancy", occupancy.of_threads},
          {"occupancy_limit", occupancy.limit},
          {"threads", kernel.launches * blocks * threads},
          {"bytes_read", kernel.bytes_read()},
          {"bytes_written", kernel.bytes_written()},
          {"blocks", blocks_of(kernel)}};
}

json to_json(std::uint64_t pc, std::size_t kernel, RequestKind kind, const RequestCounts& counts) {
  constexpr const char* kSpaces[] = {"global", "shared", "local", "constant"};
  constexpr const char* kOperations[] = {"load", "store", "atomic"};
  return {{"pc", pc},
          {"kernel", kernel},
          {"space", kSpaces[static_cast<std::size_t>(kind.space)]},
          {"op", kOperations[static_cast<std::size_t>(kind.access)]},
          {"bytes", kind.bytes},
          {"requests", counts.requests},
          {"lanes", counts.lanes},
          {"sectors", counts.sectors},
          {"ideal_sectors", counts.ideal_sectors},
          {"wavefronts", counts.wavefronts},
          {"ideal_wavefronts", counts.ideal_wavefronts},
          {"max_wavefronts", counts.max_wavefronts},
          {"distinct_bytes", counts.distinct_bytes},
          {"same_address", counts.same_address}};
}

}  // namespace

void write_raw_report(const Findings& findings, const std::vector<std::string>& kernels,
                      const Profile& profile) {
  const char* path = std::getenv("EMULATED_GPU_REPORT");
  if (!path || !*path) return;
  json report{{"version", 1}, {"base", program_layout().text_begin}, {"findings", json::array()}};
  for (const auto& [key, finding] : findings.all()) {
    const unsigned kernel = std::get<0>(key);
    report["findings"].push_back(to_json(finding, kernel < kernels.size() ? kernels[kernel] : ""));
  }
  report["kernels"] = json::array();
  report["lines"] = json::array();
  for (std::size_t i = 0; i < profile.kernels().size(); ++i) {
    const KernelRecord& kernel = profile.kernels()[i];
    report["kernels"].push_back(to_json(kernel));
    for (const auto& [key, counts] : kernel.lines) {
      report["lines"].push_back(to_json(program_layout().text_begin + std::get<0>(key), i,
                                        RequestKind::unpacked(std::get<1>(key)), counts));
    }
  }
  std::ofstream stream(path);
  stream << report.dump(1, ' ', false, json::error_handler_t::replace) << '\n';
  stream.close();
  if (!stream) std::fprintf(stderr, "emulated GPU: the report %s cannot be written\n", path);
}

}  // namespace emulator::instrument
