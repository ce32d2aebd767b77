/// @file
/// The device itself: properties, limits, function attributes, occupancy, and launches by function pointer.
#pragma once

#include <cstddef>
#include <tuple>
#include <utility>

#include <emulator/launch.h>
#include <emulator/runtime_types.h>

/// @name The device. There is one, number 0.
/// @{
cudaError_t cudaGetDeviceCount(int* count);
cudaError_t cudaSetDevice(int device);
cudaError_t cudaGetDevice(int* device);
cudaError_t cudaChooseDevice(int* device, const cudaDeviceProp* wanted);
cudaError_t cudaSetDeviceFlags(unsigned flags);
cudaError_t cudaGetDeviceFlags(unsigned* flags);
cudaError_t cudaInitDevice(int device, unsigned device_flags, unsigned flags);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device);
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device);
cudaError_t cudaDeviceGetPCIBusId(char* text, int bytes, int device);
cudaError_t cudaDeviceGetByPCIBusId(int* device, const char* text);
cudaError_t cudaDeviceSynchronize();
cudaError_t cudaThreadSynchronize();  ///< the old name
/// Frees all device memory and forgets a kernel's error.
cudaError_t cudaDeviceReset();
cudaError_t cudaThreadExit();  ///< the old name
cudaError_t cudaDeviceSetLimit(cudaLimit limit, std::size_t value);
cudaError_t cudaDeviceGetLimit(std::size_t* value, cudaLimit limit);
cudaError_t cudaDeviceSetCacheConfig(cudaFuncCache config);
cudaError_t cudaDeviceGetCacheConfig(cudaFuncCache* config);
cudaError_t cudaDeviceSetSharedMemConfig(cudaSharedMemConfig config);
cudaError_t cudaDeviceGetSharedMemConfig(cudaSharedMemConfig* config);
cudaError_t cudaDeviceCanAccessPeer(int* can, int device, int peer);
cudaError_t cudaDeviceEnablePeerAccess(int peer, unsigned flags);
cudaError_t cudaDeviceDisablePeerAccess(int peer);
cudaError_t cudaDriverGetVersion(int* version);
cudaError_t cudaRuntimeGetVersion(int* version);
cudaError_t cudaProfilerStart();
cudaError_t cudaProfilerStop();
/// @}

/// What cudaLaunchKernelEx takes. Attributes other than a cooperative launch have no effect here.
enum cudaLaunchAttributeID {
  cudaLaunchAttributeIgnore = 0,
  cudaLaunchAttributeAccessPolicyWindow = 1,
  cudaLaunchAttributeCooperative = 2,
  cudaLaunchAttributeSynchronizationPolicy = 3,
  cudaLaunchAttributeClusterDimension = 4,
  cudaLaunchAttributeProgrammaticStreamSerialization = 6,
  cudaLaunchAttributePriority = 8
};
union cudaLaunchAttributeValue {
  char pad[64];
  int cooperative;
  int priority;
  int programmaticStreamSerializationAllowed;
  struct {
    unsigned x, y, z;
  } clusterDim;
};
struct cudaLaunchAttribute {
  cudaLaunchAttributeID id;
  cudaLaunchAttributeValue val;
};
struct cudaLaunchConfig_t {
  dim3 gridDim;
  dim3 blockDim;
  std::size_t dynamicSmemBytes;
  cudaStream_t stream;
  cudaLaunchAttribute* attrs;
  unsigned numAttrs;
};

