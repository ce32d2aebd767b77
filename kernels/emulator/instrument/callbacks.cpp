// What a compiler's -fsanitize=thread calls at every access to memory, answered by us and not by its library.
// Names and meaning: gcc/sanitizer.def and llvm's ThreadSanitizer pass, which call the same functions.
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "checks.h"
#include "instrument.h"
#include "profile_log.h"
#include "releases.h"
#include "runtime/observer.h"
#include "simple_access.h"

namespace emulator::instrument {

namespace {

/// For the profile.
/// @param widest  the widest access that a card makes of it
[[gnu::always_inline]] inline void count(const volatile void* address, std::size_t bytes, std::size_t widest,
                                         Access access, void* pc) {
  Lens* lens = current_lens;
  if (lens == nullptr || lens->log == nullptr) return;
  const Undisturbed undisturbed(*lens->worker);
  lens->log->add(*lens, reinterpret_cast<std::uintptr_t>(address), bytes, widest, access,
                 reinterpret_cast<std::uintptr_t>(pc));
}
[[gnu::always_inline]] inline void count(const volatile void* address, std::size_t bytes, Access access,
                                         void* pc) {
  count(address, bytes, kVectorBytes, access, pc);
}

/// Of a structure that the compiler does not call aligned, although a register could hold it: then its
/// elements are smaller, and a card takes them one by one.
constexpr std::size_t widest_in(std::size_t bytes) {
  const bool fits_a_register = bytes <= kVectorBytes && (bytes & (bytes - 1)) == 0;
  return !fits_a_register ? kVectorBytes : bytes > 4 ? 4 : bytes > 1 ? bytes / 2 : 1;
}

[[gnu::always_inline]] inline void check(const volatile void* address, std::size_t bytes, Access access,
                                         bool is_volatile, bool aligned, void* pc,
                                         bool compares_first = false, bool stores = false) {
  Lens* lens = current_lens;
  if (__builtin_expect(lens == nullptr, 1)) return;  // host code
  if (!lens->checks) return;
  const auto a = reinterpret_cast<std::uintptr_t>(address);
  const auto at = reinterpret_cast<std::uintptr_t>(pc);
  if (bytes == 4 && access != Access::kAtomic && !is_volatile &&
      (check_simple_shared(*lens, a, access, at) || check_simple_global(*lens, a, access, at))) {
    return;
  }
  // A thread's own variables are on its stack.
  const Fiber& fiber = lens->worker->fiber();
  if (a - reinterpret_cast<std::uintptr_t>(fiber.stack) < fiber.stack_bytes) return;
  const Attempt attempt{
      a, bytes, access, is_volatile, aligned, access != Access::kWrite && !stores, compares_first, at};
  check_access(*lens, attempt);
}

[[gnu::always_inline]] inline void see(const volatile void* address, std::size_t bytes, Access access,
                                       bool is_volatile, bool aligned, void* pc) {
  count(address, bytes, aligned ? kVectorBytes : widest_in(bytes), access, pc);
  check(address, bytes, access, is_volatile, aligned, pc);
}

/// memcpy and its kin: nobody knows how wide a card would make it, so it is taken to be as wide as possible.
[[gnu::always_inline]] inline void see_bytes(const void* address, std::size_t bytes, Access access,
                                             void* pc) {
  if (bytes == 0) return;
  count(address, bytes, access, pc);
  check(address, bytes, access, false, false, pc);
}

[[gnu::always_inline]] inline void see_copy(void* to, const void* from, std::size_t bytes, void* pc) {
  see_bytes(from, bytes, Access::kRead, pc);
  see_bytes(to, bytes, Access::kWrite, pc);
}

/// The shadow headers make an atomic operation that the processor does not have from a relaxed load and an
/// exchange that is tried until it succeeds. For a card that is one operation.
[[gnu::always_inline]] inline bool is_part_of_an_update(int order) { return order == __ATOMIC_RELAXED; }

[[gnu::always_inline]] inline void see_atomic_load(const volatile void* address, std::size_t bytes, int order,
                                                   void* pc) {
  if (!is_part_of_an_update(order)) count(address, bytes, Access::kRead, pc);
  check(address, bytes, Access::kAtomic, false, true, pc);
}

[[gnu::always_inline]] inline void see_atomic_store(const volatile void* address, std::size_t bytes,
                                                    void* pc) {
  count(address, bytes, Access::kAtomic, pc);
  check(address, bytes, Access::kAtomic, false, true, pc, false, true);
}

/// Makes an atomic operation, so that the checks know what its thread learns and tells by it.
/// @param change  the operation; returns whether it changed the atomic
template <class Change>
[[gnu::always_inline]] inline void make(const volatile void* address, Change change) {
  Lens* lens = current_lens;
  if (__builtin_expect(lens == nullptr, 1) || !lens->checks) {
    change();
  } else {
    const Undisturbed undisturbed(*lens->worker);
    Releases::instance().update(*lens, reinterpret_cast<std::uintptr_t>(address), change);
  }
}

template <class T>
[[gnu::always_inline]] inline bool see_exchange(volatile T* address, T* expected, T value,
                                                int order_of_failure, void* pc) {
  check(address, sizeof(T), Access::kAtomic, false, true, pc, !is_part_of_an_update(order_of_failure));
  bool done = false;
  make(address, [&] {
    return done = __atomic_compare_exchange_n(address, expected, value, false, __ATOMIC_SEQ_CST,
                                              __ATOMIC_SEQ_CST);
  });
  if (done || !is_part_of_an_update(order_of_failure)) count(address, sizeof(T), Access::kAtomic, pc);
  return done;
}

}  // namespace

}  // namespace emulator::instrument

