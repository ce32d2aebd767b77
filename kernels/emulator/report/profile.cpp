#include "profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

namespace emulator::report {
namespace {

// From where on a line is remarked on.
constexpr double kTooManySectors = 1.5;  // times the ideal: one sector more than 4 is common and cheap
constexpr double kTooManyWays = 1.25;
constexpr double kTooManyAddresses = 1.25;  // in constant memory
constexpr double kTooFewLanes = 0.75 * kWarpLanes;
constexpr double kTooManyOnOneAddress = 4;

double ratio(std::uint64_t a, std::uint64_t b) {
  return b == 0 ? 0 : static_cast<double>(a) / static_cast<double>(b);
}

std::uint64_t product(const Index3& size) {
  return static_cast<std::uint64_t>(size[0]) * static_cast<std::uint64_t>(size[1]) *
         static_cast<std::uint64_t>(size[2]);
}

void add(RawLine& sum, const RawLine& more) {
  sum.bytes = std::max(sum.bytes, more.bytes);
  sum.requests += more.requests;
  sum.lanes += more.lanes;
  sum.sectors += more.sectors;
  sum.ideal_sectors += more.ideal_sectors;
  sum.wavefronts += more.wavefronts;
  sum.ideal_wavefronts += more.ideal_wavefronts;
  sum.max_wavefronts = std::max(sum.max_wavefronts, more.max_wavefronts);
  sum.distinct_bytes += more.distinct_bytes;
  sum.same_address += more.same_address;
}

}  // namespace

std::uint64_t KernelProfile::blocks_per_launch() const { return product(counts.grid); }
std::uint64_t KernelProfile::threads_per_block() const { return product(counts.block); }

std::optional<double> KernelProfile::arithmetic_intensity() const {
  if (!counts.flops || bytes() <= 0) return std::nullopt;
  return *counts.flops / bytes();
}

double LineProfile::active_lanes() const { return ratio(counts.lanes, counts.requests); }
double LineProfile::sectors_per_request() const { return ratio(counts.sectors, counts.requests); }
double LineProfile::ideal_sectors_per_request() const { return ratio(counts.ideal_sectors, counts.requests); }
double LineProfile::bank_conflict_ways() const {
  return is_shared() ? ratio(counts.wavefronts, counts.ideal_wavefronts) : 0;
}
double LineProfile::passes_per_request() const {
  return is_constant() ? ratio(counts.wavefronts, counts.requests) : 0;
}
double LineProfile::lanes_on_one_address() const { return ratio(counts.same_address, counts.requests); }

double LineProfile::bytes_moved() const {
  return is_shared() ? kWavefrontBytes * static_cast<double>(counts.wavefronts)
                     : kSectorBytes * static_cast<double>(counts.sectors);
}

double LineProfile::bytes_wasted() const {
  if (is_constant()) return 0;
  const std::uint64_t moved = is_shared() ? counts.wavefronts : counts.sectors;
  const std::uint64_t ideal = is_shared() ? counts.ideal_wavefronts : counts.ideal_sectors;
  if (moved <= ideal) return 0;
  return (is_shared() ? kWavefrontBytes : kSectorBytes) * static_cast<double>(moved - ideal);
}

std::vector<std::string> LineProfile::remarks() const {
  std::vector<std::string> result;
  const double sectors = ratio(counts.sectors, counts.ideal_sectors);
  if (has_sectors() && sectors >= kTooManySectors) {
    result.push_back(fmt::format("{:.1f} times the sectors that its bytes need", sectors));
  }
  if (bank_conflict_ways() >= kTooManyWays) {
    result.push_back(fmt::format("{:.1f}-way bank conflict", bank_conflict_ways()));
  }
  if (passes_per_request() >= kTooManyAddresses) {
    result.push_back(
        fmt::format("lanes read {:.1f} different addresses, one after the other", passes_per_request()));
  }
  if (counts.requests > 0 && active_lanes() < kTooFewLanes) {
    result.push_back(fmt::format("{:.1f} of 32 lanes active", active_lanes()));
  }
  if (counts.op == "atomic" && lanes_on_one_address() >= kTooManyOnOneAddress) {
    result.push_back(fmt::format("{:.1f} lanes on one address, one after the other", lanes_on_one_address()));
  }
  return result;
}

const LineProfile* Profile::worst_of(std::size_t kernel) const {
  const LineProfile* worst = nullptr;
  for (const LineProfile& line : lines) {
    if (line.counts.kernel != kernel || line.bytes_wasted() <= 0) continue;
    if (worst == nullptr || line.bytes_wasted() > worst->bytes_wasted()) worst = &line;
  }
  return worst;
}

Profile make_profile(const RawReport& report, const SourceLines& lines) {
  // Kernels by their launch, so that the order does not depend on what ran first.
  std::vector<KernelProfile> kernels;
  for (const RawKernel& kernel : report.kernels) {
    kernels.push_back({kernel, kernel.launch ? lines.at(*kernel.launch) : CodeLine{}});
  }
  std::vector<std::size_t> order(kernels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto key = [&](std::size_t i) {
      const KernelProfile& k = kernels[i];
      return std::tuple(!k.launch.known(), k.launch, k.counts.name, k.counts.grid, k.counts.block);
    };
    return key(a) < key(b);
  });
  std::vector<std::size_t> new_index(kernels.size());
  Profile profile;
  for (std::size_t i = 0; i < order.size(); ++i) {
    new_index[order[i]] = i;
    profile.kernels.push_back(kernels[order[i]]);
  }

  std::map<std::tuple<std::size_t, CodeLine, std::string, std::string>, LineProfile> merged;
  for (RawLine raw : report.lines) {
    // What the headers keep on a thread's stack, for shuffles say, a card has in registers.
    if (raw.space == "local" && lines.is_in_library(raw.pc)) continue;
    raw.kernel = new_index[raw.kernel];
    const CodeLine line = lines.at(raw.pc);
    const auto [entry, is_new] =
        merged.try_emplace({raw.kernel, line, raw.space, raw.op}, LineProfile{line, raw});
    if (!is_new) add(entry->second.counts, raw);
  }
  for (auto& [key, line] : merged) profile.lines.push_back(line);
  return profile;
}

}  // namespace emulator::report
