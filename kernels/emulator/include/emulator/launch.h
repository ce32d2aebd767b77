/// @file
/// A kernel launch as C++. The translator writes `kernel<<<grid, block, bytes, stream>>>(a, b)` as
/// @code
///   ::emulator::launch("kernel", __FILE__, __LINE__, ::emulator::LaunchConfig(grid, block, bytes, stream),
///                      [=](auto&... emulator_args) { kernel(emulator_args...); })(a, b)
/// @endcode
/// The lambda should capture by copy, so that a launch recorded into a graph can run later.
#pragma once

#include <cstddef>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

#include <emulator/runtime_types.h>

namespace emulator {

/// The launch parameters between `<<<` and `>>>`. Integers become dim3 and 0 becomes the default stream by
/// the usual conversions.
struct LaunchConfig {
  dim3 grid;
  dim3 block;
  std::size_t dynamic_shared_bytes = 0;
  cudaStream_t stream = nullptr;
  bool cooperative = false;

  LaunchConfig(dim3 grid_blocks, dim3 block_threads, std::size_t shared_bytes = 0,
               cudaStream_t in_stream = nullptr)
      : grid(grid_blocks), block(block_threads), dynamic_shared_bytes(shared_bytes), stream(in_stream) {}
};

/// What was launched and where, for messages and counters.
struct KernelSite {
  const char* name;  ///< as written before `<<<`, e.g. "matmul<16>"; a string literal
  const char* file;
  unsigned line;
};

/// A kernel with its arguments, without its types.
struct KernelCode {
  void (*run)(const void* arguments);  ///< runs the kernel for the current thread
  const void* arguments;
  std::shared_ptr<const void> (*copy)(const void* arguments);  ///< keeps the arguments for a later run
  const void* const* pointers;     ///< the arguments that are pointers to data, to find host pointers early
  const unsigned char* positions;  ///< which arguments those are
  std::size_t pointer_count;
  std::size_t argument_bytes;  ///< of what `arguments` points to
};

/// Runs a kernel, or records it if the stream is being captured. The error is also the host thread's last
/// error.
cudaError_t launch_kernel(const KernelSite& site, const LaunchConfig& config, const KernelCode& code);

namespace detail {

template <class T>
constexpr bool is_data_pointer_v = std::is_pointer_v<T> && !std::is_function_v<std::remove_pointer_t<T>>;

/// The kernel's arguments as CUDA passes them: copied once at the launch, and again for each thread by the
/// call.
template <class Body, class... Args>
struct BoundKernel {
  Body body;
  std::tuple<Args...> arguments;

  static void run(const void* self) {
    const auto& bound = *static_cast<const BoundKernel*>(self);
    std::apply(bound.body, bound.arguments);
  }
  static std::shared_ptr<const void> copy(const void* self) {
    return std::make_shared<const BoundKernel>(*static_cast<const BoundKernel*>(self));
  }
};

template <class Body, class... Args>
cudaError_t launch_bound(const KernelSite& site, const LaunchConfig& config,
                         const BoundKernel<Body, Args...>& bound) {
  const void* pointers[sizeof...(Args) + 1] = {};
  unsigned char positions[sizeof...(Args) + 1] = {};
  std::size_t pointer_count = 0;
  [[maybe_unused]] unsigned char position = 0;
  [[maybe_unused]] const auto note_pointer = [&](const auto& argument) {
    if constexpr (is_data_pointer_v<std::decay_t<decltype(argument)>>) {
      positions[pointer_count] = position;
      pointers[pointer_count++] = const_cast<const void*>(static_cast<const volatile void*>(argument));
    }
    ++position;
  };
  std::apply([&](const auto&... arguments) { (note_pointer(arguments), ...); }, bound.arguments);
  using Bound = BoundKernel<Body, Args...>;
  return launch_kernel(
      site, config, {&Bound::run, &bound, &Bound::copy, pointers, positions, pointer_count, sizeof(Bound)});
}

}  // namespace detail

/// A launch that waits for its arguments.
template <class Body>
struct PendingLaunch {
  KernelSite site;
  LaunchConfig config;
  Body body;

  /// Copies the arguments, runs the grid and records an error as CUDA does; throws nothing.
  template <class... Args>
  void operator()(Args&&... args) {
    const detail::BoundKernel<Body, std::decay_t<Args>...> bound{std::move(body),
                                                                 {std::forward<Args>(args)...}};
    detail::launch_bound(site, config, bound);
  }
};

template <class Body>
PendingLaunch<Body> launch(const char* name, const char* file, unsigned line, const LaunchConfig& config,
                           Body body) {
  return {{name, file, line}, config, std::move(body)};
}

}  // namespace emulator