using emulator::instrument::Access;
using emulator::instrument::make;
using emulator::instrument::see;
using emulator::instrument::see_atomic_load;
using emulator::instrument::see_atomic_store;
using emulator::instrument::see_bytes;
using emulator::instrument::see_copy;
using emulator::instrument::see_exchange;

#define CALLER __builtin_return_address(0)

extern "C" {

void __tsan_init() { emulator::instrument::start(); }
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_vptr_read(void**) {}
void __tsan_vptr_update(void**, void*) {}

#define ACCESSES(N)                                                                                    \
  void __tsan_read##N(void* a) { see(a, N, Access::kRead, false, true, CALLER); }                      \
  void __tsan_write##N(void* a) { see(a, N, Access::kWrite, false, true, CALLER); }                    \
  void __tsan_unaligned_read##N(void* a) { see(a, N, Access::kRead, false, false, CALLER); }           \
  void __tsan_unaligned_write##N(void* a) { see(a, N, Access::kWrite, false, false, CALLER); }         \
  void __tsan_volatile_read##N(void* a) { see(a, N, Access::kRead, true, true, CALLER); }              \
  void __tsan_volatile_write##N(void* a) { see(a, N, Access::kWrite, true, true, CALLER); }            \
  void __tsan_unaligned_volatile_read##N(void* a) { see(a, N, Access::kRead, true, false, CALLER); }   \
  void __tsan_unaligned_volatile_write##N(void* a) { see(a, N, Access::kWrite, true, false, CALLER); } \
  void __tsan_read_write##N(void* a) {                                                                 \
    see(a, N, Access::kRead, false, true, CALLER);                                                     \
    see(a, N, Access::kWrite, false, true, CALLER);                                                    \
  }                                                                                                    \
  void __tsan_unaligned_read_write##N(void* a) {                                                       \
    see(a, N, Access::kRead, false, false, CALLER);                                                    \
    see(a, N, Access::kWrite, false, false, CALLER);                                                   \
  }
ACCESSES(1)
ACCESSES(2)
ACCESSES(4)
ACCESSES(8)
ACCESSES(16)

void __tsan_read_range(void* a, std::size_t bytes) { see(a, bytes, Access::kRead, false, false, CALLER); }
void __tsan_write_range(void* a, std::size_t bytes) { see(a, bytes, Access::kWrite, false, false, CALLER); }

