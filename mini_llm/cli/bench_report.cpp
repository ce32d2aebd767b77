#include "cli/bench_report.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "bytes/printable.h"
#include "measure/statistics.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

std::int64_t nanoseconds(double seconds) { return std::llround(seconds * 1e9); }

Json fields(const BenchResult& result) {
  const std::vector<double> speeds = result.tokens_per_second();
  Json json;
  json["model_filename"] = result.model_filename;
  json["model_type"] = result.model_type;
  json["model_size"] = result.model_size;
  json["model_n_params"] = result.model_n_params;
  json["n_batch"] = result.n_batch;
  json["n_threads"] = result.n_threads;
  json["n_gpu_layers"] = result.n_gpu_layers;
  json["n_prompt"] = result.n_prompt;
  json["n_gen"] = result.n_gen;
  json["test_time"] = result.test_time;
  json["avg_ns"] = nanoseconds(measure::mean(result.seconds));
  json["stddev_ns"] = nanoseconds(measure::standard_deviation(result.seconds));
  json["avg_ts"] = measure::mean(speeds);
  json["stddev_ts"] = measure::standard_deviation(speeds);
  json["backend"] = result.backend;
  json["weight_type"] = result.weight_type;
  json["read_bandwidth_gb_s"] = result.read_bandwidth_bytes / 1e9;
  json["bytes_per_token"] =
      nullptr;  // of a prompt, whose batches share what they read, there is no such number
  json["bandwidth_share"] = nullptr;
  if (result.n_gen > 0) {
    json["bytes_per_token"] = std::llround(result.bytes_per_token);
    json["bandwidth_share"] = result.bandwidth_share();
  }
  return json;
}

/// Text that is not UTF-8 (a file name may be anything) becomes U+FFFD.
std::string dump(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

std::string csv_value(const Json& value) {
  if (value.is_null()) return "";
  if (!value.is_string()) return dump(value);
  std::string quoted = "\"";
  for (const char c : value.get<std::string>()) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string markdown_name(const BenchResult& result) {
  const std::size_t slash = result.model_filename.find_last_of("/\\");
  return bytes::printable(result.model_filename.substr(slash == std::string::npos ? 0 : slash + 1), 40);
}

}  // namespace

std::vector<double> BenchResult::tokens_per_second() const {
  std::vector<double> speeds;
  for (const double s : seconds) speeds.push_back(static_cast<double>(tokens()) / s);
  return speeds;
}

double BenchResult::bandwidth_share() const {
  return bytes_per_token * measure::mean(tokens_per_second()) / read_bandwidth_bytes;
}

std::string MarkdownReport::begin() {
  return fmt::format(
      "| {:<24} | {:<12} | {:>10} | {:>9} | {:<10} | {:>3} | {:>7} | {:>7} | {:>18} | {:>9} | {:>9} |\n"
      "| {:-<24} | {:-<12} | {:->9}: | {:->8}: | {:-<10} | {:->2}: | {:->6}: | {:->6}: | {:->17}: | {:->8}: "
      "| {:->8}: |\n",
      "model", "type", "size", "params", "backend", "ngl", "threads", "test", "t/s", "MB/token", "of memory",
      "", "", "", "", "", "", "", "", "", "", "");
}

std::string MarkdownReport::row(const BenchResult& result, std::size_t) {
  const std::vector<double> speeds = result.tokens_per_second();
  const bool generation = result.n_gen > 0;
  std::string share = "-";
  if (generation) {
    // 2% more than memory gives is measurement error no longer.
    share = result.bandwidth_share() > 1.02 ? "in cache"
                                            : fmt::format("{:.0f}%", 100.0 * result.bandwidth_share());
  }
  return fmt::format(
      "| {:<24} | {:<12} | {:>6.2f} MiB | {:>7.2f} M | {:<10} | {:>3} | {:>7} | {:>7} | {:>18} | {:>9} | "
      "{:>9} |\n",
      markdown_name(result), result.model_type, static_cast<double>(result.model_size) / (1 << 20),
      static_cast<double>(result.model_n_params) / 1e6, result.backend, result.n_gpu_layers, result.n_threads,
      fmt::format("{}{}", generation ? "tg" : "pp", result.tokens()),
      fmt::format("{:.2f} ± {:.2f}", measure::mean(speeds), measure::standard_deviation(speeds)),
      generation ? fmt::format("{:.2f}", result.bytes_per_token / 1e6) : "-", share);
}

std::string MarkdownReport::end(const std::vector<BenchResult>& results) {
  std::map<int, double> bandwidths;
  for (const BenchResult& result : results) bandwidths[result.n_threads] = result.read_bandwidth_bytes;
  std::string text = "\n";
  for (const auto& [threads, bandwidth] : bandwidths) {
    text += fmt::format("This machine's memory, read by {} thread{}: {:.1f} GB/s.\n", threads,
                        threads == 1 ? "" : "s", bandwidth / 1e9);
  }
  return text;
}

std::string JsonReport::begin() { return "["; }

std::string JsonReport::row(const BenchResult& result, std::size_t number) {
  Json json = fields(result);
  json["samples_ns"] = Json::array();
  for (const double s : result.seconds) json["samples_ns"].push_back(nanoseconds(s));
  json["samples_ts"] = result.tokens_per_second();
  return (number == 0 ? "\n" : ",\n") + dump(json, 2);
}

std::string JsonReport::end(const std::vector<BenchResult>&) { return "\n]\n"; }

std::string CsvReport::begin() { return ""; }

std::string CsvReport::row(const BenchResult& result, std::size_t number) {
  std::string names;
  std::string values;
  const Json json = fields(result);
  for (const auto& [name, value] : json.items()) {
    names += (names.empty() ? "" : ",") + name;
    values += (values.empty() ? "" : ",") + csv_value(value);
  }
  return (number == 0 ? names + "\n" : "") + values + "\n";
}

std::string CsvReport::end(const std::vector<BenchResult>&) { return ""; }

}  // namespace cli
