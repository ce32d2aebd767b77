// One test for each class of damaged or malicious file: a clear error that names the file, never a crash. The
// same tests run under AddressSanitizer and UBSan.

#include <cstring>
#include <filesystem>
#include <limits>

#include "error_message.h"
#include "gguf/file.h"
#include "raw_gguf.h"
#include "support/catch.h"
#include "temporary_folder.h"

using gguf::ValueType;

namespace {

constexpr std::uint64_t kHuge = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint32_t kF32 = 0;

/// The reader must refuse the file with a message that has the file's name and `words` in it.
void require_refused(const RawGguf& raw, const std::string& words) {
  const TemporaryFolder folder;
  const auto path = folder.write("bad.gguf", raw.bytes);
  try {
    gguf::File::open(path);
  } catch (const gguf::Error& error) {
    INFO(error.what());
    CHECK(std::string(error.what()).find("bad.gguf: ") != std::string::npos);
    CHECK(std::string(error.what()).find(words) != std::string::npos);
    return;
  }
  FAIL("accepted; expected an error about: " << words);
}

/// A file with one F32 tensor of the given shape and offset, and `data_bytes` of data.
RawGguf with_tensor(const std::vector<std::uint64_t>& dimensions, std::uint32_t type, std::uint64_t offset,
                    std::size_t data_bytes) {
  RawGguf raw;
  raw.header(1, 0).tensor("weights", static_cast<std::uint32_t>(dimensions.size()));
  for (const std::uint64_t dimension : dimensions) raw.put(dimension);
  raw.put(type).put(offset).align().zeros(data_bytes);
  return raw;
}

RawGguf with_alignment(std::uint32_t alignment) {
  RawGguf raw;
  raw.header(0, 1).key("general.alignment", ValueType::kUint32).put(alignment);
  return raw;
}

}  // namespace

TEST_CASE("a file that is empty, short, or no GGUF is refused") {
  require_refused(RawGguf(), "empty");
  require_refused(RawGguf().text_bytes("GG"), "not a GGUF file");
  require_refused(RawGguf().text_bytes("PK\x03\x04 and more than that"), "not a GGUF file");
  require_refused(RawGguf().text_bytes("GGUF"), "ends inside the header");
}

TEST_CASE("versions that cannot be read are refused by name") {
  require_refused(RawGguf().header(0, 0, 0), "version 0");
  require_refused(RawGguf().header(0, 0, 1), "version 1");
  require_refused(RawGguf().header(0, 0, 4), "version 4");
  require_refused(RawGguf().header(0, 0, 0x03000000), "big-endian");
}

TEST_CASE("a count of metadata entries that no file could hold is refused before it is used") {
  // The last but one, times the smallest size of an entry (13 bytes), wraps around to less than that.
  for (const std::uint64_t count :
       {std::uint64_t{4}, std::uint64_t{1} << 32, kHuge / 64, kHuge / 13 + 1, kHuge}) {
    require_refused(RawGguf().header(0, count).zeros(40), "metadata entries, more than fit");
  }
}

TEST_CASE("a count of tensors that no file could hold is refused before it is used") {
  // The last but one, times the smallest size of an entry (32 bytes), wraps around to 0.
  for (const std::uint64_t count :
       {std::uint64_t{2}, std::uint64_t{1} << 32, kHuge / 64, kHuge / 32 + 1, kHuge}) {
    require_refused(RawGguf().header(count, 0).zeros(40), "tensors, more than fit");
  }
}

TEST_CASE("a text longer than the rest of the file is refused") {
  for (const std::uint64_t length : {std::uint64_t{100}, std::uint64_t{1} << 40, kHuge - 7, kHuge}) {
    require_refused(RawGguf().header(0, 1).put(length).zeros(40), "text of " + std::to_string(length));
    require_refused(RawGguf().header(0, 1).key("k", ValueType::kString).put(length).zeros(40), "'k'");
    require_refused(RawGguf().header(1, 0).put(length).zeros(40), "text of " + std::to_string(length));
  }
}

TEST_CASE("a key longer than the format allows is refused") {
  require_refused(RawGguf().header(0, 1).string(std::string(65536, 'k')).put<std::uint32_t>(0).zeros(1),
                  "65536 bytes");
}

TEST_CASE("an array longer than the rest of the file is refused, and its size does not wrap around") {
  for (const ValueType element :
       {ValueType::kUint8, ValueType::kFloat32, ValueType::kString, ValueType::kUint64}) {
    for (const std::uint64_t count : {std::uint64_t{100}, std::uint64_t{1} << 61, kHuge / 8 + 1, kHuge}) {
      RawGguf raw;
      raw.header(0, 1)
          .key("a", ValueType::kArray)
          .put(static_cast<std::uint32_t>(element))
          .put(count)
          .zeros(40);
      require_refused(raw, "array of " + std::to_string(count) + " elements");
    }
  }
}

