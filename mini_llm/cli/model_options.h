#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "backend/cpu_weights.h"
#include "gguf/file.h"
#include "model/model.h"
#include "tokenizer/tokenizer.h"

namespace cli {

/// Options of every command that runs a model.
struct ModelOptions {
  std::string model;
  std::string backend = "auto";
  std::string gpu_layers = "auto";
  int threads = 0;  // 0: as many as the machine has
  int batch_size = 512;
  std::string kv_type = "auto";
  bool rearrange = true;

  void add_to(CLI::App& command);
};

/// Adds `-m`, required.
void add_model_option(CLI::App& command, std::string& path);

/// Adds `-p TEXT` and `-f FILE`, of which exactly one must be given.
void add_text_options(CLI::App& command, std::string& text, std::string& path);

/// The number of threads to use.
int thread_count(const ModelOptions& options);

/// The backend that the options ask for.
/// @throws backend::Error
std::unique_ptr<backend::Backend> make_backend(const ModelOptions& options, const model::Model& model,
                                               std::size_t context_size);

/// Puts the weights into the order in which the backend reads them fastest; they then are views into the
/// result. Does nothing where the backend or the options want them as the file has them.
///
/// @param show_progress  not where the model's text stands in the same line of the terminal
backend::CpuWeights place_weights(const ModelOptions& options, const gguf::File& file, model::Model& model,
                                  bool show_progress = true);

/// The tokenizer of a file, checked against the model it is for.
/// @throws tokenizer::Error, model::Error
std::unique_ptr<tokenizer::Tokenizer> load_tokenizer(const gguf::File& file, const model::Config& config);

/// The text of `-p`, or the bytes of the file of `-f`.
/// @throws bytes::FileError
std::string given_text(const std::string& text, const std::string& path);

/// A CLI11 check for -ngl: a number of layers, or one of two words.
std::string check_gpu_layers(const std::string& text);

/// CLI11 checks: a finite number in [low, high]. CLI::Range lets NaN pass.
CLI::Validator number_between(double low, double high);

}  // namespace cli
