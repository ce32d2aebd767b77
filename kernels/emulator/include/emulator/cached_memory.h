/// @file
/// Loads and stores with a cache policy in their names (__ldg, __stcs, ...): here, plain loads and stores.
/// They accept every type, as the union of CUDA's overloads does, vectors and half types included.
#pragma once

#include <cstddef>
#include <cstdint>

namespace emulator {

/// T, from which no template argument is deduced.
template <typename T>
struct NotDeduced {
  using type = T;
};

}  // namespace emulator

#define EMULATOR_LOAD(NAME)         \
  template <typename T>             \
  inline T NAME(const T* address) { \
    return *address;                \
  }
#define EMULATOR_STORE(NAME)                                                   \
  template <typename T>                                                        \
  inline void NAME(T* address, typename emulator::NotDeduced<T>::type value) { \
    *address = value;                                                          \
  }

EMULATOR_LOAD(__ldg)   // through the read-only cache
EMULATOR_LOAD(__ldca)  // cached at all levels
EMULATOR_LOAD(__ldcg)  // cached in L2
EMULATOR_LOAD(__ldcs)  // likely read once
EMULATOR_LOAD(__ldlu)  // last use
EMULATOR_LOAD(__ldcv)  // fetched again
EMULATOR_STORE(__stwb)
EMULATOR_STORE(__stcg)
EMULATOR_STORE(__stcs)
EMULATOR_STORE(__stwt)

#undef EMULATOR_LOAD
#undef EMULATOR_STORE

/// Addresses in a state space; the emulated GPU has one space, in which an address stays itself.
inline std::size_t __cvta_generic_to_shared(const void* p) { return reinterpret_cast<std::uintptr_t>(p); }
inline std::size_t __cvta_generic_to_global(const void* p) { return reinterpret_cast<std::uintptr_t>(p); }
inline std::size_t __cvta_generic_to_local(const void* p) { return reinterpret_cast<std::uintptr_t>(p); }
inline std::size_t __cvta_generic_to_constant(const void* p) { return reinterpret_cast<std::uintptr_t>(p); }
inline void* __cvta_shared_to_generic(std::size_t address) { return reinterpret_cast<void*>(address); }
inline void* __cvta_global_to_generic(std::size_t address) { return reinterpret_cast<void*>(address); }
inline void* __cvta_local_to_generic(std::size_t address) { return reinterpret_cast<void*>(address); }
inline void* __cvta_constant_to_generic(std::size_t address) { return reinterpret_cast<void*>(address); }
