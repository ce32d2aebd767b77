// The input is a model file, of which the tokenizer is loaded, and a text to encode: the last bytes, which in
// a file are those of a tensor or nobody's.

#include <algorithm>
#include <string>

#include "exercise_model.h"
#include "memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kTextBytes = 96;
  const std::size_t length = std::min(size, kTextBytes);
  const std::string text(reinterpret_cast<const char*>(data) + size - length, length);
  const MemoryFile input(data, size);
  accepts([&] {
    const gguf::File file = gguf::File::open(input.path());
    accepts([&] { exercise_tokenizer(file, text); });
    exercise_tokenizer(file, "ab \n<|end|>a\xE2\x96\x81" + text);
  });
  return 0;
}
