#include "quantize/quantize_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "bytes/printable.h"
#include "gguf/writer.h"
#include "kernels/dequantize.h"
#include "kernels/matrix.h"
#include "kernels/parallel_for.h"
#include "kernels/quantize.h"
#include "model/weight_type.h"

namespace quantize {
namespace {

constexpr std::uint64_t kWeightsAtOnce = 4 << 20;    // read, quantized and written together
constexpr std::uint64_t kWeightsPerRange = 1 << 14;  // about 0.5 ms of one thread

[[noreturn]] void fail(const gguf::File& file, std::string_view what) {
  throw Error(fmt::format("{}: {}", bytes::printable(file.path().string(), 1000), what));
}

void refuse_unsuitable(const gguf::File& file) {
  if (file.find_uint("split.count").value_or(1) > 1) {
    fail(file, "it is one part of a model that is split over several files; merge them first.");
  }
  for (const gguf::TensorInfo& tensor : file.tensors()) {
    if (gguf::traits(tensor.type).block_elements == 1) continue;
    fail(file,
         fmt::format("it is already quantized (tensor '{}' is {}), and quantizing again adds to its errors; "
                     "give the F32, F16 or BF16 file that it was made from.",
                     bytes::printable(tensor.name, 100), gguf::name(tensor.type)));
  }
}

ModelTraits read_traits(const gguf::File& file, const Recipe& recipe) {
  ModelTraits traits;
  traits.tied = file.find_tensor("output.weight") == nullptr;
  if (!recipe.mixed) return traits;
  const std::string architecture(file.get_string("general.architecture"));
  traits.layers = static_cast<std::size_t>(file.get_uint(architecture + ".block_count"));
  traits.experts = static_cast<std::size_t>(file.find_uint(architecture + ".expert_count").value_or(0));
  return traits;
}

/// Everything but what the new file must have anew; its alignment is the writer's.
void copy_metadata(const gguf::File& file, const Recipe& recipe, gguf::Writer& writer) {
  for (const gguf::KeyValue& entry : file.metadata()) {
    const bool replaced = entry.key == "general.file_type" || entry.key == "general.quantization_version" ||
                          entry.key == "general.alignment";
    if (!replaced) writer.copy(entry);
  }
  writer.set_uint32("general.file_type", recipe.file_type);
  writer.set_uint32("general.quantization_version", 2);
}

/// What one tensor becomes.
struct Job {
  const gguf::File& file;
  const gguf::TensorInfo& tensor;
  kernels::WeightType from;
  kernels::WeightType to;
  int threads;
};

struct RowError {
  double error = 0.0;  // sums of squares
  double weight = 0.0;
};

/// Quantizes one row; the three buffers are as long as it.
RowError quantize_row(const kernels::Matrix& in, const kernels::Matrix& out, std::byte* blocks,
                      std::size_t row, std::span<float> weights, std::span<float> stored) {
  kernels::reference::dequantize(in.type, in.row(row), weights);
  kernels::reference::quantize(out.type, weights, blocks);
  kernels::reference::dequantize(out.type, blocks, stored);
  RowError result;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double difference = static_cast<double>(stored[i]) - weights[i];
    result.error += difference * difference;
    result.weight += static_cast<double>(weights[i]) * weights[i];
  }
  return result;
}

void write_quantized(const Job& job, const gguf::Writer::Sink& sink, Report& report,
                     const std::function<void(std::uint64_t bytes)>& done) {
  const std::size_t cols = static_cast<std::size_t>(job.tensor.dimensions[0]);
  const std::size_t rows = static_cast<std::size_t>(job.tensor.elements() / cols);
  const kernels::Matrix in = {job.from, rows, cols, job.tensor.data.data()};
  const kernels::Matrix out = {job.to, rows, cols, nullptr};
  const std::size_t rows_at_once = std::clamp<std::size_t>(kWeightsAtOnce / cols, 1, rows);
  std::vector<std::byte> blocks(rows_at_once * out.row_bytes());
  std::vector<RowError> errors(rows_at_once);
  for (std::size_t begin = 0; begin < rows; begin += rows_at_once) {
    const std::size_t count = std::min(rows_at_once, rows - begin);
    const std::size_t grain = std::max<std::size_t>(kWeightsPerRange / cols, 1);
    kernels::parallel_for(count, grain, job.threads, [&](std::size_t first, std::size_t last) {
      std::vector<float> weights(cols);
      std::vector<float> stored(cols);
      for (std::size_t i = first; i < last; ++i) {
        errors[i] = quantize_row(in, out, &blocks[i * out.row_bytes()], begin + i, weights, stored);
      }
    });
    for (std::size_t i = 0; i < count; ++i) {
      if (!std::isfinite(errors[i].error)) {
        fail(job.file,
             fmt::format("row {} of tensor '{}' holds a number that is not finite, or too large for {}; "
                         "the file is damaged, or its training failed.",
                         begin + i, bytes::printable(job.tensor.name, 100),
                         gguf::name(model::tensor_type(job.to))));
      }
      report.square_error += errors[i].error;
      report.square_weights += errors[i].weight;
    }
    sink(std::span(blocks).first(count * out.row_bytes()));
    done(count * in.row_bytes());
  }
}

void write_unchanged(std::span<const std::byte> data, const gguf::Writer::Sink& sink,
                     const std::function<void(std::uint64_t bytes)>& done) {
  constexpr std::size_t kPiece = 16 << 20;
  for (std::size_t begin = 0; begin < data.size(); begin += kPiece) {
    const std::span<const std::byte> piece = data.subspan(begin, std::min(kPiece, data.size() - begin));
    sink(piece);
    done(piece.size());
  }
}

}  // namespace