namespace emulator {

/// The functions below, without the kernel's type. `expression` is the source text of the call's arguments,
/// in which the kernel's name stands at place `position`: a launch knows its kernel by name.
cudaError_t set_function_attribute(const char* expression, cudaFuncAttribute attribute, int value);
cudaError_t get_function_attributes(const char* expression, cudaFuncAttributes* attributes);
cudaError_t occupancy(const char* expression, int* blocks, int block_threads,
                      std::size_t dynamic_shared_bytes);
bool is_cooperative(const cudaLaunchConfig_t& config);

namespace detail {

template <class... Parameters, std::size_t... Index>
cudaError_t launch_pointers(const KernelSite& site, const LaunchConfig& config, void (*kernel)(Parameters...),
                            void** arguments, std::index_sequence<Index...>) {
  const auto body = [kernel](const auto&... values) { kernel(values...); };
  const BoundKernel<decltype(body), std::decay_t<Parameters>...> bound{
      body,
      std::tuple<std::decay_t<Parameters>...>(*static_cast<std::decay_t<Parameters>*>(arguments[Index])...)};
  return launch_bound(site, config, bound);
}

}  // namespace detail

/// A kernel launched through a pointer, with an array of pointers to its arguments.
template <class... Parameters>
cudaError_t launch_function(const KernelSite& site, const LaunchConfig& config, void (*kernel)(Parameters...),
                            void** arguments) {
  return detail::launch_pointers(site, config, kernel, arguments, std::index_sequence_for<Parameters...>());
}

template <class... Parameters>
cudaError_t launch_cooperative(const KernelSite& site, LaunchConfig config, void (*kernel)(Parameters...),
                               void** arguments) {
  config.cooperative = true;
  return launch_function(site, config, kernel, arguments);
}

/// cudaLaunchKernelEx: arguments as in a call.
template <class... Parameters, class... Args>
cudaError_t launch_extended(const KernelSite& site, const cudaLaunchConfig_t* config,
                            void (*kernel)(Parameters...), Args&&... args) {
  LaunchConfig parameters(config->gridDim, config->blockDim, config->dynamicSmemBytes, config->stream);
  parameters.cooperative = is_cooperative(*config);
  const auto body = [kernel](const auto&... values) { kernel(values...); };
  const detail::BoundKernel<decltype(body), std::decay_t<Parameters>...> bound{
      body, std::tuple<std::decay_t<Parameters>...>(std::forward<Args>(args)...)};
  return detail::launch_bound(site, parameters, bound);
}

/// Tries block sizes from large to small and keeps the one with the most threads per multiprocessor.
template <class SharedBytes>
cudaError_t best_block_size(const char* expression, int* min_grid, int* block_threads,
                            SharedBytes shared_bytes, int limit) {
  constexpr int kMost = 1024;
  constexpr int kWarp = 32;
  const int largest = limit == 0 || limit > kMost ? kMost : limit;
  int best_threads = 0;
  *block_threads = 0;
  *min_grid = 0;
  for (int threads = largest; threads > 0; threads = (threads - 1) / kWarp * kWarp) {
    int blocks = 0;
    const cudaError_t error = occupancy(expression, &blocks, threads, shared_bytes(threads));
    if (error != cudaSuccess) return error;
    if (blocks * threads > best_threads) {
      best_threads = blocks * threads;
      *block_threads = threads;
      *min_grid = blocks;
    }
  }
  int multiprocessors = 0;
  cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, 0);
  *min_grid *= multiprocessors;
  return *block_threads > 0 ? cudaSuccess : cudaErrorInvalidValue;
}

}  // namespace emulator

// The functions that take a kernel are macros, so that they learn its name from the source text: a launch
// knows its kernel by name as well. The names behind them take the text first, and the arguments as CUDA has
// them.

