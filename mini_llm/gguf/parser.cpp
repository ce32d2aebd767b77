#include "gguf/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "bytes/printable.h"

namespace gguf {
namespace {

constexpr std::uint32_t kMagic = 0x46554747;  // "GGUF"
constexpr std::size_t kMaxNameBytes = 65535;  // of a key; the specification's limit
constexpr std::uint64_t kDefaultAlignment = 32;
constexpr std::uint64_t kMaxAlignment = 1 << 20;  // far above any real one (32, rarely 4096)
// The least a metadata entry (name length, type, one byte) and a tensor entry (name length, dimension count,
// one dimension, type, offset) can take: a count that needs more than the file has is refused before anything
// is done.
constexpr std::uint64_t kMinMetadataBytes = 8 + 4 + 1;
constexpr std::uint64_t kMinTensorBytes = 8 + 4 + 8 + 4 + 8;

constexpr std::string_view kDamaged = "The file is damaged or not completely downloaded; download it again";

std::string quoted(std::string_view name) { return fmt::format("'{}'", bytes::printable(name, 100)); }

bool is_value_type(std::uint32_t type) { return type <= static_cast<std::uint32_t>(ValueType::kFloat64); }

/// a * b; false when it does not fit 64 bits.
bool multiply(std::uint64_t a, std::uint64_t b, std::uint64_t& product) {
  if (b != 0 && a > std::numeric_limits<std::uint64_t>::max() / b) return false;
  product = a * b;
  return true;
}

}  // namespace

void Parser::fail(const std::string& what) const {
  throw Error(fmt::format("{}: {}", bytes::printable(file_.path().string(), 1000), what));
}

void Parser::fail_truncated() const { fail(fmt::format("the file ends inside {}. {}.", where_, kDamaged)); }

template <typename T>
T Parser::take() {
  const auto value = cursor_.take<T>();
  if (!value) fail_truncated();
  return *value;
}

std::string_view Parser::take_string() {
  const auto length = take<std::uint64_t>();
  const auto text = cursor_.take_bytes(length);
  if (!text) {
    fail(fmt::format("{} has a text of {} bytes, but only {} bytes of the file are left. {}.", where_, length,
                     cursor_.remaining(), kDamaged));
  }
  return {reinterpret_cast<const char*>(text->data()), text->size()};
}

void Parser::parse() {
  parse_header();
  parse_metadata();
  read_alignment();
  parse_tensor_list();
  place_tensors();
  check_overlaps();
}

void Parser::parse_header() {
  if (cursor_.remaining() == 0) fail(fmt::format("the file is empty. {}.", kDamaged));
  if (cursor_.remaining() < 4 || take<std::uint32_t>() != kMagic) {
    fail("this is not a GGUF file: it does not begin with the letters GGUF. Give a model in GGUF format.");
  }
  file_.version_ = take<std::uint32_t>();
  if (file_.version_ == 1) {
    fail(
        "this is GGUF version 1, of 2023; versions 2 and 3 can be read. Download a newer conversion of the "
        "model.");
  }
  if (file_.version_ == 0x02000000 || file_.version_ == 0x03000000) {
    fail(
        "this is a big-endian GGUF file; only little-endian ones can be read. Convert the model for "
        "little-endian.");
  }
  if (file_.version_ != 2 && file_.version_ != 3) {
    fail(fmt::format(
        "it says GGUF version {}; versions 2 and 3 can be read. The file is damaged or newer than this "
        "program.",
        file_.version_));
  }
  tensor_count_ = take<std::uint64_t>();
  metadata_count_ = take<std::uint64_t>();
  if (metadata_count_ > cursor_.remaining() / kMinMetadataBytes) {
    fail(fmt::format(
        "the header announces {} metadata entries, more than fit into the {} bytes left of the file. "
        "{}.",
        metadata_count_, cursor_.remaining(), kDamaged));
  }
  if (tensor_count_ > cursor_.remaining() / kMinTensorBytes) {
    fail(fmt::format("the header announces {} tensors, more than fit into the {} bytes left of the file. {}.",
                     tensor_count_, cursor_.remaining(), kDamaged));
  }
}

void Parser::parse_metadata() {
  for (std::uint64_t i = 0; i < metadata_count_; ++i) {
    where_ = fmt::format("metadata entry {} of {}", i + 1, metadata_count_);
    KeyValue entry = {};
    entry.key = take_string();
    if (entry.key.size() > kMaxNameBytes) {
      fail(fmt::format("the key of {} is {} bytes long; the format allows {}. {}.", where_, entry.key.size(),
                       kMaxNameBytes, kDamaged));
    }
    where_ = fmt::format("the value of metadata key {}", quoted(entry.key));
    const auto type = take<std::uint32_t>();
    if (!is_value_type(type)) fail(fmt::format("{} has the unknown type {}. {}.", where_, type, kDamaged));
    entry.type = entry.element_type = static_cast<ValueType>(type);
    entry.count = 1;

    const std::size_t begin = cursor_.position();
    if (entry.type == ValueType::kArray) {
      parse_array(entry);
    } else if (entry.type == ValueType::kString) {
      take_string();
      entry.data = file_.mapping_.bytes().subspan(begin, cursor_.position() - begin);
    } else {
      const auto data = cursor_.take_bytes(fixed_size(entry.type));
      if (!data) fail_truncated();
      entry.data = *data;
    }
    if (entry.element_type == ValueType::kBool) check_bools(entry);
    file_.metadata_.push_back(entry);
  }

  auto& order = file_.keys_by_name_;
  order.resize(file_.metadata_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return file_.metadata_[a].key < file_.metadata_[b].key; });
  for (std::size_t i = 1; i < order.size(); ++i) {
    const std::string_view key = file_.metadata_[order[i]].key;
    if (key == file_.metadata_[order[i - 1]].key) {
      fail(fmt::format("metadata key {} is there twice. {}.", quoted(key), kDamaged));
    }
  }
}

