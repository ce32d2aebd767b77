#include "findings.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace emulator::report {
namespace {

CodeLine line_of(const std::optional<RawPlace>& place, const SourceLines& lines) {
  return place ? lines.at(*place) : CodeLine{};
}

std::optional<Place> resolved(const std::optional<RawPlace>& place, const SourceLines& lines) {
  if (!place) return std::nullopt;
  return Place{lines.at(*place), place->op, place->bytes, place->block, place->thread};
}

Finding resolved(const RawFinding& raw, const SourceLines& lines) {
  Finding result;
  result.kind = raw.kind;
  result.scope = raw.scope;
  result.kernel = raw.kernel;
  result.launch = line_of(raw.launch, lines);
  result.first = resolved(raw.first, lines);
  result.second = resolved(raw.second, lines);
  if (raw.array) {
    const RawArray& array = *raw.array;
    result.array = Array{array.name,
                         array.space,
                         array.bytes,
                         array.offset,
                         array.element_bytes,
                         line_of(array.declared, lines),
                         line_of(array.freed, lines)};
  }
  result.message = raw.message;
  result.count = raw.count;
  return result;
}

CodeLine line_of(const std::optional<Place>& place) { return place ? place->line : CodeLine{}; }

/// What makes two findings the same mistake.
auto identity(const Finding& finding) {
  const auto [low, high] = std::minmax({line_of(finding.first), line_of(finding.second)});
  // Arrays without a name are told apart by where they come from.
  const Array array = finding.array.value_or(Array{});
  return std::tuple(finding.kind, finding.kernel, low, high, array.name, array.declared);
}

auto order_of(const std::optional<Place>& place) {
  const Place p = place.value_or(Place{});
  // z before y before x, as blocks and threads are numbered.
  const auto reversed = [](const std::optional<Index3>& i) {
    return i ? Index3{(*i)[2], (*i)[1], (*i)[0]} : Index3{-1, -1, -1};
  };
  return std::tuple(reversed(p.block), reversed(p.thread), p.line, p.op, p.bytes);
}

/// Whether `a` shows the mistake better than `b`. A race between blocks is told before one inside a warp:
/// what mends it mends the other too.
bool is_better_example(const Finding& a, const Finding& b) {
  const auto key = [](const Finding& finding) {
    const Array array = finding.array.value_or(Array{});
    return std::tuple(-static_cast<int>(finding.scope), order_of(finding.first), order_of(finding.second),
                      array.offset, array.bytes, array.element_bytes, array.space, array.freed,
                      finding.launch, finding.message);
  };
  return key(a) < key(b);
}

/// Unknown lines and leaks, which have no launch, come last.
auto last_if_unknown(const CodeLine& line) { return std::tuple(!line.known(), line); }

}  // namespace

std::vector<Finding> merge_findings(const RawReport& report, const SourceLines& lines) {
  std::map<decltype(identity(Finding{})), Finding> merged;
  std::map<std::string, CodeLine> launches;  // the first of each kernel
  for (const RawFinding& raw : report.findings) {
    Finding finding = resolved(raw, lines);
    CodeLine& launch = launches.try_emplace(finding.kernel, finding.launch).first->second;
    if (last_if_unknown(finding.launch) < last_if_unknown(launch)) launch = finding.launch;

    const auto [entry, is_new] = merged.try_emplace(identity(finding), finding);
    if (is_new) continue;
    Finding& kept = entry->second;
    const std::uint64_t count = kept.count + finding.count;
    if (is_better_example(finding, kept)) kept = finding;
    kept.count = count;
  }

  std::vector<Finding> result;
  for (auto& [key, finding] : merged) result.push_back(std::move(finding));
  const auto order = [&](const Finding& finding) {
    return std::tuple(last_if_unknown(launches.at(finding.kernel)), finding.kernel.empty(), finding.kernel,
                      last_if_unknown(line_of(finding.first)), finding.kind, identity(finding));
  };
  std::sort(result.begin(), result.end(),
            [&](const Finding& a, const Finding& b) { return order(a) < order(b); });
  return result;
}

}  // namespace emulator::report
