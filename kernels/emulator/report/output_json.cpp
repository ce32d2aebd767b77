#include "output_json.h"

#include <nlohmann/json.hpp>

#include "explain.h"
#include "roofline.h"

namespace emulator::report {
namespace {

using nlohmann::json;

json index_json(const std::optional<Index3>& index) { return index ? json(*index) : json(nullptr); }

json line_json(const CodeLine& line, const SourceText& source) {
  if (!line.known()) return nullptr;
  return {{"file", source.name(line.file)}, {"line", line.line}};
}

void add_line(json& list, const CodeLine& line, const SourceText& source) {
  if (line.known()) list.push_back(line_json(line, source));
}

json array_json(const Array& array, const SourceText& source) {
  return {{"name", array.name},
          {"space", array.space},
          {"bytes", array.bytes},
          {"offset", array.offset},
          {"element_bytes", array.element_bytes},
          {"declared", line_json(array.declared, source)},
          {"freed", line_json(array.freed, source)}};
}

json finding_json(const Finding& finding, const SourceText& source) {
  const Explanation explanation = explain(finding, source);
  json lines = json::array();
  json operations = json::array();
  for (const std::optional<Place>& place : {finding.first, finding.second}) {
    if (!place) continue;
    add_line(lines, place->line, source);
    operations.push_back(place->op);
  }
  // A leak has no access; its line is that of the allocation.
  if (lines.empty() && finding.array) add_line(lines, finding.array->declared, source);
  const Place first = finding.first.value_or(Place{});
  std::string message = explanation.headline;
  if (!explanation.happened.empty()) message += ". " + explanation.happened;
  return {{"kind", name_of(finding.kind)},
          {"scope", name_of(finding.scope)},
          {"kernel", finding.kernel},
          {"launch", line_json(finding.launch, source)},
          {"lines", lines},
          {"operations", operations},
          {"block", index_json(first.block)},
          {"thread", index_json(first.thread)},
          {"second_block", index_json(finding.second ? finding.second->block : std::nullopt)},
          {"second_thread", index_json(finding.second ? finding.second->thread : std::nullopt)},
          {"array", finding.array ? array_json(*finding.array, source) : json(nullptr)},
          {"message", message},
          {"why", explanation.why},
          {"mend", explanation.mend},
          {"count", finding.count}};
}

template <typename T>
json or_null(const std::optional<T>& value) {
  return value ? json(*value) : json(nullptr);
}

json prediction_json(const KernelProfile& kernel, const Card& card) {
  const Prediction p = predict(kernel, card);
  return {{"card", card.name},
          {"label", kPredictionLabel},
          {"seconds_per_launch", p.seconds},
          {"memory_seconds", p.memory_seconds},
          {"compute_seconds", or_null(p.compute_seconds)},
          {"bound", p.bound},
          {"fills_card", p.fills_card}};
}

}  // namespace

json findings_json(const std::vector<Finding>& findings, const SourceText& source) {
  json result = json::array();
  for (const Finding& finding : findings) result.push_back(finding_json(finding, source));
  return result;
}

json kernels_json(const Profile& profile, const Card* card, const SourceText& source) {
  json result = json::array();
  for (const KernelProfile& kernel : profile.kernels) {
    const RawKernel& counts = kernel.counts;
    json object = {{"name", counts.name},
                   {"launch", line_json(kernel.launch, source)},
                   {"launches", counts.launches},
                   {"grid", counts.grid},
                   {"block", counts.block},
                   {"threads", counts.threads},
                   {"occupancy", counts.occupancy},
                   {"occupancy_limit", counts.occupancy_limit},
                   {"static_shared_bytes", counts.static_shared_bytes},
                   {"dynamic_shared_bytes", counts.dynamic_shared_bytes},
                   {"bytes_read", counts.bytes_read},
                   {"bytes_written", counts.bytes_written},
                   {"flops", or_null(counts.flops)},
                   {"arithmetic_intensity", or_null(kernel.arithmetic_intensity())}};
    if (card != nullptr) object["prediction"] = prediction_json(kernel, *card);
    result.push_back(object);
  }
  return result;
}

json lines_json(const Profile& profile, const SourceText& source) {
  json result = json::array();
  for (const LineProfile& line : profile.lines) {
    json object = {{"file", line.line.known() ? source.name(line.line.file) : ""},
                   {"line", line.line.line},
                   {"kernel", profile.kernels[line.counts.kernel].counts.name},
                   {"space", line.counts.space},
                   {"op", line.counts.op},
                   {"access_bytes", line.counts.bytes},
                   {"requests", line.counts.requests},
                   {"active_lanes", line.active_lanes()},
                   {"sectors_per_request", line.sectors_per_request()},
                   {"ideal_sectors_per_request", line.ideal_sectors_per_request()},
                   {"bank_conflict_ways", line.bank_conflict_ways()},
                   {"bytes_moved", static_cast<std::uint64_t>(line.bytes_moved())},
                   {"bytes_needed", line.counts.distinct_bytes}};
    if (line.is_constant()) object["passes_per_request"] = line.passes_per_request();
    if (line.counts.op == "atomic") object["lanes_on_one_address"] = line.lanes_on_one_address();
    result.push_back(object);
  }
  return result;
}

}  // namespace emulator::report
