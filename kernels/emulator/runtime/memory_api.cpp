// Allocation in CUDA's runtime API.
#include <emulator/memory.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <new>

#include "counting.h"
#include "device_memory.h"
#include "errors.h"
#include "observer.h"
#include "stream.h"

using namespace emulator;

namespace {

constexpr std::size_t kPitchAlignment = 512;
constexpr std::align_val_t kHostAlignment{4096};

/// The one pool there is: all memory comes from the window.
cudaMemPool_t default_pool() { return reinterpret_cast<cudaMemPool_t>(0x1); }

cudaError_t allocate(void** pointer, std::size_t bytes, MemoryKind kind, const void* caller) {
  if (const cudaError_t error = sticky_error(); error != cudaSuccess) return record_error(error);
  if (!pointer) return record_error(cudaErrorInvalidValue);
  *pointer = nullptr;
  if (bytes == 0) return cudaSuccess;
  *pointer = DeviceMemory::instance().allocate(bytes, kind);
  if (!*pointer) return record_error(cudaErrorMemoryAllocation);
  count_allocation(bytes);
  if (observer) observer->allocated({static_cast<char*>(*pointer), bytes, kind}, caller);
  return cudaSuccess;
}

cudaError_t release(void* pointer, const void* caller) {
  if (const cudaError_t error = sticky_error(); error != cudaSuccess) return record_error(error);
  if (!pointer) return cudaSuccess;
  const std::optional<Allocation> allocation =
      observer ? DeviceMemory::instance().find(pointer) : std::nullopt;
  if (DeviceMemory::instance().free(pointer)) {
    if (allocation) observer->freed(*allocation, caller);
    return cudaSuccess;
  }
  std::fprintf(stderr, "emulated GPU: cudaFree(%p): %s\n", pointer,
               DeviceMemory::instance().in_window(pointer)
                   ? "no allocation begins at this address; it was freed before, or the pointer was changed"
                   : "this is not device memory");
  return record_error(cudaErrorInvalidValue);
}

}  // namespace

cudaError_t cudaMalloc(void** pointer, std::size_t bytes) {
  return allocate(pointer, bytes, MemoryKind::kDevice, __builtin_return_address(0));
}

cudaError_t cudaMallocManaged(void** pointer, std::size_t bytes, unsigned flags) {
  if (bytes == 0 || (flags != cudaMemAttachGlobal && flags != cudaMemAttachHost)) {
    return record_error(cudaErrorInvalidValue);
  }
  return allocate(pointer, bytes, MemoryKind::kManaged, __builtin_return_address(0));
}

cudaError_t cudaFree(void* pointer) { return release(pointer, __builtin_return_address(0)); }

cudaError_t cudaMallocPitch(void** pointer, std::size_t* pitch, std::size_t width_bytes, std::size_t height) {
  if (!pitch) return record_error(cudaErrorInvalidValue);
  *pitch = (width_bytes + kPitchAlignment - 1) / kPitchAlignment * kPitchAlignment;
  if (height != 0 && *pitch > SIZE_MAX / height) return record_error(cudaErrorMemoryAllocation);
  return allocate(pointer, *pitch * height, MemoryKind::kDevice, __builtin_return_address(0));
}

cudaError_t cudaMalloc3D(cudaPitchedPtr* pointer, cudaExtent extent) {
  if (!pointer) return record_error(cudaErrorInvalidValue);
  void* memory = nullptr;
  std::size_t pitch = 0;
  if (extent.depth != 0 && extent.height > SIZE_MAX / extent.depth)
    return record_error(cudaErrorMemoryAllocation);
  const cudaError_t error = cudaMallocPitch(&memory, &pitch, extent.width, extent.height * extent.depth);
  *pointer = {memory, pitch, extent.width, extent.height};
  return error;
}

cudaError_t cudaHostAlloc(void** pointer, std::size_t bytes, unsigned flags) {
  if (const cudaError_t error = sticky_error(); error != cudaSuccess) return record_error(error);
  if (!pointer || flags > 7) return record_error(cudaErrorInvalidValue);
  *pointer = nullptr;
  if (bytes == 0) return cudaSuccess;
  *pointer = ::operator new(bytes, kHostAlignment, std::nothrow);
  if (!*pointer) return record_error(cudaErrorMemoryAllocation);
  PinnedMemory::instance().add(*pointer, bytes, flags, true);
  return cudaSuccess;
}
cudaError_t cudaMallocHost(void** pointer, std::size_t bytes, unsigned flags) {
  return cudaHostAlloc(pointer, bytes, flags);
}

cudaError_t cudaFreeHost(void* pointer) {
  if (!pointer) return record_error(sticky_error());
  if (!PinnedMemory::instance().remove(pointer, true)) {
    std::fprintf(stderr, "emulated GPU: cudaFreeHost(%p): this was not allocated by cudaMallocHost\n",
                 pointer);
    return record_error(cudaErrorInvalidValue);
  }
  ::operator delete(pointer, kHostAlignment);
  return record_error(sticky_error());
}

