// The input is a model file: the reader, the configuration, the weights, a pass of two tokens.

#include "exercise_model.h"
#include "memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const MemoryFile input(data, size);
  accepts([&] {
    const gguf::File file = gguf::File::open(input.path());
    exercise_file(file);
    exercise_model(file);
  });
  return 0;
}
