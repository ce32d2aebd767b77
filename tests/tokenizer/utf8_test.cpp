#include "tokenizer/utf8.h"

#include <random>
#include <string>

#include "small_vocabularies.h"
#include "support/catch.h"

using namespace tokenizer;

namespace {

const std::string kBad(kReplacementCharacter);

std::string stream_in_chunks(std::string_view text, std::size_t chunk) {
  Utf8Stream stream;
  std::string result;
  for (; !text.empty(); text.remove_prefix(std::min(chunk, text.size()))) {
    const std::string part = stream.push(text.substr(0, chunk));
    CHECK(is_valid_utf8(part));
    result += part;
  }
  return result + stream.flush();
}

}  // namespace

TEST_CASE("a character of each length decodes") {
  struct Case {
    std::string text;
    char32_t code_point;
  };
  for (const auto& [text, code_point] :
       {Case{"A", U'A'}, Case{"\x7F", 0x7F}, Case{"\u0080", 0x80}, Case{"\u07FF", 0x7FF},
        Case{"\u0800", 0x800}, Case{"\uFFFF", 0xFFFF}, Case{"\U00010000", 0x10000},
        Case{"\U0010FFFF", 0x10FFFF}, Case{std::string(1, '\0'), 0}}) {
    const Utf8Char c = decode_utf8(text + "tail");
    CHECK(c.status == Utf8Char::Status::kValid);
    CHECK(c.length == text.size());
    CHECK(c.code_point == code_point);
  }
}

TEST_CASE("appending a code point and decoding it gives it back, for every scalar value") {
  for (char32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
    std::string text;
    append_utf8(text, code_point);
    const Utf8Char c = decode_utf8(text);
    if (c.status != Utf8Char::Status::kValid || c.code_point != code_point || c.length != text.size())
      FAIL("U+" << std::hex << static_cast<std::uint32_t>(code_point));
  }
}

TEST_CASE("bytes that are not UTF-8 are replaced, one U+FFFD for each maximal part") {
  const auto replaced = [](std::string_view text) { return replace_invalid_utf8(text); };
  CHECK(replaced("\x80") == kBad);                                   // a continuation alone
  CHECK(replaced("a\xFF\x62") == "a" + kBad + "b");                  // a byte that UTF-8 never has
  CHECK(replaced("\xC0\xAF") == kBad + kBad);                        // overlong '/'
  CHECK(replaced("\xE0\x80\xAF") == kBad + kBad + kBad);             // overlong, three bytes
  CHECK(replaced("\xF0\x80\x80\xAF") == kBad + kBad + kBad + kBad);  // overlong, four bytes
  CHECK(replaced("\xED\xA0\x80") == kBad + kBad + kBad);             // a surrogate
  CHECK(replaced("\xF4\x90\x80\x80") == kBad + kBad + kBad + kBad);  // above U+10FFFF
  CHECK(replaced("\xE2\x82") == kBad);                               // cut short at the end
  CHECK(replaced("\xE2\x82!") == kBad + "!");                        // cut short by another character
  CHECK(replaced("\xF0\x9F\x98\xF0\x9F\x98\x81") == kBad + "\U0001F601");
}

TEST_CASE("replacing bytes leaves valid text alone and always gives valid text") {
  const auto seed = std::random_device{}();
  std::mt19937_64 random(seed);
  INFO("seed " << seed);
  for (int round = 0; round < 200; ++round) {
    const std::string valid = tokenizer_test::random_text(random, 50);
    CHECK(is_valid_utf8(valid));
    CHECK(replace_invalid_utf8(valid) == valid);

    std::string bytes(100, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    CHECK(is_valid_utf8(replace_invalid_utf8(bytes)));
    CHECK(is_valid_utf8(bytes) == (replace_invalid_utf8(bytes) == bytes));
  }
}

TEST_CASE("a stream gives back the same text however it is cut") {
  const std::string text = "aé€😁 \u0800\uFFFD\U0010FFFF\n";
  for (std::size_t chunk = 1; chunk <= text.size(); ++chunk) CHECK(stream_in_chunks(text, chunk) == text);
}

TEST_CASE("a stream replaces the same bytes however it is cut") {
  const std::string text =
      "\x80"
      "a\xE2\x82"
      "b\xF0\x9F\x98\xED\xA0\x80\xC0\xAF\xF4\x90\xE2\x82\xAC\xF0\x9F";
  for (std::size_t chunk = 1; chunk <= text.size(); ++chunk)
    CHECK(stream_in_chunks(text, chunk) == replace_invalid_utf8(text));
}

TEST_CASE("a stream holds a character back until its last byte") {
  Utf8Stream stream;
  CHECK(stream.push("a\xF0") == "a");
  CHECK(stream.push("\x9F") == "");
  CHECK(stream.push("\x98") == "");
  CHECK(stream.push("\x81") == "\U0001F601");
  CHECK(stream.flush() == "");
}

TEST_CASE("a stream can be used again after flush") {
  Utf8Stream stream;
  CHECK(stream.push("\xE2\x82") == "");
  CHECK(stream.flush() == kBad);
  CHECK(stream.push("\xAC ok") == kBad + " ok");
  CHECK(stream.flush() == "");
}
