// make_seeds FOLDER: writes what the fuzz targets start from, FOLDER/model/* and FOLDER/tokenizer/*: two
// models that run, and every hostile file of the tests; FOLDER/chat/*: what each family of templates is known
// by.

#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>

#include "chat/families.h"
#include "gguf/value.h"
#include "hostile_files.h"
#include "raw_gguf.h"
#include "smallest_model.h"

namespace fs = std::filesystem;

namespace {

void write(const fs::path& path, const std::vector<std::byte>& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

/// A vocabulary without weights, a third of a model's size, so that more of the fuzzer's changes meet it.
gguf::Writer vocabulary(const char* model, const char* pre_tokenizer) {
  gguf::Writer writer;
  writer.set_string("tokenizer.ggml.model", model);
  writer.set_string_array(
      "tokenizer.ggml.tokens",
      std::vector<std::string>{"a", "b", "ab", "\u0120", "<|end|>", "\u2581", "<0x41>", "1"});
  writer.set_int_array("tokenizer.ggml.token_type", std::vector<std::int32_t>{1, 1, 1, 1, 3, 4, 6, 2});
  writer.set_float_array("tokenizer.ggml.scores", std::vector<float>{-1, -2, -3, -4, 0, -5, 0, 0});
  writer.set_string_array("tokenizer.ggml.merges", std::vector<std::string>{"a b"});
  writer.set_string("tokenizer.ggml.pre", pre_tokenizer);
  writer.set_uint32("tokenizer.ggml.unknown_token_id", 7);
  return writer;
}

void make_seeds(const fs::path& folder) {
  for (const char* target : {"model", "tokenizer"}) {
    const fs::path to = folder / target;
    fs::create_directories(to);
    write(to / "sentencepiece", smallest_model().to_bytes());
    write(to / "bpe", smallest_bpe_model().to_bytes());
    for (const HostileFile& hostile : hostile_files()) write(to / hostile.name, hostile.bytes);
  }
  write(folder / "tokenizer" / "vocabulary_llama", vocabulary("llama", "default").to_bytes());
  for (const char* pre : {"default", "gpt-2", "llama-bpe", "qwen2", "deepseek-llm"})
    write(folder / "tokenizer" / (std::string("vocabulary_") + pre), vocabulary("gpt2", pre).to_bytes());
}

/// Not the templates themselves, which are others' work: the tags that make us recognize them, and a
/// conversation.
void make_chat_seeds(const fs::path& folder) {
  fs::create_directories(folder);
  for (const chat::Family& family : chat::families()) {
    std::string text;
    for (const std::string_view mark : family.marks) text += mark;
    text += std::string("\0Be brief.\0Hi\0Yes? <|im_end|>\0Bye [/INST]", 41);
    std::vector<std::byte> bytes(text.size());
    std::memcpy(bytes.data(), text.data(), text.size());
    write(folder / family.name, bytes);
  }
}

}  // namespace

int main(int count, char** values) {
  if (count != 2) {
    std::fputs("usage: fuzz_make_seeds FOLDER\n", stderr);
    return 2;
  }
  try {
    make_seeds(values[1]);
    make_chat_seeds(fs::path(values[1]) / "chat");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fuzz_make_seeds: %s\n", error.what());
    return 1;
  }
}
