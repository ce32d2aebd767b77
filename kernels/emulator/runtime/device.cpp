// The device: properties, attributes, limits.
#include <emulator/device.h>

#include <array>
#include <cstdio>
#include <cstring>

#include "device_limits.h"
#include "device_memory.h"
#include "errors.h"
#include "kernel_attributes.h"
#include "occupancy.h"
#include "stream.h"

using namespace emulator;

namespace {

constexpr int kVersion = 12080;
constexpr int kClockKilohertz = 1500000;
constexpr int kMemoryClockKilohertz = 7000000;
constexpr int kMemoryBusBits = 128;
constexpr int kL2Bytes = 4 << 20;
constexpr std::size_t kConstantBytes = 64 << 10;
constexpr std::size_t kTextureAlignment = 512;
constexpr const char* kBusId = "0000:00:00.0";

cudaError_t with_sticky(cudaError_t error) {
  return record_error(sticky_error() != cudaSuccess ? sticky_error() : error);
}
cudaError_t check_device(int device) {
  return with_sticky(device == 0 ? cudaSuccess : cudaErrorInvalidDevice);
}

unsigned device_flags = cudaDeviceScheduleAuto;
std::array<std::size_t, 7> device_limits{1024, 1 << 20, 8 << 20, 2, 2048, 64, 0};

}  // namespace