template <class Kernel>
cudaError_t emulated_cudaFuncSetAttribute(const char* text, Kernel, cudaFuncAttribute attribute, int value) {
  return emulator::set_function_attribute(text, attribute, value);
}
template <class Kernel>
cudaError_t emulated_cudaFuncGetAttributes(const char* text, cudaFuncAttributes* attributes, Kernel) {
  return emulator::get_function_attributes(text, attributes);
}
template <class Kernel>
cudaError_t emulated_cudaOccupancyMaxActiveBlocksPerMultiprocessor(const char* text, int* blocks, Kernel,
                                                                   int block_threads,
                                                                   std::size_t shared_bytes) {
  return emulator::occupancy(text, blocks, block_threads, shared_bytes);
}
template <class Kernel>
cudaError_t emulated_cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(const char* text, int* blocks,
                                                                            Kernel, int block_threads,
                                                                            std::size_t shared_bytes,
                                                                            unsigned) {
  return emulator::occupancy(text, blocks, block_threads, shared_bytes);
}
template <class Kernel>
cudaError_t emulated_cudaOccupancyMaxPotentialBlockSize(const char* text, int* min_grid, int* block_threads,
                                                        Kernel, std::size_t shared_bytes = 0, int limit = 0) {
  return emulator::best_block_size(
      text, min_grid, block_threads, [&](int) { return shared_bytes; }, limit);
}
template <class Kernel, class SharedBytes>
cudaError_t emulated_cudaOccupancyMaxPotentialBlockSizeVariableSMem(const char* text, int* min_grid,
                                                                    int* block_threads, Kernel,
                                                                    SharedBytes shared_bytes, int limit = 0) {
  return emulator::best_block_size(text, min_grid, block_threads, shared_bytes, limit);
}
template <class... Parameters>
cudaError_t emulated_cudaLaunchKernel(const emulator::KernelSite& site, void (*kernel)(Parameters...),
                                      dim3 grid, dim3 block, void** arguments, std::size_t shared_bytes = 0,
                                      cudaStream_t stream = nullptr) {
  return emulator::launch_function(site, {grid, block, shared_bytes, stream}, kernel, arguments);
}
template <class... Parameters>
cudaError_t emulated_cudaLaunchCooperativeKernel(const emulator::KernelSite& site,
                                                 void (*kernel)(Parameters...), dim3 grid, dim3 block,
                                                 void** arguments, std::size_t shared_bytes = 0,
                                                 cudaStream_t stream = nullptr) {
  return emulator::launch_cooperative(site, {grid, block, shared_bytes, stream}, kernel, arguments);
}
template <class... Parameters, class... Args>
cudaError_t emulated_cudaLaunchKernelEx(const emulator::KernelSite& site, const cudaLaunchConfig_t* config,
                                        void (*kernel)(Parameters...), Args&&... args) {
  return emulator::launch_extended(site, config, kernel, std::forward<Args>(args)...);
}
template <class Kernel>
cudaError_t cudaFuncSetCacheConfig(Kernel, cudaFuncCache) {
  return cudaSuccess;
}
template <class Kernel>
cudaError_t cudaFuncSetSharedMemConfig(Kernel, cudaSharedMemConfig) {
  return cudaSuccess;
}

#define EMULATOR_KERNEL_SITE(...) (::emulator::KernelSite{#__VA_ARGS__, __FILE__, __LINE__})
#define cudaFuncSetAttribute(...) emulated_cudaFuncSetAttribute(#__VA_ARGS__, __VA_ARGS__)
#define cudaFuncGetAttributes(...) emulated_cudaFuncGetAttributes(#__VA_ARGS__, __VA_ARGS__)
#define cudaOccupancyMaxActiveBlocksPerMultiprocessor(...) \
  emulated_cudaOccupancyMaxActiveBlocksPerMultiprocessor(#__VA_ARGS__, __VA_ARGS__)
#define cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(...) \
  emulated_cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(#__VA_ARGS__, __VA_ARGS__)
#define cudaOccupancyMaxPotentialBlockSize(...) \
  emulated_cudaOccupancyMaxPotentialBlockSize(#__VA_ARGS__, __VA_ARGS__)
#define cudaOccupancyMaxPotentialBlockSizeVariableSMem(...) \
  emulated_cudaOccupancyMaxPotentialBlockSizeVariableSMem(#__VA_ARGS__, __VA_ARGS__)
#define cudaLaunchKernel(...) emulated_cudaLaunchKernel(EMULATOR_KERNEL_SITE(__VA_ARGS__), __VA_ARGS__)
#define cudaLaunchCooperativeKernel(...) \
  emulated_cudaLaunchCooperativeKernel(EMULATOR_KERNEL_SITE(__VA_ARGS__), __VA_ARGS__)
#define cudaLaunchKernelEx(...) emulated_cudaLaunchKernelEx(EMULATOR_KERNEL_SITE(__VA_ARGS__), __VA_ARGS__)
