// Complete models, damaged at every byte: the reader, the configuration, the weights, a pass through them and
// the tokenizer refuse or work, and do no harm. The same tests run under AddressSanitizer and UBSan.

#include <filesystem>
#include <random>

#include "exercise_model.h"
#include "hostile_files.h"
#include "smallest_model.h"
#include "support/catch.h"
#include "temporary_folder.h"

namespace {

constexpr std::string_view kText = "ab \n<|end|>a\xFF";

/// @return whether the reader accepted the file
bool exercise(const std::filesystem::path& path) {
  bool opened = false;
  accepts([&] {
    const gguf::File file = gguf::File::open(path);
    opened = true;
    exercise_file(file);
    accepts([&] { exercise_model(file); });
    accepts([&] { exercise_tokenizer(file, kText); });
  });
  return opened;
}

}  // namespace

TEST_CASE("the smallest models load, run and tokenize") {
  const TemporaryFolder folder;
  for (const gguf::Writer& writer : {smallest_model(), smallest_bpe_model()}) {
    writer.write(folder.path("m.gguf"));
    const gguf::File file = gguf::File::open(folder.path("m.gguf"));
    CHECK_NOTHROW(exercise_file(file));
    CHECK_NOTHROW(exercise_model(file));
    CHECK_NOTHROW(exercise_tokenizer(file, kText));
  }
}

TEST_CASE("a model cut off at any byte is refused") {
  const TemporaryFolder folder;
  for (const gguf::Writer& writer : {smallest_model(), smallest_bpe_model()}) {
    const auto path = folder.path("cut.gguf");
    writer.write(path);
    std::size_t size = std::filesystem::file_size(path);
    const std::size_t whole = size;
    // The padding behind the last tensor may be missing, less than an alignment of it.
    while (exercise(path)) std::filesystem::resize_file(path, --size);
    CHECK(whole - size <= gguf::Writer::kAlignment);
    while (size > 0) {
      std::filesystem::resize_file(path, --size);
      INFO("cut to " << size << " of " << whole << " bytes");
      REQUIRE_FALSE(exercise(path));
    }
  }
}

TEST_CASE("a model with any byte changed is refused or runs") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const TemporaryFolder folder;
  for (const gguf::Writer& writer : {smallest_model(), smallest_bpe_model()}) {
    const std::vector<std::byte> bytes = writer.to_bytes();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      std::vector<std::byte> changed = bytes;
      changed[i] ^= static_cast<std::byte>(1 + random() % 255);
      INFO("byte " << i << " became " << static_cast<int>(changed[i]));
      REQUIRE_NOTHROW(exercise(folder.write("changed.gguf", changed)));
    }
  }
}

TEST_CASE("hostile files do no harm to any part") {
  const TemporaryFolder folder;
  for (const HostileFile& hostile : hostile_files()) {
    INFO(hostile.name);
    CHECK_NOTHROW(exercise(folder.write("hostile.gguf", hostile.bytes)));
  }
}