cudaError_t cudaHostRegister(void* pointer, std::size_t bytes, unsigned flags) {
  if (!pointer || bytes == 0) return record_error(cudaErrorInvalidValue);
  if (PinnedMemory::instance().overlaps(pointer, bytes))
    return record_error(cudaErrorHostMemoryAlreadyRegistered);
  PinnedMemory::instance().add(pointer, bytes, flags, false);
  return record_error(sticky_error());
}
cudaError_t cudaHostUnregister(void* pointer) {
  if (!PinnedMemory::instance().remove(pointer, false)) return record_error(cudaErrorHostMemoryNotRegistered);
  return record_error(sticky_error());
}

cudaError_t cudaHostGetDevicePointer(void** device_pointer, void* host_pointer, unsigned) {
  if (!device_pointer || !PinnedMemory::instance().find(host_pointer))
    return record_error(cudaErrorInvalidValue);
  *device_pointer = host_pointer;  // the same address on both sides, as with unified addressing
  return cudaSuccess;
}
cudaError_t cudaHostGetFlags(unsigned* flags, void* host_pointer) {
  const auto region = PinnedMemory::instance().find(host_pointer);
  if (!flags || !region) return record_error(cudaErrorInvalidValue);
  *flags = region->flags;
  return cudaSuccess;
}

// An allocation belongs to no stream here, so only a capture has to be refused.
cudaError_t cudaMallocAsync(void** pointer, std::size_t bytes, cudaStream_t stream) {
  CUgraph_st* graph = nullptr;
  if (const cudaError_t error = destination(stream, &graph); error != cudaSuccess) return record_error(error);
  if (graph) return record_error(cudaErrorStreamCaptureUnsupported);
  return allocate(pointer, bytes, MemoryKind::kDevice, __builtin_return_address(0));
}
cudaError_t cudaMallocFromPoolAsync(void** pointer, std::size_t bytes, cudaMemPool_t pool,
                                    cudaStream_t stream) {
  if (pool != default_pool()) return record_error(cudaErrorInvalidValue);
  return cudaMallocAsync(pointer, bytes, stream);
}
cudaError_t cudaFreeAsync(void* pointer, cudaStream_t stream) {
  CUgraph_st* graph = nullptr;
  if (const cudaError_t error = destination(stream, &graph); error != cudaSuccess) return record_error(error);
  if (graph) return record_error(cudaErrorStreamCaptureUnsupported);
  return release(pointer, __builtin_return_address(0));
}
cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t* pool, int device) {
  if (!pool) return record_error(cudaErrorInvalidValue);
  if (device != 0) return record_error(cudaErrorInvalidDevice);
  *pool = default_pool();
  return cudaSuccess;
}
cudaError_t cudaDeviceGetMemPool(cudaMemPool_t* pool, int device) {
  return cudaDeviceGetDefaultMemPool(pool, device);
}

cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t pool, cudaMemPoolAttr, void* value) {
  return record_error(pool == default_pool() && value ? cudaSuccess : cudaErrorInvalidValue);
}
cudaError_t cudaMemPoolGetAttribute(cudaMemPool_t pool, cudaMemPoolAttr attribute, void* value) {
  if (pool != default_pool() || !value) return record_error(cudaErrorInvalidValue);
  if (attribute <= cudaMemPoolReuseAllowInternalDependencies) {
    *static_cast<int*>(value) = 1;
  } else if (attribute == cudaMemPoolAttrReleaseThreshold) {
    *static_cast<std::uint64_t*>(value) = 0;
  } else {
    *static_cast<std::uint64_t*>(value) = DeviceMemory::instance().used_bytes();
  }
  return cudaSuccess;
}
cudaError_t cudaMemPoolTrimTo(cudaMemPool_t pool, std::size_t) {
  return record_error(pool == default_pool() ? cudaSuccess : cudaErrorInvalidValue);
}

cudaError_t cudaMemGetInfo(std::size_t* free_bytes, std::size_t* total_bytes) {
  if (const cudaError_t error = sticky_error(); error != cudaSuccess) return record_error(error);
  if (!free_bytes || !total_bytes) return record_error(cudaErrorInvalidValue);
  *total_bytes = DeviceMemory::instance().total_bytes();
  *free_bytes = *total_bytes - DeviceMemory::instance().used_bytes();
  return cudaSuccess;
}

cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* attributes, const void* pointer) {
  if (const cudaError_t error = sticky_error(); error != cudaSuccess) return record_error(error);
  if (!attributes) return record_error(cudaErrorInvalidValue);
  void* address = const_cast<void*>(pointer);
  if (const auto allocation = DeviceMemory::instance().find(pointer)) {
    const bool managed = allocation->kind == MemoryKind::kManaged;
    *attributes = {managed ? cudaMemoryTypeManaged : cudaMemoryTypeDevice, 0, address,
                   managed ? address : nullptr};
  } else if (PinnedMemory::instance().find(pointer)) {
    *attributes = {cudaMemoryTypeHost, 0, address, address};
  } else {
    *attributes = {cudaMemoryTypeUnregistered, cudaInvalidDeviceId, nullptr, address};
  }
  return cudaSuccess;
}