void Parser::parse_array(KeyValue& entry) {
  const auto element_type = take<std::uint32_t>();
  entry.count = take<std::uint64_t>();
  if (!is_value_type(element_type)) {
    fail(fmt::format("{} is an array of the unknown type {}. {}.", where_, element_type, kDamaged));
  }
  entry.element_type = static_cast<ValueType>(element_type);
  if (entry.element_type == ValueType::kArray) {
    fail(fmt::format("{} is an array of arrays, which no model needs and this program does not read.",
                     where_));
  }
  // A string takes at least its 8-byte length.
  const std::uint64_t least = entry.element_type == ValueType::kString ? 8 : fixed_size(entry.element_type);
  if (entry.count > cursor_.remaining() / least) {
    fail(fmt::format("{} is an array of {} elements, more than fit into the {} bytes left of the file. {}.",
                     where_, entry.count, cursor_.remaining(), kDamaged));
  }
  const std::size_t begin = cursor_.position();
  if (entry.element_type == ValueType::kString) {
    for (std::uint64_t i = 0; i < entry.count; ++i) take_string();
  } else {
    cursor_.take_bytes(entry.count * least);
  }
  entry.data = file_.mapping_.bytes().subspan(begin, cursor_.position() - begin);
}

void Parser::check_bools(const KeyValue& entry) {
  for (const std::byte value : entry.data) {
    if (value > std::byte{1}) {
      fail(fmt::format("{} should be true (1) or false (0), but is {}. {}.", where_,
                       std::to_integer<unsigned>(value), kDamaged));
    }
  }
}

void Parser::read_alignment() {
  file_.alignment_ = file_.find_uint("general.alignment").value_or(kDefaultAlignment);
  const std::uint64_t alignment = file_.alignment_;
  // A multiple of 8 by the specification; it also means that floats in the mapping are aligned.
  if (alignment < 8 || (alignment & (alignment - 1)) != 0 || alignment > kMaxAlignment) {
    fail(fmt::format("'general.alignment' is {}; it must be a power of two from 8 to {}. {}.", alignment,
                     kMaxAlignment, kDamaged));
  }
}

