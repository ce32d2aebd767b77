#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cli {

/// One row of `mini_llm bench`: a model, how it was run, and how long that took.
struct BenchResult {
  std::string model_filename;
  std::string model_type;        // "llama Q8_0"
  std::string weight_type;       // the type that most of the weights' bytes have
  std::uint64_t model_size = 0;  // bytes of all tensors
  std::uint64_t model_n_params = 0;
  std::string backend;
  int n_batch = 0;
  int n_threads = 0;
  int n_gpu_layers = 0;
  std::size_t n_prompt = 0;  // of the two one is 0
  std::size_t n_gen = 0;
  std::string test_time;        // when it began, ISO 8601, UTC
  std::vector<double> seconds;  // of each run; at least one

  double bytes_per_token = 0.0;       // weights and cache that a token reads; 0 for a prompt
  double read_bandwidth_bytes = 0.0;  // per second, of this machine with these threads

  std::size_t tokens() const { return n_prompt + n_gen; }
  std::vector<double> tokens_per_second() const;
  /// Of the machine's read bandwidth, how much the bytes of the tokens took; above 1 they came from a cache.
  double bandwidth_share() const;
};

// A report is begin, the rows with their number from 0, end.

/// md: a table as llama-bench prints it, with two columns of our own.
struct MarkdownReport {
  static std::string begin();
  static std::string row(const BenchResult& result, std::size_t number);
  static std::string end(const std::vector<BenchResult>& results);
};

/// json: an array of objects with llama-bench's field names, then our own.
struct JsonReport {
  static std::string begin();
  static std::string row(const BenchResult& result, std::size_t number);
  static std::string end(const std::vector<BenchResult>& results);
};

/// csv: the same fields without the lists of samples.
struct CsvReport {
  static std::string begin();
  static std::string row(const BenchResult& result, std::size_t number);
  static std::string end(const std::vector<BenchResult>& results);
};

}  // namespace cli
