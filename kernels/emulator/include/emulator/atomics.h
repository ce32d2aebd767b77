/// @file
/// CUDA's atomic functions. Correct between the operating-system threads that run blocks; every one returns
/// the old value. The _block and _system forms differ from the plain ones only in speed on a GPU, here not at
/// all.
///
/// An atomic that leaves memory as it was may be a thread that waits for another (a lock, a flag). Such a
/// thread has to let others run: at once where a lock was not obtained (CAS, Exch), now and then where it may
/// as well be a reduction that found nothing to do (Max, Or, ...).
#pragma once

#include <emulator/execution.h>
#include <emulator/uncounted.h>
#include <emulator/vector_types.h>

namespace emulator {

/// Called for an atomic that changed nothing and does not look like a lock: yields at every 32nd of them.
__attribute__((noinline, no_sanitize("thread"))) inline void atomic_changed_nothing(CodeLine where) {
  static thread_local unsigned int count = 0;
  if (++count % 32 == 0) yield_thread(where);
}

/// Replaces *address by update(*address) in one atomic step; compares bits, so that NaN is like any value.
template <typename T, typename Update>
inline T atomic_update(T* address, Update update) {
  T old;
  __atomic_load(address, &old, __ATOMIC_RELAXED);
  for (;;) {
    T updated = update(old);
    if (__atomic_compare_exchange(address, &old, &updated, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
      return old;
  }
}

/// The same where T is an integer and the update may be a poll.
template <typename T, typename Update>
inline T atomic_integer_update(T* address, Update update, CodeLine where) {
  const T old = atomic_update(address, update);
  if (__builtin_expect(update(old) == old, 0)) atomic_changed_nothing(where);
  return old;
}

template <typename T>
inline T atomic_exchange(T* address, T value, CodeLine where) {
  T old;
  __atomic_exchange(address, &value, &old, __ATOMIC_SEQ_CST);
  if (__builtin_expect(__builtin_memcmp(&old, &value, sizeof(T)) == 0, 0)) yield_thread(where);
  return old;
}

template <typename T>
inline T atomic_compare_and_swap(T* address, T expected, T desired, CodeLine where) {
  T old = expected;
  if (!__atomic_compare_exchange(address, &old, &desired, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
    yield_thread(where);
  }
  return old;
}

}  // namespace emulator

#define EMULATOR_WHERE emulator::CodeLine where = emulator::CodeLine::here()

/// Defines NAME, NAME_block and NAME_system over T.
// clang-format off
#define EMULATOR_ATOMIC(NAME, T, ...)                                     \
  inline T NAME(T* address, T value, EMULATOR_WHERE) __VA_ARGS__          \
  inline T NAME##_block(T* address, T value, EMULATOR_WHERE) __VA_ARGS__  \
  inline T NAME##_system(T* address, T value, EMULATOR_WHERE) __VA_ARGS__
// clang-format on

/// One instruction of the processor: add, sub, and, or, xor.
#define EMULATOR_ATOMIC_FETCH(NAME, T, BUILTIN, OPERATOR)                                          \
  EMULATOR_ATOMIC(NAME, T, {                                                                       \
    const T old = BUILTIN(address, value, __ATOMIC_SEQ_CST);                                       \
    if (__builtin_expect((old OPERATOR value) == old, 0)) emulator::atomic_changed_nothing(where); \
    return old;                                                                                    \
  })

EMULATOR_ATOMIC_FETCH(atomicAdd, unsigned int, __atomic_fetch_add, +)
EMULATOR_ATOMIC_FETCH(atomicAdd, unsigned long long, __atomic_fetch_add, +)
EMULATOR_ATOMIC_FETCH(atomicSub, unsigned int, __atomic_fetch_sub, -)
EMULATOR_ATOMIC_FETCH(atomicAnd, int, __atomic_fetch_and, &)
EMULATOR_ATOMIC_FETCH(atomicAnd, unsigned int, __atomic_fetch_and, &)
EMULATOR_ATOMIC_FETCH(atomicAnd, unsigned long long, __atomic_fetch_and, &)
EMULATOR_ATOMIC_FETCH(atomicOr, int, __atomic_fetch_or, |)
EMULATOR_ATOMIC_FETCH(atomicOr, unsigned int, __atomic_fetch_or, |)
EMULATOR_ATOMIC_FETCH(atomicOr, unsigned long long, __atomic_fetch_or, |)
EMULATOR_ATOMIC_FETCH(atomicXor, int, __atomic_fetch_xor, ^)
EMULATOR_ATOMIC_FETCH(atomicXor, unsigned int, __atomic_fetch_xor, ^)
EMULATOR_ATOMIC_FETCH(atomicXor, unsigned long long, __atomic_fetch_xor, ^)

/// The processor's add wraps around, which an addition of ints in C++ must not.
#define EMULATOR_ATOMIC_SIGNED(NAME, BUILTIN)                                     \
  EMULATOR_ATOMIC(NAME, int, {                                                    \
    if (__builtin_expect(value == 0, 0)) emulator::atomic_changed_nothing(where); \
    return BUILTIN(address, value, __ATOMIC_SEQ_CST);                             \
  })

EMULATOR_ATOMIC_SIGNED(atomicAdd, __atomic_fetch_add)
EMULATOR_ATOMIC_SIGNED(atomicSub, __atomic_fetch_sub)

// No instruction of the processor: a loop over compare-and-exchange.
#define EMULATOR_ATOMIC_INTEGER(NAME, T, UPDATED)                   \
  EMULATOR_ATOMIC(NAME, T, {                                        \
    const auto update = [value](T old) -> T { return UPDATED; };    \
    return emulator::atomic_integer_update(address, update, where); \
  })

EMULATOR_ATOMIC_INTEGER(atomicMin, int, value < old ? value : old)
EMULATOR_ATOMIC_INTEGER(atomicMin, unsigned int, value < old ? value : old)
EMULATOR_ATOMIC_INTEGER(atomicMin, long long, value < old ? value : old)
EMULATOR_ATOMIC_INTEGER(atomicMin, unsigned long long, value < old ? value : old)
EMULATOR_ATOMIC_INTEGER(atomicMax, int, value > old ? value : old)
EMULATOR_ATOMIC_INTEGER(atomicMax, unsigned int, value > old ? value : old)
EMULATOR_ATOMIC_INTEGER(atomicMax, long long, value > old ? value : old)
EMULATOR_ATOMIC_INTEGER(atomicMax, unsigned long long, value > old ? value : old)
/// Counts up to `value` and then from 0 again.
EMULATOR_ATOMIC_INTEGER(atomicInc, unsigned int, old >= value ? 0 : old + 1)
/// Counts down to 0 and then from `value` again.
EMULATOR_ATOMIC_INTEGER(atomicDec, unsigned int, old == 0 || old > value ? value : old - 1)

/// Defines atomicAdd over a floating-point type. In profiles it is one operation, that of the comparison,
/// however often the sum is tried.
#define EMULATOR_ATOMIC_ADD(T)                                                                            \
  EMULATOR_ATOMIC(atomicAdd, T, {                                                                         \
    const T result =                                                                                      \
        emulator::atomic_update(address, [value](T old) EMULATOR_UNCOUNTED -> T { return old + value; }); \
    if (__builtin_expect(result + value == result, 0)) emulator::atomic_changed_nothing(where);           \
    return result;                                                                                        \
  })

EMULATOR_ATOMIC_ADD(float)
EMULATOR_ATOMIC_ADD(double)

/// Atomic in each element, not as a whole.
EMULATOR_ATOMIC(atomicAdd, float2, {
  return {atomicAdd(&address->x, value.x, where), atomicAdd(&address->y, value.y, where)};
})
EMULATOR_ATOMIC(atomicAdd, float4, {
  return {atomicAdd(&address->x, value.x, where), atomicAdd(&address->y, value.y, where),
          atomicAdd(&address->z, value.z, where), atomicAdd(&address->w, value.w, where)};
})

#define EMULATOR_ATOMIC_EXCHANGE(T) \
  EMULATOR_ATOMIC(atomicExch, T, { return emulator::atomic_exchange(address, value, where); })

EMULATOR_ATOMIC_EXCHANGE(int)
EMULATOR_ATOMIC_EXCHANGE(unsigned int)
EMULATOR_ATOMIC_EXCHANGE(unsigned long long)
EMULATOR_ATOMIC_EXCHANGE(float)

/// Stores `desired` if *address is `expected`.
#define EMULATOR_ATOMIC_CAS_NAMED(NAME, T)                                       \
  inline T NAME(T* address, T expected, T desired, EMULATOR_WHERE) {             \
    return emulator::atomic_compare_and_swap(address, expected, desired, where); \
  }
#define EMULATOR_ATOMIC_CAS(T)                  \
  EMULATOR_ATOMIC_CAS_NAMED(atomicCAS, T)       \
  EMULATOR_ATOMIC_CAS_NAMED(atomicCAS_block, T) \
  EMULATOR_ATOMIC_CAS_NAMED(atomicCAS_system, T)

EMULATOR_ATOMIC_CAS(int)
EMULATOR_ATOMIC_CAS(unsigned int)
EMULATOR_ATOMIC_CAS(unsigned long long)
EMULATOR_ATOMIC_CAS(unsigned short)

#undef EMULATOR_ATOMIC_CAS
#undef EMULATOR_ATOMIC_CAS_NAMED
#undef EMULATOR_ATOMIC_EXCHANGE
#undef EMULATOR_ATOMIC_ADD
#undef EMULATOR_ATOMIC_INTEGER
#undef EMULATOR_ATOMIC_SIGNED
#undef EMULATOR_ATOMIC_FETCH
#undef EMULATOR_ATOMIC
#undef EMULATOR_WHERE