#define ATOMIC_UPDATE(BITS, T, NAME)                            \
  T __tsan_atomic##BITS##_##NAME(volatile T* a, T value, int) { \
    see(a, BITS / 8, Access::kAtomic, false, true, CALLER);     \
    T result;                                                   \
    make(a, [&] {                                               \
      result = __atomic_##NAME(a, value, __ATOMIC_SEQ_CST);     \
      return true;                                              \
    });                                                         \
    return result;                                              \
  }
#define ATOMICS(BITS, T)                                                                                     \
  T __tsan_atomic##BITS##_load(const volatile T* a, int order) {                                             \
    see_atomic_load(a, BITS / 8, order, CALLER);                                                             \
    T result;                                                                                                \
    make(a, [&] {                                                                                            \
      result = __atomic_load_n(a, __ATOMIC_SEQ_CST);                                                         \
      return false;                                                                                          \
    });                                                                                                      \
    return result;                                                                                           \
  }                                                                                                          \
  void __tsan_atomic##BITS##_store(volatile T* a, T value, int) {                                            \
    see_atomic_store(a, BITS / 8, CALLER);                                                                   \
    make(a, [&] {                                                                                            \
      __atomic_store_n(a, value, __ATOMIC_SEQ_CST);                                                          \
      return true;                                                                                           \
    });                                                                                                      \
  }                                                                                                          \
  T __tsan_atomic##BITS##_exchange(volatile T* a, T value, int) {                                            \
    see(a, BITS / 8, Access::kAtomic, false, true, CALLER);                                                  \
    T result;                                                                                                \
    make(a, [&] {                                                                                            \
      result = __atomic_exchange_n(a, value, __ATOMIC_SEQ_CST);                                              \
      return true;                                                                                           \
    });                                                                                                      \
    return result;                                                                                           \
  }                                                                                                          \
  ATOMIC_UPDATE(BITS, T, fetch_add)                                                                          \
  ATOMIC_UPDATE(BITS, T, fetch_sub)                                                                          \
  ATOMIC_UPDATE(BITS, T, fetch_and)                                                                          \
  ATOMIC_UPDATE(BITS, T, fetch_or)                                                                           \
  ATOMIC_UPDATE(BITS, T, fetch_xor)                                                                          \
  ATOMIC_UPDATE(BITS, T, fetch_nand)                                                                         \
  T __tsan_atomic##BITS##_compare_exchange_val(volatile T* a, T expected, T value, int, int failure) {       \
    see_exchange(a, &expected, value, failure, CALLER);                                                      \
    return expected;                                                                                         \
  }                                                                                                          \
  int __tsan_atomic##BITS##_compare_exchange_strong(volatile T* a, T* expected, T value, int, int failure) { \
    return see_exchange(a, expected, value, failure, CALLER);                                                \
  }                                                                                                          \
  int __tsan_atomic##BITS##_compare_exchange_weak(volatile T* a, T* expected, T value, int, int failure) {   \
    return see_exchange(a, expected, value, failure, CALLER);                                                \
  }
ATOMICS(8, std::uint8_t)
ATOMICS(16, std::uint16_t)
ATOMICS(32, std::uint32_t)
ATOMICS(64, std::uint64_t)

void __tsan_atomic_thread_fence(int) {
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  if (emulator::instrument::current_lens) emulator::observer->fence();
}
void __tsan_atomic_signal_fence(int) {}

// Copies that stay calls: by the names that clang gives them, and by those that the driver gives the
// program's own.
#define COPIES(PREFIX)                                                   \
  void* PREFIX##memcpy(void* to, const void* from, std::size_t bytes) {  \
    see_copy(to, from, bytes, CALLER);                                   \
    return std::memcpy(to, from, bytes);                                 \
  }                                                                      \
  void* PREFIX##memmove(void* to, const void* from, std::size_t bytes) { \
    see_copy(to, from, bytes, CALLER);                                   \
    return std::memmove(to, from, bytes);                                \
  }                                                                      \
  void* PREFIX##memset(void* to, int value, std::size_t bytes) {         \
    see_bytes(to, bytes, Access::kWrite, CALLER);                        \
    return std::memset(to, value, bytes);                                \
  }
COPIES(__tsan_)
COPIES(emulator_observed_)

}  // extern "C"