TEST_CASE("arrays of arrays are refused") {
  RawGguf raw;
  raw.header(0, 1).key("a", ValueType::kArray).put(static_cast<std::uint32_t>(ValueType::kArray));
  raw.put<std::uint64_t>(1).put<std::uint32_t>(0).put<std::uint64_t>(0);
  require_refused(raw, "array of arrays");
}

TEST_CASE("unknown value types are refused") {
  require_refused(RawGguf().header(0, 1).string("k").put<std::uint32_t>(13).zeros(40), "unknown type 13");
  require_refused(RawGguf().header(0, 1).string("k").put<std::uint32_t>(0xFFFFFFFF).zeros(40),
                  "unknown type");
  RawGguf raw;
  raw.header(0, 1).key("k", ValueType::kArray).put<std::uint32_t>(99).put<std::uint64_t>(1).zeros(40);
  require_refused(raw, "unknown type 99");
}

TEST_CASE("a truth value that is neither true nor false is refused") {
  require_refused(RawGguf().header(0, 1).key("k", ValueType::kBool).put<std::uint8_t>(2),
                  "true (1) or false (0)");
}

TEST_CASE("duplicate keys and tensor names are refused") {
  RawGguf keys;
  for (keys.header(0, 2); keys.bytes.size() < 50;) keys.key("twice", ValueType::kUint8).put<std::uint8_t>(0);
  require_refused(keys, "'twice' is there twice");

  RawGguf tensors;
  tensors.header(2, 0);
  for (const std::uint64_t offset : {0, 32}) {
    tensors.tensor("same", 1).put<std::uint64_t>(1).put(kF32).put(offset);
  }
  require_refused(tensors.align().zeros(64), "'same' is there twice");
}

TEST_CASE("a number of dimensions out of range is refused") {
  for (const std::uint32_t count : {0u, 5u, 0xFFFFFFFFu}) {
    require_refused(RawGguf().header(1, 0).tensor("weights", count).zeros(80), "dimensions; 1 to 4");
  }
}

TEST_CASE("a dimension of zero is refused") {
  require_refused(with_tensor({0}, kF32, 0, 32), "dimension of zero");
  require_refused(with_tensor({4, 0}, kF32, 0, 32), "dimension of zero");
}

TEST_CASE("a product of dimensions that overflows is refused") {
  require_refused(with_tensor({std::uint64_t{1} << 32, std::uint64_t{1} << 32}, kF32, 0, 32),
                  "more elements than");
  require_refused(with_tensor({kHuge, kHuge, kHuge, kHuge}, kF32, 0, 32), "more elements than");
  // 3 * this is 2^64 + 2: as a wrapped product it would look tiny.
  require_refused(with_tensor({6148914691236517206u, 3}, kF32, 0, 32), "more elements than");
}

TEST_CASE("a size in bytes that overflows although the number of elements fits is refused") {
  require_refused(with_tensor({std::uint64_t{1} << 62}, kF32, 0, 32), "more bytes than");
  require_refused(with_tensor({std::uint64_t{1} << 62, 1, 3}, kF32, 0, 32), "more bytes than");
  constexpr std::uint32_t kF64 = 28;
  require_refused(with_tensor({(std::uint64_t{1} << 61) + 1}, kF64, 0, 64), "more bytes than");
}

TEST_CASE("a tensor that reaches past the end of the file is refused") {
  require_refused(with_tensor({9}, kF32, 0, 32), "needs 36 bytes");
  require_refused(with_tensor({8}, kF32, 32, 32), "from offset 32");
  require_refused(with_tensor({8}, kF32, std::uint64_t{1} << 40, 32), "from offset");
  require_refused(with_tensor({std::uint64_t{1} << 40}, kF32, 0, 32), "needs 4398046511104 bytes");
}

TEST_CASE("an offset whose sum with the size wraps around is refused") {
  require_refused(with_tensor({8}, kF32, kHuge - 31, 64), "from offset 18446744073709551584");
  require_refused(with_tensor({8}, kF32, kHuge - 63, 64), "from offset 18446744073709551552");
}

TEST_CASE("an unaligned tensor is refused") {
  require_refused(with_tensor({1}, kF32, 4, 64), "not a multiple of the alignment 32");
}

TEST_CASE("overlapping tensors are refused") {
  RawGguf raw;
  raw.header(2, 0);
  raw.tensor("first", 1).put<std::uint64_t>(9).put(kF32).put<std::uint64_t>(0);
  raw.tensor("second", 1).put<std::uint64_t>(1).put(kF32).put<std::uint64_t>(32);
  require_refused(raw.align().zeros(128), "'first' and 'second' overlap");
}