void Parser::parse_tensor_list() {
  for (std::uint64_t i = 0; i < tensor_count_; ++i) {
    where_ = fmt::format("the entry of tensor {} of {}", i + 1, tensor_count_);
    TensorInfo tensor = {};
    tensor.name = take_string();
    if (tensor.name.size() > kMaxNameBytes) {
      fail(fmt::format("the name in {} is {} bytes long. {}.", where_, tensor.name.size(), kDamaged));
    }
    where_ = fmt::format("the entry of tensor {}", quoted(tensor.name));

    tensor.dimension_count = take<std::uint32_t>();
    if (tensor.dimension_count < 1 || tensor.dimension_count > kMaxDimensions) {
      fail(fmt::format("tensor {} has {} dimensions; 1 to {} are possible. {}.", quoted(tensor.name),
                       tensor.dimension_count, kMaxDimensions, kDamaged));
    }
    tensor.dimensions.fill(1);
    std::uint64_t elements = 1;
    for (std::uint32_t d = 0; d < tensor.dimension_count; ++d) {
      tensor.dimensions[d] = take<std::uint64_t>();
      if (tensor.dimensions[d] == 0) {
        fail(fmt::format("tensor {} has a dimension of zero. {}.", quoted(tensor.name), kDamaged));
      }
      if (!multiply(elements, tensor.dimensions[d], elements)) {
        fail(fmt::format("tensor {} says it is {}, more elements than any file can hold. {}.",
                         quoted(tensor.name), shape_text({tensor.dimensions.data(), tensor.dimension_count}),
                         kDamaged));
      }
    }

    const auto type = take<std::uint32_t>();
    const auto type_traits = find_traits(type);
    if (!type_traits) {
      fail(fmt::format(
          "tensor {} has the type number {}, which this program does not know. The file is damaged or "
          "newer than this program.",
          quoted(tensor.name), type));
    }
    tensor.type = type_traits->type;
    if (tensor.dimensions[0] % type_traits->block_elements != 0) {
      fail(fmt::format("tensor {} has rows of {} elements, but {} stores blocks of {}. {}.",
                       quoted(tensor.name), tensor.dimensions[0], type_traits->name,
                       type_traits->block_elements, kDamaged));
    }
    offsets_.push_back(take<std::uint64_t>());
    file_.tensors_.push_back(tensor);
  }

  auto& order = file_.tensors_by_name_;
  order.resize(file_.tensors_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return file_.tensors_[a].name < file_.tensors_[b].name; });
  for (std::size_t i = 1; i < order.size(); ++i) {
    const std::string_view tensor_name = file_.tensors_[order[i]].name;
    if (tensor_name == file_.tensors_[order[i - 1]].name) {
      fail(fmt::format("tensor {} is there twice. {}.", quoted(tensor_name), kDamaged));
    }
  }
}

void Parser::place_tensors() {
  // The data section begins at the next multiple of the alignment. No sum here can wrap: positions are at
  // most the file's size, and padding is less than kMaxAlignment.
  const auto all = file_.mapping_.bytes();
  const std::uint64_t alignment = file_.alignment_;
  const std::uint64_t data_begin =
      (std::uint64_t{cursor_.position()} + alignment - 1) / alignment * alignment;
  const std::uint64_t data_size = all.size() > data_begin ? all.size() - data_begin : 0;

  for (std::size_t i = 0; i < file_.tensors_.size(); ++i) {
    TensorInfo& tensor = file_.tensors_[i];
    const TensorTypeTraits& type = traits(tensor.type);
    const std::uint64_t offset = offsets_[i];
    std::uint64_t size = 0;
    if (!multiply(tensor.elements() / type.block_elements, type.block_bytes, size)) {
      fail(fmt::format("tensor {} says it is {} of {}, more bytes than any file can hold. {}.",
                       quoted(tensor.name), shape_text(tensor), type.name, kDamaged));
    }
    if (offset % alignment != 0) {
      fail(fmt::format("tensor {} begins at offset {}, which is not a multiple of the alignment {}. {}.",
                       quoted(tensor.name), offset, alignment, kDamaged));
    }
    if (offset > data_size || size > data_size - offset) {
      fail(fmt::format(
          "tensor {} ({} of {}) needs {} bytes from offset {} on, but the file has {} bytes of tensor "
          "data. {}.",
          quoted(tensor.name), shape_text(tensor), type.name, size, offset, data_size, kDamaged));
    }
    tensor.data = all.subspan(static_cast<std::size_t>(data_begin + offset), static_cast<std::size_t>(size));
  }
}

void Parser::check_overlaps() {
  std::vector<const TensorInfo*> by_address;
  for (const TensorInfo& tensor : file_.tensors_) by_address.push_back(&tensor);
  std::sort(by_address.begin(), by_address.end(),
            [](const TensorInfo* a, const TensorInfo* b) { return a->data.data() < b->data.data(); });
  for (std::size_t i = 1; i < by_address.size(); ++i) {
    const TensorInfo& before = *by_address[i - 1];
    const TensorInfo& after = *by_address[i];
    if (before.data.data() + before.data.size() > after.data.data()) {
      fail(fmt::format("tensors {} and {} overlap. {}.", quoted(before.name), quoted(after.name), kDamaged));
    }
  }
}

}  // namespace gguf