cudaError_t cudaGetDeviceCount(int* count) {
  if (!count) return record_error(cudaErrorInvalidValue);
  *count = 1;
  return with_sticky(cudaSuccess);
}
cudaError_t cudaSetDevice(int device) { return check_device(device); }
cudaError_t cudaInitDevice(int device, unsigned, unsigned) { return check_device(device); }
cudaError_t cudaGetDevice(int* device) {
  if (!device) return record_error(cudaErrorInvalidValue);
  *device = 0;
  return with_sticky(cudaSuccess);
}
cudaError_t cudaChooseDevice(int* device, const cudaDeviceProp*) { return cudaGetDevice(device); }
cudaError_t cudaSetDeviceFlags(unsigned flags) {
  device_flags = flags;
  return with_sticky(cudaSuccess);
}
cudaError_t cudaGetDeviceFlags(unsigned* flags) {
  if (!flags) return record_error(cudaErrorInvalidValue);
  *flags = device_flags;
  return with_sticky(cudaSuccess);
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  if (!properties) return record_error(cudaErrorInvalidValue);
  if (const cudaError_t error = check_device(device); error != cudaSuccess) return error;
  cudaDeviceProp p{};
  std::snprintf(p.name, sizeof p.name, "Emulated GPU");
  std::memcpy(p.uuid.bytes, "emulated-gpu-0", 14);
  p.totalGlobalMem = DeviceMemory::instance().total_bytes();
  p.sharedMemPerBlock = limits::kStaticShared;
  p.regsPerBlock = limits::kRegistersPerMultiprocessor;
  p.warpSize = 32;
  p.memPitch = 2147483647;
  p.maxThreadsPerBlock = limits::kBlockThreads;
  p.maxThreadsDim[0] = limits::kBlockX;
  p.maxThreadsDim[1] = limits::kBlockY;
  p.maxThreadsDim[2] = limits::kBlockZ;
  p.maxGridSize[0] = limits::kGridX;
  p.maxGridSize[1] = limits::kGridY;
  p.maxGridSize[2] = limits::kGridZ;
  p.clockRate = kClockKilohertz;
  p.totalConstMem = kConstantBytes;
  p.major = limits::kMajor;
  p.minor = limits::kMinor;
  p.textureAlignment = kTextureAlignment;
  p.texturePitchAlignment = 32;
  p.deviceOverlap = 1;
  p.multiProcessorCount = limits::kMultiprocessors;
  p.canMapHostMemory = 1;
  p.surfaceAlignment = kTextureAlignment;
  p.concurrentKernels = 1;
  p.asyncEngineCount = 2;
  p.unifiedAddressing = 1;
  p.memoryClockRate = kMemoryClockKilohertz;
  p.memoryBusWidth = kMemoryBusBits;
  p.l2CacheSize = kL2Bytes;
  p.maxThreadsPerMultiProcessor = limits::kThreadsPerMultiprocessor;
  p.streamPrioritiesSupported = 1;
  p.globalL1CacheSupported = 1;
  p.localL1CacheSupported = 1;
  p.sharedMemPerMultiprocessor = limits::kSharedPerMultiprocessor;
  p.regsPerMultiprocessor = limits::kRegistersPerMultiprocessor;
  p.managedMemory = 1;
  p.singleToDoublePrecisionPerfRatio = 64;
  p.concurrentManagedAccess = 1;
  p.computePreemptionSupported = 1;
  p.canUseHostPointerForRegisteredMem = 1;
  p.cooperativeLaunch = 1;
  p.sharedMemPerBlockOptin = limits::kMaxDynamicShared;
  p.maxBlocksPerMultiProcessor = limits::kBlocksPerMultiprocessor;
  p.reservedSharedMemPerBlock = limits::kReservedShared;
  p.hostRegisterSupported = 1;
  p.memoryPoolsSupported = 1;
  p.unifiedFunctionPointers = 1;
  *properties = p;
  return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device) {
  if (!value) return record_error(cudaErrorInvalidValue);
  cudaDeviceProp p;
  if (const cudaError_t error = cudaGetDeviceProperties(&p, device); error != cudaSuccess) return error;
  const auto number = [](std::size_t n) { return static_cast<int>(n); };
  switch (attribute) {
    case cudaDevAttrMaxThreadsPerBlock:
      *value = p.maxThreadsPerBlock;
      break;
    case cudaDevAttrMaxBlockDimX:
      *value = p.maxThreadsDim[0];
      break;
    case cudaDevAttrMaxBlockDimY:
      *value = p.maxThreadsDim[1];
      break;
    case cudaDevAttrMaxBlockDimZ:
      *value = p.maxThreadsDim[2];
      break;
    case cudaDevAttrMaxGridDimX:
      *value = p.maxGridSize[0];
      break;
    case cudaDevAttrMaxGridDimY:
      *value = p.maxGridSize[1];
      break;
    case cudaDevAttrMaxGridDimZ:
      *value = p.maxGridSize[2];
      break;
    case cudaDevAttrMaxSharedMemoryPerBlock:
      *value = number(p.sharedMemPerBlock);
      break;
    case cudaDevAttrTotalConstantMemory:
      *value = number(p.totalConstMem);
      break;
    case cudaDevAttrWarpSize:
      *value = p.warpSize;
      break;
    case cudaDevAttrMaxPitch:
      *value = number(p.memPitch);
      break;
    case cudaDevAttrMaxRegistersPerBlock:
      *value = p.regsPerBlock;
      break;
    case cudaDevAttrClockRate:
      *value = p.clockRate;
      break;
    case cudaDevAttrGpuOverlap:
      *value = p.deviceOverlap;
      break;
    case cudaDevAttrMultiProcessorCount:
      *value = p.multiProcessorCount;
      break;
    case cudaDevAttrCanMapHostMemory:
      *value = p.canMapHostMemory;
      break;
    case cudaDevAttrConcurrentKernels:
      *value = p.concurrentKernels;
      break;
    case cudaDevAttrMemoryClockRate:
      *value = p.memoryClockRate;
      break;
    case cudaDevAttrGlobalMemoryBusWidth:
      *value = p.memoryBusWidth;
      break;
    case cudaDevAttrL2CacheSize:
      *value = p.l2CacheSize;
      break;
    case cudaDevAttrMaxThreadsPerMultiProcessor:
      *value = p.maxThreadsPerMultiProcessor;
      break;
    case cudaDevAttrAsyncEngineCount:
      *value = p.asyncEngineCount;
      break;
    case cudaDevAttrUnifiedAddressing:
      *value = p.unifiedAddressing;
      break;
    case cudaDevAttrComputeCapabilityMajor:
      *value = p.major;
      break;
    case cudaDevAttrComputeCapabilityMinor:
      *value = p.minor;
      break;
    case cudaDevAttrStreamPrioritiesSupported:
      *value = p.streamPrioritiesSupported;
      break;
    case cudaDevAttrGlobalL1CacheSupported:
      *value = p.globalL1CacheSupported;
      break;
    case cudaDevAttrLocalL1CacheSupported:
      *value = p.localL1CacheSupported;
      break;
    case cudaDevAttrMaxSharedMemoryPerMultiprocessor:
      *value = number(p.sharedMemPerMultiprocessor);
      break;
    case cudaDevAttrMaxRegistersPerMultiprocessor:
      *value = p.regsPerMultiprocessor;
      break;
    case cudaDevAttrManagedMemory:
      *value = p.managedMemory;
      break;
    case cudaDevAttrSingleToDoublePrecisionPerfRatio:
      *value = p.singleToDoublePrecisionPerfRatio;
      break;
    case cudaDevAttrConcurrentManagedAccess:
      *value = p.concurrentManagedAccess;
      break;
    case cudaDevAttrComputePreemptionSupported:
      *value = p.computePreemptionSupported;
      break;
    case cudaDevAttrCanUseHostPointerForRegisteredMem:
      *value = p.canUseHostPointerForRegisteredMem;
      break;
    case cudaDevAttrCooperativeLaunch:
      *value = p.cooperativeLaunch;
      break;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin:
      *value = number(p.sharedMemPerBlockOptin);
      break;
    case cudaDevAttrHostRegisterSupported:
      *value = p.hostRegisterSupported;
      break;
    case cudaDevAttrMaxBlocksPerMultiprocessor:
      *value = p.maxBlocksPerMultiProcessor;
      break;
    case cudaDevAttrReservedSharedMemoryPerBlock:
      *value = number(p.reservedSharedMemPerBlock);
      break;
    case cudaDevAttrMemoryPoolsSupported:
      *value = p.memoryPoolsSupported;
      break;
    default:
      *value = 0;  // a feature that the emulated card does not have
  }
  return cudaSuccess;
}

