/// @file
/// cuda::atomic and cuda::atomic_ref.
#pragma once

#include <type_traits>

#include <emulator/atomics.h>
#include <emulator/cuda/thread_scope.h>

namespace emulator {

/// What a thread did before it changes an atomic can be known to whoever reads it, unless the order is
/// relaxed. The processor orders more than that; only the checks have to be told.
inline void release_memory([[maybe_unused]] std::memory_order order) {
#ifdef EMULATED_GPU_INSTRUMENTED
  if (order != std::memory_order_relaxed) __atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

/// The operations of cuda::atomic and cuda::atomic_ref on what Object::address() points to.
/// A load may be a thread that waits, so it lets others run now and then.
template <typename Object, typename T>
class AtomicOperations {
  static_assert(std::is_trivially_copyable_v<T>, "only what can be copied byte by byte can be atomic");
  using memory_order = std::memory_order;
  static constexpr memory_order memory_order_seq_cst = std::memory_order_seq_cst;

 public:
  using value_type = T;

  T load(memory_order = memory_order_seq_cst, CodeLine where = CodeLine::here()) const {
    T value;
    __atomic_load(address(), &value, __ATOMIC_SEQ_CST);
    atomic_changed_nothing(where);
    return value;
  }
  void store(T value, memory_order order = memory_order_seq_cst) const {
    release_memory(order);
    __atomic_store(address(), &value, __ATOMIC_SEQ_CST);
  }
  T exchange(T value, memory_order order = memory_order_seq_cst, CodeLine where = CodeLine::here()) const {
    release_memory(order);
    return atomic_exchange(address(), value, where);
  }
  /// True if the object was `expected` and is now `desired`; else `expected` becomes what it is.
  bool compare_exchange_strong(T& expected, T desired, memory_order order = memory_order_seq_cst,
                               CodeLine where = CodeLine::here()) const {
    release_memory(order);
    const bool done =
        __atomic_compare_exchange(address(), &expected, &desired, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    if (!done) yield_thread(where);
    return done;
  }
  bool compare_exchange_strong(T& expected, T desired, memory_order order, memory_order,
                               CodeLine where = CodeLine::here()) const {
    return compare_exchange_strong(expected, desired, order, where);
  }
  bool compare_exchange_weak(T& expected, T desired, memory_order order = memory_order_seq_cst,
                             CodeLine where = CodeLine::here()) const {
    return compare_exchange_strong(expected, desired, order, where);
  }
  bool compare_exchange_weak(T& expected, T desired, memory_order, memory_order,
                             CodeLine where = CodeLine::here()) const {
    return compare_exchange_strong(expected, desired, memory_order_seq_cst, where);
  }

  T fetch_add(T value, memory_order order = memory_order_seq_cst) const {
    return update(order, [value](T old) -> T { return old + value; });
  }
  T fetch_sub(T value, memory_order order = memory_order_seq_cst) const {
    return update(order, [value](T old) -> T { return old - value; });
  }
  T fetch_and(T value, memory_order order = memory_order_seq_cst) const {
    return update(order, [value](T old) -> T { return old & value; });
  }
  T fetch_or(T value, memory_order order = memory_order_seq_cst) const {
    return update(order, [value](T old) -> T { return old | value; });
  }
  T fetch_xor(T value, memory_order order = memory_order_seq_cst) const {
    return update(order, [value](T old) -> T { return old ^ value; });
  }
  T fetch_min(T value, memory_order order = memory_order_seq_cst) const {
    return update(order, [value](T old) -> T { return value < old ? value : old; });
  }
  T fetch_max(T value, memory_order order = memory_order_seq_cst) const {
    return update(order, [value](T old) -> T { return old < value ? value : old; });
  }

  /// Waits until the object is no longer `old`.
  void wait(T old, memory_order = memory_order_seq_cst, CodeLine where = CodeLine::here()) const {
    for (;;) {
      const T now = load(memory_order_seq_cst, where);
      if (__builtin_memcmp(&now, &old, sizeof(T)) != 0) return;
      yield_thread(where);
    }
  }
  /// Those that wait look for themselves.
  void notify_one() const {}
  void notify_all() const {}

  operator T() const { return load(); }
  T operator++() const { return fetch_add(T(1)) + T(1); }
  T operator++(int) const { return fetch_add(T(1)); }
  T operator--() const { return fetch_sub(T(1)) - T(1); }
  T operator--(int) const { return fetch_sub(T(1)); }
  T operator+=(T value) const { return fetch_add(value) + value; }
  T operator-=(T value) const { return fetch_sub(value) - value; }
  T operator&=(T value) const { return fetch_and(value) & value; }
  T operator|=(T value) const { return fetch_or(value) | value; }
  T operator^=(T value) const { return fetch_xor(value) ^ value; }

 private:
  T* address() const { return static_cast<const Object*>(this)->address(); }

  template <typename Update>
  T update(memory_order order, Update change) const {
    release_memory(order);
    return atomic_update(address(), change);
  }
};

}  // namespace emulator

namespace cuda {

/// Atomic access to a T that lies elsewhere.
template <typename T, thread_scope Scope = thread_scope_system>
class atomic_ref : public emulator::AtomicOperations<atomic_ref<T, Scope>, T> {
 public:
  explicit atomic_ref(T& object) : object_(&object) {}
  atomic_ref(const atomic_ref&) = default;
  atomic_ref& operator=(const atomic_ref&) = delete;
  T operator=(T value) const { return this->store(value), value; }
  T* address() const { return object_; }

 private:
  T* object_;
};

/// A T with atomic operations; nothing but the T is stored, so it may lie in memory that nobody constructed.
template <typename T, thread_scope Scope = thread_scope_system>
class atomic : public emulator::AtomicOperations<atomic<T, Scope>, T> {
 public:
  atomic() = default;
  constexpr atomic(T value) : value_(value) {}
  atomic(const atomic&) = delete;
  atomic& operator=(const atomic&) = delete;
  T operator=(T value) { return this->store(value), value; }
  T* address() const { return const_cast<T*>(&value_); }

 private:
  T value_;
};

inline void atomic_thread_fence(memory_order, thread_scope = thread_scope_system) {
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

}  // namespace cuda
