#include "raw_report.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace emulator::report {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;

constexpr std::pair<Kind, std::string_view> kKinds[] = {
    {Kind::kRace, "race"},
    {Kind::kRaceSameValue, "race_same_value"},
    {Kind::kOutOfBounds, "out_of_bounds"},
    {Kind::kUseAfterFree, "use_after_free"},
    {Kind::kMisaligned, "misaligned"},
    {Kind::kHostPointer, "host_pointer"},
    {Kind::kUninitialized, "uninitialized"},
    {Kind::kDivergentBarrier, "divergent_barrier"},
    {Kind::kWarpMask, "warp_mask"},
    {Kind::kDeadlock, "deadlock"},
    {Kind::kHang, "hang"},
    {Kind::kInvalidAddress, "invalid_address"},
    {Kind::kAssertion, "assertion"},
    {Kind::kLaunchFailure, "launch_failure"},
    {Kind::kLeak, "leak"},
};

constexpr std::pair<Scope, std::string_view> kScopes[] = {
    {Scope::kNone, ""}, {Scope::kWarp, "warp"}, {Scope::kBlock, "block"}, {Scope::kGrid, "grid"}};

[[noreturn]] void refuse(const std::string& what) { throw ReportError(what); }

/// A member of an object, or nullptr.
const json* member(const json& object, const char* key) {
  if (!object.is_object()) refuse("an object was expected");
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

const json& required(const json& object, const char* key) {
  const json* value = member(object, key);
  if (value == nullptr) refuse(fmt::format("'{}' is missing", key));
  return *value;
}

std::int64_t as_integer(const json& value, const char* key) {
  if (!value.is_number_integer()) refuse(fmt::format("'{}' must be a whole number", key));
  return value.get<std::int64_t>();
}

std::int64_t integer(const json& object, const char* key, std::int64_t otherwise) {
  const json* value = member(object, key);
  return value == nullptr ? otherwise : as_integer(*value, key);
}

/// A number that cannot be negative.
std::uint64_t count(const json& object, const char* key, std::uint64_t otherwise = 0) {
  const json* value = member(object, key);
  if (value == nullptr) return otherwise;
  if (!value->is_number_unsigned()) refuse(fmt::format("'{}' must be a whole number, 0 or more", key));
  return value->get<std::uint64_t>();
}

double real(const json& value, const char* key) {
  if (!value.is_number()) refuse(fmt::format("'{}' must be a number", key));
  return value.get<double>();
}

std::string text(const json& object, const char* key) {
  const json* value = member(object, key);
  if (value == nullptr) return "";
  if (!value->is_string()) refuse(fmt::format("'{}' must be a string", key));
  return value->get<std::string>();
}

std::optional<Index3> index(const json& object, const char* key) {
  const json* value = member(object, key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_array() || value->size() != 3) refuse(fmt::format("'{}' must be three numbers", key));
  return Index3{as_integer((*value)[0], key), as_integer((*value)[1], key), as_integer((*value)[2], key)};
}

std::optional<RawPlace> place(const json& object, const char* key) {
  const json* value = member(object, key);
  if (value == nullptr) return std::nullopt;
  RawPlace result;
  result.pc = count(*value, "pc");
  result.file = text(*value, "file");
  result.line = static_cast<int>(integer(*value, "line", 0));
  result.op = text(*value, "op");
  result.bytes = integer(*value, "bytes", 0);
  result.block = index(*value, "block");
  result.thread = index(*value, "thread");
  return result;
}

std::optional<RawArray> array(const json& object) {
  const json* value = member(object, "array");
  if (value == nullptr) return std::nullopt;
  RawArray result;
  result.name = text(*value, "name");
  result.space = text(*value, "space");
  result.bytes = integer(*value, "bytes", 0);
  result.offset = integer(*value, "offset", 0);
  result.element_bytes = integer(*value, "element_bytes", 1);
  if (result.element_bytes < 1) refuse("'element_bytes' must be 1 or more");
  result.declared = place(*value, "declared");
  result.freed = place(*value, "freed");
  return result;
}

template <typename Value, std::size_t kCount>
Value named(const std::pair<Value, std::string_view> (&names)[kCount], const std::string& name,
            const char* key) {
  for (const auto& [value, candidate] : names) {
    if (candidate == name) return value;
  }
  refuse(fmt::format("'{}' is '{}', which is not known", key, name));
}

template <typename Value, std::size_t kCount>
std::string_view name_in(const std::pair<Value, std::string_view> (&names)[kCount], Value wanted) {
  for (const auto& [value, name] : names) {
    if (value == wanted) return name;
  }
  return "";
}

RawFinding finding(const json& object) {
  RawFinding result;
  result.kind = named(kKinds, text(object, "kind"), "kind");
  result.scope = named(kScopes, text(object, "scope"), "scope");
  result.kernel = text(object, "kernel");
  result.launch = place(object, "launch");
  result.first = place(object, "first");
  result.second = place(object, "second");
  result.array = array(object);
  result.message = text(object, "message");
  result.count = count(object, "count", 1);
  return result;
}

std::vector<RawBlock> blocks(const json& object) {
  std::vector<RawBlock> result;
  const json* list = member(object, "blocks");
  if (list == nullptr) return result;
  if (!list->is_array()) refuse("'blocks' must be an array");
  for (const json& block : *list) {
    if (!block.is_array() || block.size() != 2 || !block[0].is_number_unsigned() ||
        !block[1].is_number_unsigned()) {
      refuse("'blocks' must hold pairs of whole numbers, 0 or more");
    }
    result.push_back({block[0].get<std::uint64_t>(), block[1].get<std::uint64_t>()});
  }
  return result;
}

RawKernel kernel(const json& object) {
  RawKernel result;
  required(object, "name");
  result.name = text(object, "name");
  result.launch = place(object, "launch");
  result.launches = count(object, "launches", 1);
  result.grid = index(object, "grid").value_or(result.grid);
  result.block = index(object, "block").value_or(result.block);
  result.static_shared_bytes = count(object, "static_shared_bytes");
  result.dynamic_shared_bytes = count(object, "dynamic_shared_bytes");
  if (const json* value = member(object, "occupancy")) result.occupancy = real(*value, "occupancy");
  result.occupancy_limit = text(object, "occupancy_limit");
  result.threads = count(object, "threads");
  result.bytes_read = count(object, "bytes_read");
  result.bytes_written = count(object, "bytes_written");
  result.blocks = blocks(object);
  if (const json* value = member(object, "flops")) result.flops = real(*value, "flops");
  return result;
}

RawLine line(const json& object, std::size_t kernels) {
  RawLine result;
  required(object, "pc");
  required(object, "kernel");
  result.pc = count(object, "pc");
  result.kernel = count(object, "kernel");
  if (result.kernel >= kernels) {
    refuse(fmt::format("'kernel' is {}, but there are {} kernels", result.kernel, kernels));
  }
  result.space = text(object, "space");
  result.op = text(object, "op");
  result.bytes = count(object, "bytes");
  result.requests = count(object, "requests");
  result.lanes = count(object, "lanes");
  result.sectors = count(object, "sectors");
  result.ideal_sectors = count(object, "ideal_sectors");
  result.wavefronts = count(object, "wavefronts");
  result.ideal_wavefronts = count(object, "ideal_wavefronts");
  result.max_wavefronts = count(object, "max_wavefronts");
  result.distinct_bytes = count(object, "distinct_bytes");
  result.same_address = count(object, "same_address");
  return result;
}

/// Reads every entry of an array; an error says which one it was.
template <typename Read>
auto entries(const json& object, const char* key, Read read) {
  std::vector<decltype(read(object))> result;
  const json* list = member(object, key);
  if (list == nullptr) return result;
  if (!list->is_array()) refuse(fmt::format("'{}' must be an array", key));
  for (std::size_t i = 0; i < list->size(); ++i) {
    try {
      result.push_back(read((*list)[i]));
    } catch (const ReportError& error) {
      refuse(fmt::format("{}[{}]: {}", key, i, error.what()));
    }
  }
  return result;
}

}  // namespace

std::string_view name_of(Kind kind) { return name_in(kKinds, kind); }
std::string_view name_of(Scope scope) { return name_in(kScopes, scope); }

RawReport parse_raw_report(std::string_view source) {
  const json root = json::parse(source, nullptr, false);
  if (root.is_discarded()) refuse("it is not complete JSON");
  const std::int64_t version = as_integer(required(root, "version"), "version");
  if (version != kVersion) refuse(fmt::format("its version is {}, this program reads {}", version, kVersion));
  RawReport result;
  result.program = text(root, "program");
  result.findings = entries(root, "findings", finding);
  result.kernels = entries(root, "kernels", kernel);
  const std::size_t kernels = result.kernels.size();
  result.lines = entries(root, "lines", [kernels](const json& object) { return line(object, kernels); });
  return result;
}

RawReport read_raw_report(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) refuse(fmt::format("the report of the run, {}, cannot be read", file.string()));
  const std::string source{std::istreambuf_iterator<char>(stream), {}};
  try {
    return parse_raw_report(source);
  } catch (const ReportError& error) {
    refuse(fmt::format(
        "the report of the run, {}, is damaged ({}); the program may have overwritten memory or ended "
        "while it was written",
        file.string(), error.what()));
  }
}

}  // namespace emulator::report