cudaError_t cudaDeviceGetPCIBusId(char* text, int bytes, int device) {
  if (!text || bytes < 13) return record_error(cudaErrorInvalidValue);
  if (const cudaError_t error = check_device(device); error != cudaSuccess) return error;
  std::snprintf(text, static_cast<std::size_t>(bytes), "%s", kBusId);
  return cudaSuccess;
}
cudaError_t cudaDeviceGetByPCIBusId(int* device, const char* text) {
  if (!device || !text) return record_error(cudaErrorInvalidValue);
  *device = 0;
  return with_sticky(std::strcmp(text, kBusId) == 0 ? cudaSuccess : cudaErrorInvalidDevice);
}

cudaError_t cudaDeviceSynchronize() { return with_sticky(check_no_capture()); }
cudaError_t cudaThreadSynchronize() { return cudaDeviceSynchronize(); }
cudaError_t cudaDeviceReset() {
  DeviceMemory::instance().free_all();
  clear_errors();
  return cudaSuccess;
}
cudaError_t cudaThreadExit() { return cudaDeviceReset(); }

cudaError_t cudaDeviceSetLimit(cudaLimit limit, std::size_t value) {
  if (limit < 0 || static_cast<std::size_t>(limit) >= device_limits.size()) {
    return record_error(cudaErrorUnsupportedLimit);
  }
  device_limits[static_cast<std::size_t>(limit)] = value;
  return with_sticky(cudaSuccess);
}
cudaError_t cudaDeviceGetLimit(std::size_t* value, cudaLimit limit) {
  if (!value) return record_error(cudaErrorInvalidValue);
  if (limit < 0 || static_cast<std::size_t>(limit) >= device_limits.size()) {
    return record_error(cudaErrorUnsupportedLimit);
  }
  *value = device_limits[static_cast<std::size_t>(limit)];
  return with_sticky(cudaSuccess);
}
cudaError_t cudaDeviceSetCacheConfig(cudaFuncCache) { return with_sticky(cudaSuccess); }
cudaError_t cudaDeviceGetCacheConfig(cudaFuncCache* config) {
  if (!config) return record_error(cudaErrorInvalidValue);
  *config = cudaFuncCachePreferNone;
  return with_sticky(cudaSuccess);
}
cudaError_t cudaDeviceSetSharedMemConfig(cudaSharedMemConfig) { return with_sticky(cudaSuccess); }
cudaError_t cudaDeviceGetSharedMemConfig(cudaSharedMemConfig* config) {
  if (!config) return record_error(cudaErrorInvalidValue);
  *config = cudaSharedMemBankSizeFourByte;
  return with_sticky(cudaSuccess);
}

