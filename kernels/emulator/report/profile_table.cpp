#include "profile_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "roofline.h"

namespace emulator::report {
namespace {

constexpr std::size_t kWidth = 110;
constexpr std::size_t kSourceWidth = 60;

std::string size_text(const Index3& size) { return fmt::format("{} x {} x {}", size[0], size[1], size[2]); }

/// The line without what indents it, cut to the width of a terminal.
std::string code_text(const LineProfile& line, const SourceText& source) {
  std::string text = source.text(line.line);
  const std::size_t begin = text.find_first_not_of(" \t");
  text = begin == std::string::npos ? "" : text.substr(begin);
  std::replace(text.begin(), text.end(), '\t', ' ');
  return text.size() > kSourceWidth ? text.substr(0, kSourceWidth - 3) + "..." : text;
}

std::string row(const LineProfile& line, bool is_worst, std::size_t name_width, const SourceText& source,
                const Paint& paint) {
  const std::string sectors = line.has_sectors() ? fmt::format("{:.2f} ({:.2f})", line.sectors_per_request(),
                                                               line.ideal_sectors_per_request())
                                                 : "-";
  const std::string moved = line.is_constant() ? "-" : bytes_text(line.bytes_moved());
  const std::string ways = ways_text(line);
  const std::string name = line.line.known() ? source.name(line.line) : "?";
  std::string result = fmt::format("{:>10}  {:>5.1f}  {:>15}  {:>11}  {:>11}  {:>5}", line.counts.requests,
                                   line.active_lanes(), sectors, moved, bytes_text(line.bytes_needed()),
                                   ways.empty() ? "-" : ways);
  result =
      fmt::format("{} {:{}}  {:6} {:8}  {}  {}\n", is_worst ? "!" : " ", name, name_width, line.counts.op,
                  line.counts.space, result, paint.faint("| " + code_text(line, source)));
  for (const std::string& remark : line.remarks()) {
    result += fmt::format("  {:{}}  {}\n", "", name_width, paint.mild("^ " + remark));
  }
  return result;
}

std::string rows(const Profile& profile, std::size_t kernel, const SourceText& source, const Paint& paint) {
  std::size_t name_width = 4;
  for (const LineProfile& line : profile.lines) {
    if (line.counts.kernel != kernel || !line.line.known()) continue;
    name_width = std::max(name_width, source.name(line.line).size());
  }
  std::string result;
  const LineProfile* worst = profile.worst_of(kernel);
  for (const LineProfile& line : profile.lines) {
    if (line.counts.kernel == kernel) result += row(line, &line == worst, name_width, source, paint);
  }
  if (result.empty()) return "  It touches no memory.\n";
  const std::string heading =
      fmt::format("  {:{}}  {:15}  {:>10}  {:>5}  {:>15}  {:>11}  {:>11}  {:>5}", "line", name_width,
                  "access", "requests", "lanes", "sectors (ideal)", "moved", "needed", "ways");
  return paint.strong(heading) + "\n" + result;
}

}  // namespace

std::string ways_text(const LineProfile& line) {
  if (line.is_shared()) return fmt::format("{:.2f}", line.bank_conflict_ways());
  return line.is_constant() ? fmt::format("{:.2f}", line.passes_per_request()) : "";
}

std::string launch_text(const KernelProfile& kernel) {
  return fmt::format("grid {}, block {}: {} of {}, {}", size_text(kernel.counts.grid),
                     size_text(kernel.counts.block), plural(kernel.blocks_per_launch(), "block"),
                     plural(kernel.threads_per_block(), "thread"),
                     kernel.counts.launches == 1 ? "launched once"
                                                 : fmt::format("launched {} times", kernel.counts.launches));
}

std::string occupancy_text(const KernelProfile& kernel) {
  std::string result = fmt::format("occupancy {:.0f}%", 100 * kernel.counts.occupancy);
  if (!kernel.counts.occupancy_limit.empty()) {
    result += fmt::format(", limited by {}", kernel.counts.occupancy_limit);
  }
  return result + fmt::format(" (registers are not known); shared memory {} static, {} dynamic",
                              bytes_text(static_cast<double>(kernel.counts.static_shared_bytes)),
                              bytes_text(static_cast<double>(kernel.counts.dynamic_shared_bytes)));
}

std::string traffic_text(const KernelProfile& kernel) {
  return fmt::format("global memory{}: {} read, {} written, in sectors of 32 bytes",
                     kernel.counts.launches == 1 ? "" : ", all launches together",
                     bytes_text(static_cast<double>(kernel.counts.bytes_read)),
                     bytes_text(static_cast<double>(kernel.counts.bytes_written)));
}

std::string intensity_text(const KernelProfile& kernel) {
  const std::optional<double> intensity = kernel.arithmetic_intensity();
  if (!intensity && kernel.counts.flops) {
    return fmt::format("arithmetic intensity: not defined, {:.0f} operations and no bytes of global memory",
                       *kernel.counts.flops);
  }
  if (!intensity) return "arithmetic intensity: not known, operations are not counted";
  return fmt::format("arithmetic intensity: {:.3g} operations per byte of global memory ({:.0f} of them{})",
                     *intensity, *kernel.counts.flops,
                     kernel.counts.launches == 1 ? "" : ", all launches together");
}

std::string profile_table(const Profile& profile, const Card* card, const SourceText& source,
                          const Paint& paint) {
  std::string result = paint.strong("Profile.") + " " + kProfileCaveat + "\n";
  if (profile.kernels.empty()) return result + "\nNo kernel was launched.\n";
  for (std::size_t i = 0; i < profile.kernels.size(); ++i) {
    const KernelProfile& kernel = profile.kernels[i];
    result += fmt::format("\n{}, launched at {}\n", paint.strong("kernel " + kernel.counts.name),
                          source.name(kernel.launch));
    for (const std::string& fact :
         {launch_text(kernel), occupancy_text(kernel), traffic_text(kernel), intensity_text(kernel)}) {
      result += "  " + fact + "\n";
    }
    if (card != nullptr) result += wrapped(prediction_text(kernel, *card), kWidth, "  ");
    result += "\n" + rows(profile, i, source, paint);
  }
  result +=
      "\nrequests: of warps. lanes: active in a request, of 32. sectors: of 32 bytes, per request, and the "
      "ideal for "
      "its bytes.\nways: passes that bank conflicts, or different addresses in constant memory, make of "
      "one.\n!: the line that wastes most bytes of its "
      "kernel.\n";
  return result;
}

}  // namespace emulator::report
