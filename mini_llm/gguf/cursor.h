#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>
#include <type_traits>

namespace gguf {

/// Reads little-endian values from bytes, front to back, and never past their end.
class Cursor {
 public:
  explicit Cursor(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::size_t position() const { return position_; }
  std::size_t remaining() const { return bytes_.size() - position_; }

  /// The next `count` bytes; nullopt, and no movement, when fewer are left.
  std::optional<std::span<const std::byte>> take_bytes(std::uint64_t count) {
    if (count > remaining()) return std::nullopt;
    const auto taken = bytes_.subspan(position_, static_cast<std::size_t>(count));
    position_ += taken.size();
    return taken;
  }

  template <typename T>
  std::optional<T> take() {
    static_assert(std::is_arithmetic_v<T>);
    const auto raw = take_bytes(sizeof(T));
    if (!raw) return std::nullopt;
    T value;
    std::memcpy(&value, raw->data(), sizeof(T));  // the file gives no alignment
    return value;
  }

  /// A 64-bit length and as many bytes; nullopt when the file ends first.
  std::optional<std::string_view> take_string() {
    const auto length = take<std::uint64_t>();
    if (!length) return std::nullopt;
    const auto text = take_bytes(*length);
    if (!text) return std::nullopt;
    return std::string_view(reinterpret_cast<const char*>(text->data()), text->size());
  }

  /// For bytes that were checked before: running out of them is a mistake in this program.
  template <typename T>
  T take_or_throw() {
    return checked(take<T>());
  }
  std::string_view take_string_or_throw() { return checked(take_string()); }

 private:
  template <typename T>
  static T checked(std::optional<T> value) {
    if (!value) throw std::logic_error("gguf::Cursor: read past the end of a value that was already checked");
    return *value;
  }

  std::span<const std::byte> bytes_;
  std::size_t position_ = 0;
};

}  // namespace gguf
