#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gguf/tensor_type.h"
#include "gguf/value.h"

namespace gguf {

/// Builds a GGUF version 3 file: metadata first, then tensors, each in the order of the calls.
///
/// @code
/// Writer writer;
/// writer.set_string("general.architecture", "llama");
/// writer.add_tensor("output_norm.weight", TensorType::kF32, {256}, bytes_of(norm));
/// writer.write("model.gguf");
/// @endcode
class Writer {
 public:
  /// Where tensor data begins, and every tensor in it, is a multiple of this.
  static constexpr std::uint64_t kAlignment = 32;
  using MakeData = std::function<std::vector<std::byte>()>;
  /// Takes a piece of data, which follows the piece before it.
  using Sink = std::function<void(std::span<const std::byte>)>;
  using StreamData = std::function<void(const Sink& sink)>;

  void set_string(std::string_view key, std::string_view value);
  void set_uint32(std::string_view key, std::uint32_t value);
  void set_int32(std::string_view key, std::int32_t value);
  void set_uint64(std::string_view key, std::uint64_t value);
  void set_float(std::string_view key, float value);
  void set_bool(std::string_view key, bool value);
  void set_string_array(std::string_view key, std::span<const std::string> values);
  void set_float_array(std::string_view key, std::span<const float> values);
  void set_int_array(std::string_view key, std::span<const std::int32_t> values);
  /// An entry of another file, as it is.
  void copy(const KeyValue& entry);

  /// @param dimensions  1 to 4, fastest first; rows are whole blocks of `type`
  /// @param data  called once, while writing: a large model is never in memory as a whole.
  ///              Must return exactly the bytes that the shape and type need.
  /// @throws std::invalid_argument when the shape does not fit the type
  void add_tensor(std::string_view name, TensorType type, std::vector<std::uint64_t> dimensions,
                  MakeData data);
  void add_tensor(std::string_view name, TensorType type, std::vector<std::uint64_t> dimensions,
                  std::vector<std::byte> data);

  /// As add_tensor, for tensors too large to be in memory as a whole.
  ///
  /// @param data  called once, while writing; gives the tensor's bytes to the sink, in pieces of any size
  void add_streamed_tensor(std::string_view name, TensorType type, std::vector<std::uint64_t> dimensions,
                           StreamData data);

  /// The file is complete or not there at all (bytes::OutputFile).
  /// @throws bytes::FileError, std::invalid_argument when a tensor's data has another size than announced
  void write(const std::filesystem::path& path) const;

  /// The whole file in memory.
  std::vector<std::byte> to_bytes() const;

 private:
  struct Tensor {
    std::string name;
    TensorType type;
    std::vector<std::uint64_t> dimensions;
    std::uint64_t size;  // in bytes, without padding
    StreamData data;
  };

  void begin_entry(std::string_view key, ValueType type);
  void write_to(const Sink& sink) const;

  std::vector<std::byte> metadata_;
  std::uint64_t metadata_count_ = 0;
  std::vector<Tensor> tensors_;
};

}  // namespace gguf