cudaError_t cudaDeviceCanAccessPeer(int* can, int device, int peer) {
  if (!can) return record_error(cudaErrorInvalidValue);
  *can = 0;
  return with_sticky(device == 0 && peer == 0 ? cudaSuccess : cudaErrorInvalidDevice);
}
cudaError_t cudaDeviceEnablePeerAccess(int, unsigned) { return with_sticky(cudaErrorInvalidDevice); }
cudaError_t cudaDeviceDisablePeerAccess(int) { return with_sticky(cudaErrorInvalidDevice); }

cudaError_t cudaDriverGetVersion(int* version) {
  if (!version) return record_error(cudaErrorInvalidValue);
  *version = kVersion;
  return cudaSuccess;
}
cudaError_t cudaRuntimeGetVersion(int* version) { return cudaDriverGetVersion(version); }
cudaError_t cudaProfilerStart() { return with_sticky(cudaSuccess); }
cudaError_t cudaProfilerStop() { return with_sticky(cudaSuccess); }

namespace emulator {

cudaError_t set_function_attribute(const char* expression, cudaFuncAttribute attribute, int value) {
  if (attribute == cudaFuncAttributeMaxDynamicSharedMemorySize) {
    const std::size_t most = limits::kMaxDynamicShared - static_shared_bytes(expression);
    if (value < 0 || static_cast<std::size_t>(value) > most) return with_sticky(cudaErrorInvalidValue);
    raise_dynamic_shared_limit(expression, static_cast<std::size_t>(value));
  } else if (attribute < cudaFuncAttributeMaxDynamicSharedMemorySize || attribute >= cudaFuncAttributeMax) {
    return with_sticky(cudaErrorInvalidValue);
  }
  return with_sticky(cudaSuccess);
}

cudaError_t get_function_attributes(const char* expression, cudaFuncAttributes* attributes) {
  if (!attributes) return record_error(cudaErrorInvalidValue);
  const std::string kernel = kernel_argument(expression, 1);
  *attributes = {};
  attributes->sharedSizeBytes = static_shared_bytes(kernel.c_str());
  attributes->maxThreadsPerBlock = limits::kBlockThreads;
  attributes->numRegs = 32;  // not known; a typical number
  attributes->ptxVersion = attributes->binaryVersion = limits::kMajor * 10 + limits::kMinor;
  attributes->maxDynamicSharedSizeBytes = static_cast<int>(dynamic_shared_limit(kernel.c_str()));
  attributes->preferredShmemCarveout = cudaSharedmemCarveoutDefault;
  return with_sticky(cudaSuccess);
}

cudaError_t occupancy(const char* expression, int* blocks, int block_threads,
                      std::size_t dynamic_shared_bytes) {
  if (!blocks || block_threads <= 0) return record_error(cudaErrorInvalidValue);
  // Of the arguments `&n, kernel, ...` or `&grid, &block, kernel, ...` the first that is not an address is
  // the kernel.
  std::size_t place = 1;
  if (kernel_argument(expression, place).find('&') != std::string::npos) ++place;
  const std::string kernel = kernel_argument(expression, place);
  *blocks = resident_blocks(static_cast<std::size_t>(block_threads), static_shared_bytes(kernel.c_str()),
                            dynamic_shared_bytes);
  return with_sticky(cudaSuccess);
}

bool is_cooperative(const cudaLaunchConfig_t& config) {
  for (unsigned i = 0; i < config.numAttrs; ++i) {
    if (config.attrs[i].id == cudaLaunchAttributeCooperative && config.attrs[i].val.cooperative) return true;
  }
  return false;
}

}  // namespace emulator
