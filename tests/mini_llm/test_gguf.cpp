// What the GGUF reader accepts, and that the writer's files are read back.

#include <cstring>
#include <filesystem>

#include "error_message.h"
#include "gguf/file.h"
#include "gguf/writer.h"
#include "raw_gguf.h"
#include "support/catch.h"
#include "temporary_folder.h"

using gguf::TensorType;

namespace {

std::vector<std::byte> bytes_of(std::vector<float> values) {
  std::vector<std::byte> bytes(values.size() * sizeof(float));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

}  // namespace

TEST_CASE("what the writer writes, the reader reads") {
  gguf::Writer writer;
  writer.set_string("s", "text");
  writer.set_string("empty", "");
  writer.set_uint32("u32", 4000000000u);
  writer.set_int32("i32", -7);
  writer.set_uint64("u64", std::uint64_t{1} << 63);
  writer.set_float("f", 0.5f);
  writer.set_bool("b", true);
  writer.set_string_array("strings", std::vector<std::string>{"a", "", "ccc"});
  writer.set_float_array("floats", std::vector<float>{1.5f, -2.0f});
  writer.set_int_array("ints", std::vector<std::int32_t>{-1, 2});
  writer.add_tensor("matrix", TensorType::kF32, {3, 2}, bytes_of({1, 2, 3, 4, 5, 6}));
  writer.add_tensor("blocks", TensorType::kQ8_0, {64, 1, 3}, std::vector<std::byte>(6 * 34, std::byte{9}));

  const TemporaryFolder folder;
  writer.write(folder.path("f.gguf"));
  const gguf::File file = gguf::File::open(folder.path("f.gguf"));
  CHECK(file.version() == 3);
  CHECK(file.metadata().size() == 10);
  CHECK(file.get_string("s") == "text");
  CHECK(file.get_string("empty").empty());
  CHECK(file.get_uint("u32") == 4000000000u);
  CHECK(file.get_uint("u64") == std::uint64_t{1} << 63);
  CHECK(file.get_float("f") == 0.5);
  CHECK(file.get_bool("b"));
  CHECK(file.get_string_array("strings") == std::vector<std::string_view>{"a", "", "ccc"});
  CHECK(file.get_float_array("floats") == std::vector<float>{1.5f, -2.0f});
  CHECK(file.get_int_array("ints") == std::vector<std::int32_t>{-1, 2});
  CHECK_FALSE(file.has("absent"));
  CHECK(file.find_uint("absent") == std::nullopt);

  const gguf::TensorInfo* matrix = file.find_tensor("matrix");
  REQUIRE(matrix != nullptr);
  CHECK(matrix->elements() == 6);
  CHECK(gguf::shape_text(*matrix) == "3 x 2");
  const std::vector<float> expected = {1, 2, 3, 4, 5, 6};
  REQUIRE(matrix->data.size() == 24);
  CHECK(std::memcmp(matrix->data.data(), expected.data(), 24) == 0);
  CHECK(reinterpret_cast<std::uintptr_t>(matrix->data.data()) % 8 == 0);
  const gguf::TensorInfo* blocks = file.find_tensor("blocks");
  REQUIRE(blocks != nullptr);
  CHECK(blocks->data.size() == 6 * 34);
  CHECK(blocks->data[6 * 34 - 1] == std::byte{9});
  CHECK(file.find_tensor("absent") == nullptr);
}

TEST_CASE("a file can be copied entry by entry") {
  gguf::Writer writer;
  writer.set_string("s", "text");
  writer.set_string_array("strings", std::vector<std::string>{"a", "bb"});
  writer.set_uint32("u", 3);
  const TemporaryFolder folder;
  writer.write(folder.path("a.gguf"));
  const gguf::File file = gguf::File::open(folder.path("a.gguf"));
  gguf::Writer copy;
  for (const gguf::KeyValue& entry : file.metadata()) copy.copy(entry);
  CHECK(copy.to_bytes() == writer.to_bytes());
}

TEST_CASE("version 2 files are read") {
  RawGguf raw;
  raw.header(0, 1, 2).key("answer", gguf::ValueType::kUint8).put<std::uint8_t>(42);
  const TemporaryFolder folder;
  const gguf::File file = gguf::File::open(folder.write("v2.gguf", raw.bytes));
  CHECK(file.version() == 2);
  CHECK(file.get_uint("answer") == 42);
}

TEST_CASE("an alignment other than 32 is obeyed") {
  RawGguf raw;
  raw.header(1, 1).key("general.alignment", gguf::ValueType::kUint32).put<std::uint32_t>(128);
  raw.tensor("t", 1).put<std::uint64_t>(1).put<std::uint32_t>(0).put<std::uint64_t>(128).align(128);
  raw.zeros(128).put(2.5f);
  const TemporaryFolder folder;
  const gguf::File file = gguf::File::open(folder.write("aligned.gguf", raw.bytes));
  float value = 0;
  std::memcpy(&value, file.find_tensor("t")->data.data(), sizeof(value));
  CHECK(value == 2.5f);
}

TEST_CASE("a value of another type is refused with its key and value") {
  gguf::Writer writer;
  writer.set_string("count", "twelve");
  writer.set_int32("negative", -1);
  writer.set_string_array("names", std::vector<std::string>{"x"});
  const TemporaryFolder folder;
  writer.write(folder.path("f.gguf"));
  const gguf::File file = gguf::File::open(folder.path("f.gguf"));
  const std::string message = error_message([&] { file.get_uint("count"); });
  CHECK(contains(message, "'count'"));
  CHECK(contains(message, "\"twelve\""));
  CHECK_THROWS_AS(file.find_uint("count"), gguf::Error);
  CHECK_THROWS_AS(file.get_float("count"), gguf::Error);
  CHECK_THROWS_AS(file.get_bool("count"), gguf::Error);
  CHECK_THROWS_AS(file.get_uint("negative"), gguf::Error);
  CHECK_THROWS_AS(file.get_string("names"), gguf::Error);
  CHECK_THROWS_AS(file.get_int_array("names"), gguf::Error);
  CHECK_THROWS_AS(file.get_string_array("count"), gguf::Error);
  CHECK(contains(error_message([&] { file.get_string("absent"); }), "'absent' is missing"));
}

TEST_CASE("hostile names are shown without control characters") {
  RawGguf raw;
  raw.header(0, 1)
      .key("\x1b[2Jname\n\xff", gguf::ValueType::kString)
      .string("\x1b]0;title\x07\xe2\x80\xaegnp");
  const TemporaryFolder folder;
  const gguf::File file = gguf::File::open(folder.write("f.gguf", raw.bytes));
  CHECK(gguf::describe(file.metadata()[0]) == "\"\\x1B]0;title\\x07\\u{202E}gnp\"");
  try {
    file.get_uint("\x1b[2Jname\n\xff");
    FAIL("accepted");
  } catch (const gguf::Error& error) {
    CHECK(std::string(error.what()).find('\x1b') == std::string::npos);
    CHECK(std::string(error.what()).find("\\x1B[2Jname\\n\\xFF") != std::string::npos);
  }
}

TEST_CASE("the writer refuses shapes and data that do not fit") {
  gguf::Writer writer;
  CHECK_THROWS_AS(writer.add_tensor("t", TensorType::kQ4_0, {33}, std::vector<std::byte>()),
                  std::invalid_argument);
  CHECK_THROWS_AS(writer.add_tensor("t", TensorType::kF32, {}, std::vector<std::byte>()),
                  std::invalid_argument);
  writer.add_tensor("t", TensorType::kF32, {2}, std::vector<std::byte>(4));
  const TemporaryFolder folder;
  CHECK_THROWS_AS(writer.write(folder.path("t.gguf")), std::invalid_argument);
  CHECK(std::filesystem::is_empty(folder.path("")));
}