double Report::relative_error() const {
  return square_weights > 0.0 ? std::sqrt(square_error / square_weights) : 0.0;
}

Report quantize_file(const gguf::File& in, const std::filesystem::path& out, const Recipe& recipe,
                     int threads, const std::function<void(std::string_view tensor, double done)>& progress) {
  refuse_unsuitable(in);
  const ModelTraits traits = read_traits(in, recipe);
  gguf::Writer writer;
  copy_metadata(in, recipe, writer);

  Report report;
  for (const gguf::TensorInfo& tensor : in.tensors()) {
    report.weights += tensor.elements();
    report.bytes_in += tensor.data.size();
  }
  std::uint64_t bytes_done = 0;
  for (const gguf::TensorInfo& tensor : in.tensors()) {
    const auto dimensions = std::span(tensor.dimensions).first(tensor.dimension_count);
    const auto done = [&progress, &bytes_done, &report, name = tensor.name](std::uint64_t bytes) {
      bytes_done += bytes;
      progress(name, static_cast<double>(bytes_done) / static_cast<double>(report.bytes_in));
    };
    gguf::TensorType type = tensor.type;
    const auto from = model::weight_type(tensor.type);
    if (from && may_quantize(tensor.name, dimensions.size())) {
      const TypeChoice choice = choose_type(recipe, traits, tensor.name, dimensions[0]);
      if (choice.type != choice.wanted) ++report.fallbacks[{choice.wanted, choice.type}];
      type = choice.type;
    }
    report.bytes_out +=
        tensor.elements() / gguf::traits(type).block_elements * gguf::traits(type).block_bytes;
    gguf::Writer::StreamData data;
    if (type == tensor.type) {
      data = [&tensor, done](const gguf::Writer::Sink& sink) { write_unchanged(tensor.data, sink, done); };
    } else {
      const Job job = {in, tensor, *from, *model::weight_type(type), threads};
      data = [job, &report, done](const gguf::Writer::Sink& sink) {
        write_quantized(job, sink, report, done);
      };
    }
    writer.add_streamed_tensor(tensor.name, type, {dimensions.begin(), dimensions.end()}, std::move(data));
  }
  writer.write(out);
  return report;
}

}  // namespace quantize
