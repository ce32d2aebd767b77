/// @file
/// What translated code calls. The translator only adds text around the source's own, so these take their
/// arguments in the order in which the source has them.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include <emulator/constant_memory.h>
#include <emulator/launch.h>
#ifdef EMULATED_GPU_INSTRUMENTED
#include <emulator/loop_scope.h>
#endif
#include <emulator/parameter_names.h>
#include <emulator/shared_memory.h>

// A launch of a member captures `this` by way of [=], which C++20 wants written differently from C++17.
#pragma GCC diagnostic ignored "-Wdeprecated"

namespace emulator {

/// `callee<<<config>>>(arguments)` where the callee's parameters cannot be named.
template <class Body>
PendingLaunch<Body> launch_with(const char* name, const char* file, unsigned line, Body body,
                                const LaunchConfig& config) {
  return launch(name, file, line, config, std::move(body));
}

/// A launch that converts its arguments to the kernel's parameters, as CUDA does, before they are copied.
template <class Kernel, class Body>
struct TypedLaunch;

template <class... Parameters, class Body>
struct TypedLaunch<void(Parameters...), Body> {
  PendingLaunch<Body> pending;
  void operator()(Parameters... arguments) { pending(std::forward<Parameters>(arguments)...); }
};

/// `kernel<<<config>>>(arguments)` for a kernel, or a pointer to one, of known type.
template <class Kernel, class Body>
auto launch_as(const char* name, const char* file, unsigned line, Body body, const LaunchConfig& config) {
  using Signature = std::remove_pointer_t<std::decay_t<Kernel>>;
  return TypedLaunch<Signature, Body>{launch(name, file, line, config, std::move(body))};
}

/// A `__shared__` variable declared with an alignment of its own.
template <class T, std::size_t Alignment>
T& aligned_shared_array(SharedSite& site, const char* name, unsigned line) {
  constexpr std::size_t kAlignment = Alignment > alignof(T) ? Alignment : alignof(T);
  if (__builtin_expect(site.block != current_block_serial, 0)) {
    place_shared_array(site, sizeof(T), kAlignment, name, line);
  }
  return *static_cast<T*>(site.address);
}

}  // namespace emulator