TEST_CASE("tensor types that are unknown or were withdrawn are refused") {
  for (const std::uint32_t type : {4u, 5u, 31u, 33u, 36u, 1000u, 0xFFFFFFFFu}) {
    require_refused(with_tensor({256}, type, 0, 4096), "type number " + std::to_string(type));
  }
}

TEST_CASE("rows that are not whole blocks are refused") {
  constexpr std::uint32_t kQ4_0 = 2;
  constexpr std::uint32_t kQ4_K = 12;
  require_refused(with_tensor({33}, kQ4_0, 0, 4096), "blocks of 32");
  require_refused(with_tensor({128, 2}, kQ4_K, 0, 4096), "blocks of 256");
}

TEST_CASE("an alignment that is zero, no power of two, or huge is refused") {
  for (const std::uint32_t alignment : {0u, 1u, 4u, 24u, 33u, 0x80000000u, 0xFFFFFFFFu}) {
    require_refused(with_alignment(alignment), "'general.alignment' is " + std::to_string(alignment));
  }
  RawGguf raw;
  raw.header(0, 1).key("general.alignment", ValueType::kUint64).put(kHuge / 2 + 1);
  require_refused(raw, "'general.alignment' is 9223372036854775808");
  require_refused(RawGguf().header(0, 1).key("general.alignment", ValueType::kString).string("32"),
                  "'general.alignment'");
}

TEST_CASE("a file cut off at any byte is refused") {
  RawGguf raw;
  raw.header(2, 5);
  raw.key("text", ValueType::kString).string("abc");
  raw.key("number", ValueType::kUint32).put<std::uint32_t>(7);
  raw.key("float", ValueType::kFloat64).put(1.0);
  raw.key("words", ValueType::kArray)
      .put(static_cast<std::uint32_t>(ValueType::kString))
      .put<std::uint64_t>(2);
  raw.string("x").string("yz");
  raw.key("bytes", ValueType::kArray)
      .put(static_cast<std::uint32_t>(ValueType::kUint8))
      .put<std::uint64_t>(3)
      .zeros(3);
  raw.tensor("first", 2).put<std::uint64_t>(3).put<std::uint64_t>(2).put(kF32).put<std::uint64_t>(0);
  raw.tensor("second", 1).put<std::uint64_t>(64).put<std::uint32_t>(8).put<std::uint64_t>(32);
  raw.align().zeros(32).zeros(68);

  const TemporaryFolder folder;
  const auto path = folder.write("cut.gguf", raw.bytes);
  CHECK_NOTHROW(gguf::File::open(path));
  for (std::size_t size = raw.bytes.size(); size-- > 0;) {
    std::filesystem::resize_file(path, size);
    INFO("cut to " << size << " of " << raw.bytes.size() << " bytes");
    REQUIRE_THROWS_AS(gguf::File::open(path), gguf::Error);
  }
}

TEST_CASE("a file with any byte changed is read or refused, but does no harm") {
  RawGguf raw;
  raw.header(1, 3);
  raw.key("general.alignment", ValueType::kUint32).put<std::uint32_t>(32);
  raw.key("text", ValueType::kString).string("abc");
  raw.key("words", ValueType::kArray)
      .put(static_cast<std::uint32_t>(ValueType::kString))
      .put<std::uint64_t>(2);
  raw.string("x").string("yz");
  raw.tensor("first", 2).put<std::uint64_t>(3).put<std::uint64_t>(2).put(kF32).put<std::uint64_t>(0);
  raw.align().zeros(32);

  const TemporaryFolder folder;
  for (std::size_t i = 0; i < raw.bytes.size(); ++i) {
    for (const int value : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
      RawGguf changed = raw;
      changed.bytes[i] = static_cast<std::byte>(value);
      const auto path = folder.write("changed.gguf", changed.bytes);
      try {
        const gguf::File file = gguf::File::open(path);
        unsigned sum = 0;  // every view that was given out can be read
        for (const gguf::KeyValue& entry : file.metadata())
          sum += static_cast<unsigned>(describe(entry).size());
        for (const gguf::TensorInfo& tensor : file.tensors()) {
          for (const std::byte byte : tensor.data) sum += static_cast<unsigned>(byte);
        }
        CHECK(sum > 0);
      } catch (const gguf::Error& error) {
        CHECK(std::strlen(error.what()) > 20);
      }
    }
  }
}

TEST_CASE("what is no regular file is refused") {
  const TemporaryFolder folder;
  CHECK(contains(error_message([&] { gguf::File::open(folder.path("")); }), "is a directory"));
  CHECK(contains(error_message([&] { gguf::File::open(folder.path("absent.gguf")); }), "absent.gguf"));
}
