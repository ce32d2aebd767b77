// What a compiler's -fsanitize=alignment calls before a pointer is used that is not as aligned as its type
// wants.
//
// The calls for -fsanitize=thread name the size of an access only, and 16 bytes may be a float4, which a card
// reads at once, or two doubles, which it reads one after the other. Here the compiler tells the type's
// alignment. That alone is no finding: `quads[1].x` is 4 bytes, wherever the float4 is.
#include <cstddef>
#include <cstdint>

#include "checks.h"

namespace emulator::instrument {

namespace {

/// As compilers lay it out (TypeMismatchData in LLVM's compiler-rt, ubsan_create_data in gcc/ubsan.cc).
struct TypeMismatch {
  const char* file;
  std::uint32_t line, column;
  const void* type;
  std::uint8_t log_alignment;
  std::uint8_t use;  ///< a load, a store, a reference to the object, a member of it, ...
};

constexpr std::uint8_t kLastUseOfAll = 2;  ///< those before a member use the whole object

}  // namespace

}  // namespace emulator::instrument

extern "C" void __ubsan_handle_type_mismatch_v1(const void* data, std::uintptr_t address) {
  using namespace emulator::instrument;
  Lens* lens = current_lens;
  if (lens == nullptr || !lens->checks) return;
  const auto& mismatch = *static_cast<const TypeMismatch*>(data);
  const bool is_vector = std::size_t{1} << mismatch.log_alignment >= kVectorBytes;
  if (mismatch.use > kLastUseOfAll || !is_vector || address % kVectorBytes == 0) return;
  const emulator::Undisturbed undisturbed(*lens->worker);
  lens->misaligned_vectors.insert(address);
}
