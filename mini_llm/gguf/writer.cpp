#include "gguf/writer.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "bytes/output_file.h"
#include "gguf/file.h"

namespace gguf {
namespace {

template <typename T>
void append(std::vector<std::byte>& out, T value) {
  const auto* raw = reinterpret_cast<const std::byte*>(&value);
  out.insert(out.end(), raw, raw + sizeof(T));
}

void append_string(std::vector<std::byte>& out, std::string_view text) {
  append<std::uint64_t>(out, text.size());
  const auto* raw = reinterpret_cast<const std::byte*>(text.data());
  out.insert(out.end(), raw, raw + text.size());
}

std::uint64_t padded(std::uint64_t size) {
  return (size + Writer::kAlignment - 1) / Writer::kAlignment * Writer::kAlignment;
}

}  // namespace

void Writer::begin_entry(std::string_view key, ValueType type) {
  append_string(metadata_, key);
  append(metadata_, static_cast<std::uint32_t>(type));
  ++metadata_count_;
}

void Writer::set_string(std::string_view key, std::string_view value) {
  begin_entry(key, ValueType::kString);
  append_string(metadata_, value);
}

void Writer::set_uint32(std::string_view key, std::uint32_t value) {
  begin_entry(key, ValueType::kUint32);
  append(metadata_, value);
}

void Writer::set_int32(std::string_view key, std::int32_t value) {
  begin_entry(key, ValueType::kInt32);
  append(metadata_, value);
}

void Writer::set_uint64(std::string_view key, std::uint64_t value) {
  begin_entry(key, ValueType::kUint64);
  append(metadata_, value);
}

void Writer::set_float(std::string_view key, float value) {
  begin_entry(key, ValueType::kFloat32);
  append(metadata_, value);
}

void Writer::set_bool(std::string_view key, bool value) {
  begin_entry(key, ValueType::kBool);
  append(metadata_, static_cast<std::uint8_t>(value ? 1 : 0));
}

void Writer::set_string_array(std::string_view key, std::span<const std::string> values) {
  begin_entry(key, ValueType::kArray);
  append(metadata_, static_cast<std::uint32_t>(ValueType::kString));
  append<std::uint64_t>(metadata_, values.size());
  for (const std::string& value : values) append_string(metadata_, value);
}

void Writer::set_float_array(std::string_view key, std::span<const float> values) {
  begin_entry(key, ValueType::kArray);
  append(metadata_, static_cast<std::uint32_t>(ValueType::kFloat32));
  append<std::uint64_t>(metadata_, values.size());
  for (const float value : values) append(metadata_, value);
}

void Writer::set_int_array(std::string_view key, std::span<const std::int32_t> values) {
  begin_entry(key, ValueType::kArray);
  append(metadata_, static_cast<std::uint32_t>(ValueType::kInt32));
  append<std::uint64_t>(metadata_, values.size());
  for (const std::int32_t value : values) append(metadata_, value);
}

void Writer::copy(const KeyValue& entry) {
  begin_entry(entry.key, entry.type);
  if (entry.type == ValueType::kArray) {
    append(metadata_, static_cast<std::uint32_t>(entry.element_type));
    append<std::uint64_t>(metadata_, entry.count);
  }
  metadata_.insert(metadata_.end(), entry.data.begin(), entry.data.end());
}

void Writer::add_streamed_tensor(std::string_view name, TensorType type,
                                 std::vector<std::uint64_t> dimensions, StreamData data) {
  const TensorTypeTraits& layout = traits(type);
  const bool right_shape = !dimensions.empty() && dimensions.size() <= kMaxDimensions &&
                           dimensions[0] % layout.block_elements == 0;
  if (!right_shape) {
    throw std::invalid_argument(fmt::format("gguf::Writer: tensor '{}' of {} cannot have the shape {}", name,
                                            layout.name, shape_text(dimensions)));
  }
  std::uint64_t size = dimensions[0] / layout.block_elements * layout.block_bytes;
  for (std::size_t d = 1; d < dimensions.size(); ++d) size *= dimensions[d];
  tensors_.push_back({std::string(name), type, std::move(dimensions), size, std::move(data)});
}

void Writer::add_tensor(std::string_view name, TensorType type, std::vector<std::uint64_t> dimensions,
                        MakeData data) {
  add_streamed_tensor(name, type, std::move(dimensions),
                      [make = std::move(data)](const Sink& sink) { sink(make()); });
}

void Writer::add_tensor(std::string_view name, TensorType type, std::vector<std::uint64_t> dimensions,
                        std::vector<std::byte> data) {
  add_tensor(name, type, std::move(dimensions), [kept = std::move(data)] { return kept; });
}

void Writer::write_to(const Sink& sink) const {
  std::vector<std::byte> head;
  append<std::uint32_t>(head, 0x46554747);  // "GGUF"
  append<std::uint32_t>(head, 3);
  append<std::uint64_t>(head, tensors_.size());
  append<std::uint64_t>(head, metadata_count_);
  head.insert(head.end(), metadata_.begin(), metadata_.end());
  std::uint64_t offset = 0;
  for (const Tensor& tensor : tensors_) {
    append_string(head, tensor.name);
    append(head, static_cast<std::uint32_t>(tensor.dimensions.size()));
    for (const std::uint64_t dimension : tensor.dimensions) append(head, dimension);
    append(head, static_cast<std::uint32_t>(tensor.type));
    append(head, offset);
    offset += padded(tensor.size);
  }
  head.resize(static_cast<std::size_t>(padded(head.size())));
  sink(head);

  for (const Tensor& tensor : tensors_) {
    std::uint64_t given = 0;
    tensor.data([&](std::span<const std::byte> piece) {
      given += piece.size();
      sink(piece);
    });
    if (given != tensor.size) {
      throw std::invalid_argument(fmt::format("gguf::Writer: tensor '{}' needs {} bytes, but {} were given",
                                              tensor.name, tensor.size, given));
    }
    sink(std::vector<std::byte>(static_cast<std::size_t>(padded(given) - given)));
  }
}

void Writer::write(const std::filesystem::path& path) const {
  bytes::OutputFile file(path);
  write_to([&](std::span<const std::byte> data) { file.write(data); });
  file.commit();
}

std::vector<std::byte> Writer::to_bytes() const {
  std::vector<std::byte> all;
  write_to([&](std::span<const std::byte> data) { all.insert(all.end(), data.begin(), data.end()); });
  return all;
}

}  // namespace gguf
