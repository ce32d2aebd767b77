// Copies and fills in CUDA's runtime API.
#include <emulator/memory.h>

#include <cstdint>
#include <cstdio>
#include <cstring>

#include "counting.h"
#include "device_memory.h"
#include "errors.h"
#include "observer.h"
#include "settings.h"
#include "stream.h"

using namespace emulator;

namespace {

enum class Side { kHost, kDevice, kEither };

/// A rectangle of memory: `height` rows of `width` bytes, `pitch` bytes apart.
struct Area {
  const void* begin;
  std::size_t pitch;
  std::size_t width;
  std::size_t height;

  std::size_t span() const { return height == 0 || width == 0 ? 0 : (height - 1) * pitch + width; }
};

cudaError_t refuse(const char* call, const std::string& why) {
  std::fprintf(stderr, "emulated GPU: %s: %s\n", call, why.c_str());
  return cudaErrorInvalidValue;
}

Side side_of(const void* pointer) {
  return DeviceMemory::instance().in_window(pointer) ? Side::kDevice : Side::kHost;
}

/// Whether the area may be used as memory of that side, and lies in one allocation.
cudaError_t check_area(const char* call, const char* role, const Area& area, Side wanted) {
  if (area.span() == 0) return cudaSuccess;
  if (!area.begin) return refuse(call, std::string("the ") + role + " is a null pointer");
  if (side_of(area.begin) == Side::kHost) {
    if (wanted != Side::kDevice || settings().host_pointers || is_static_data(area.begin) ||
        PinnedMemory::instance().find(area.begin)) {
      return cudaSuccess;
    }
    return refuse(call, std::string("the ") + role + " should be in device memory, but is in the host's");
  }
  const auto allocation = DeviceMemory::instance().find(area.begin);
  const auto* first = static_cast<const char*>(area.begin);
  if (!allocation) {
    return refuse(call, std::string("the ") + role + " " + DeviceMemory::instance().describe(area.begin));
  }
  if (const std::size_t room = static_cast<std::size_t>(allocation->begin + allocation->bytes - first);
      area.span() > room) {
    return refuse(call, std::string("the ") + role + " has " + std::to_string(room) +
                            " bytes left in its allocation of " + std::to_string(allocation->bytes) +
                            ", and " + std::to_string(area.span()) + " are asked for");
  }
  if (wanted == Side::kHost && allocation->kind == MemoryKind::kDevice) {
    return refuse(call, std::string("the ") + role + " should be in host memory, but is in the device's");
  }
  return cudaSuccess;
}

cudaError_t check_copy(const char* call, const Area& to, const Area& from, cudaMemcpyKind* kind) {
  if (*kind < cudaMemcpyHostToHost || *kind > cudaMemcpyDefault) return cudaErrorInvalidMemcpyDirection;
  if (to.width > to.pitch && to.height > 1) return cudaErrorInvalidPitchValue;
  if (from.width > from.pitch && from.height > 1) return cudaErrorInvalidPitchValue;
  Side to_side = Side::kEither, from_side = Side::kEither;
  if (*kind != cudaMemcpyDefault) {
    to_side =
        *kind == cudaMemcpyHostToDevice || *kind == cudaMemcpyDeviceToDevice ? Side::kDevice : Side::kHost;
    from_side =
        *kind == cudaMemcpyDeviceToHost || *kind == cudaMemcpyDeviceToDevice ? Side::kDevice : Side::kHost;
  }
  if (const cudaError_t error = check_area(call, "destination", to, to_side); error != cudaSuccess)
    return error;
  if (const cudaError_t error = check_area(call, "source", from, from_side); error != cudaSuccess)
    return error;
  if (*kind == cudaMemcpyDefault) {
    const bool to_device = side_of(to.begin) == Side::kDevice,
               from_device = side_of(from.begin) == Side::kDevice;
    *kind = static_cast<cudaMemcpyKind>((to_device ? 1 : 0) + (from_device ? 2 : 0));
  }
  return cudaSuccess;
}

void note_written(const void* begin, std::size_t pitch, std::size_t width, std::size_t height) {
  if (!observer || !DeviceMemory::instance().in_window(begin)) return;
  for (std::size_t row = 0; row < height; ++row) {
    observer->written(static_cast<const char*>(begin) + row * pitch, width);
  }
}

cudaError_t copy(const char* call, void* to, std::size_t to_pitch, const void* from, std::size_t from_pitch,
                 std::size_t width, std::size_t height, cudaMemcpyKind kind, cudaStream_t stream) {
  const Area to_area{to, to_pitch, width, height}, from_area{from, from_pitch, width, height};
  if (const cudaError_t error = sticky_error(); error != cudaSuccess) return record_error(error);
  if (const cudaError_t error = check_copy(call, to_area, from_area, &kind); error != cudaSuccess) {
    return record_error(error);
  }
  return submit(stream, [=] {
    if (width == 0 || height == 0) return cudaSuccess;
    if (height == 1 || (to_pitch == width && from_pitch == width)) {
      std::memmove(to, from, width * height);
    } else {
      for (std::size_t row = 0; row < height; ++row) {
        std::memmove(static_cast<char*>(to) + row * to_pitch,
                     static_cast<const char*>(from) + row * from_pitch, width);
      }
    }
    count_copy(kind, width * height);
    note_written(to, to_pitch, width, height);
    return cudaSuccess;
  });
}

cudaError_t fill(const char* call, void* pointer, std::size_t pitch, int value, std::size_t width,
                 std::size_t height, cudaStream_t stream) {
  if (const cudaError_t error = sticky_error(); error != cudaSuccess) return record_error(error);
  if (width > pitch && height > 1) return record_error(cudaErrorInvalidPitchValue);
  if (const cudaError_t error =
          check_area(call, "destination", {pointer, pitch, width, height}, Side::kDevice);
      error != cudaSuccess) {
    return record_error(error);
  }
  return submit(stream, [=] {
    for (std::size_t row = 0; row < height && width > 0; ++row) {
      std::memset(static_cast<char*>(pointer) + row * pitch, value, width);
    }
    count_set(width * height);
    note_written(pointer, pitch, width, height);
    return cudaSuccess;
  });
}

cudaError_t copy_3d(const cudaMemcpy3DParms* p, cudaStream_t stream) {
  if (!p || p->srcArray || p->dstArray) return record_error(cudaErrorInvalidValue);
  const auto address = [](const cudaPitchedPtr& memory, const cudaPos& at, std::size_t slice) {
    return static_cast<char*>(memory.ptr) + ((at.z + slice) * memory.ysize + at.y) * memory.pitch + at.x;
  };
  for (std::size_t slice = 0; slice < p->extent.depth; ++slice) {
    const cudaError_t error = copy("cudaMemcpy3D", address(p->dstPtr, p->dstPos, slice), p->dstPtr.pitch,
                                   address(p->srcPtr, p->srcPos, slice), p->srcPtr.pitch, p->extent.width,
                                   p->extent.height, p->kind, stream);
    if (error != cudaSuccess) return error;
  }
  return cudaSuccess;
}

cudaError_t check_managed_range(const void* pointer, std::size_t bytes) {
  if (const cudaError_t error = sticky_error(); error != cudaSuccess) return record_error(error);
  const auto allocation = DeviceMemory::instance().find(pointer);
  const bool valid = allocation && allocation->kind == MemoryKind::kManaged &&
                     bytes <= static_cast<std::size_t>(allocation->begin + allocation->bytes -
                                                       static_cast<const char*>(pointer));
  return record_error(valid || is_static_data(pointer) ? cudaSuccess : cudaErrorInvalidValue);
}

}  // namespace

cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
  return copy("cudaMemcpy", to, bytes, from, bytes, bytes, 1, kind, nullptr);
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  return copy("cudaMemcpyAsync", to, bytes, from, bytes, bytes, 1, kind, stream);
}
cudaError_t cudaMemcpy2D(void* to, std::size_t to_pitch, const void* from, std::size_t from_pitch,
                         std::size_t width_bytes, std::size_t height, cudaMemcpyKind kind) {
  return copy("cudaMemcpy2D", to, to_pitch, from, from_pitch, width_bytes, height, kind, nullptr);
}
cudaError_t cudaMemcpy2DAsync(void* to, std::size_t to_pitch, const void* from, std::size_t from_pitch,
                              std::size_t width_bytes, std::size_t height, cudaMemcpyKind kind,
                              cudaStream_t stream) {
  return copy("cudaMemcpy2DAsync", to, to_pitch, from, from_pitch, width_bytes, height, kind, stream);
}
cudaError_t cudaMemcpy3D(const cudaMemcpy3DParms* parameters) { return copy_3d(parameters, nullptr); }
cudaError_t cudaMemcpy3DAsync(const cudaMemcpy3DParms* parameters, cudaStream_t stream) {
  return copy_3d(parameters, stream);
}
cudaError_t cudaMemcpyPeerAsync(void* to, int to_device, const void* from, int from_device, std::size_t bytes,
                                cudaStream_t stream) {
  if (to_device != 0 || from_device != 0) return record_error(cudaErrorInvalidDevice);
  return copy("cudaMemcpyPeer", to, bytes, from, bytes, bytes, 1, cudaMemcpyDeviceToDevice, stream);
}
cudaError_t cudaMemcpyPeer(void* to, int to_device, const void* from, int from_device, std::size_t bytes) {
  return cudaMemcpyPeerAsync(to, to_device, from, from_device, bytes, nullptr);
}

cudaError_t cudaMemset(void* pointer, int value, std::size_t bytes) {
  return fill("cudaMemset", pointer, bytes, value, bytes, 1, nullptr);
}
cudaError_t cudaMemsetAsync(void* pointer, int value, std::size_t bytes, cudaStream_t stream) {
  return fill("cudaMemsetAsync", pointer, bytes, value, bytes, 1, stream);
}
cudaError_t cudaMemset2D(void* pointer, std::size_t pitch, int value, std::size_t width_bytes,
                         std::size_t height) {
  return fill("cudaMemset2D", pointer, pitch, value, width_bytes, height, nullptr);
}
cudaError_t cudaMemset2DAsync(void* pointer, std::size_t pitch, int value, std::size_t width_bytes,
                              std::size_t height, cudaStream_t stream) {
  return fill("cudaMemset2DAsync", pointer, pitch, value, width_bytes, height, stream);
}

cudaError_t cudaMemPrefetchAsync(const void* pointer, std::size_t bytes, int device, cudaStream_t) {
  if (device != 0 && device != cudaCpuDeviceId) return record_error(cudaErrorInvalidDevice);
  return check_managed_range(pointer, bytes);
}
cudaError_t cudaMemPrefetchAsync(const void* pointer, std::size_t bytes, cudaMemLocation location, unsigned,
                                 cudaStream_t) {
  if (location.type == cudaMemLocationTypeDevice && location.id != 0)
    return record_error(cudaErrorInvalidDevice);
  return check_managed_range(pointer, bytes);
}
cudaError_t cudaMemAdvise(const void* pointer, std::size_t bytes, cudaMemoryAdvise, int device) {
  if (device != 0 && device != cudaCpuDeviceId) return record_error(cudaErrorInvalidDevice);
  return check_managed_range(pointer, bytes);
}
cudaError_t cudaMemAdvise(const void* pointer, std::size_t bytes, cudaMemoryAdvise,
                          cudaMemLocation location) {
  if (location.type == cudaMemLocationTypeDevice && location.id != 0)
    return record_error(cudaErrorInvalidDevice);
  return check_managed_range(pointer, bytes);
}

namespace emulator {

namespace {

/// A symbol is in the program's data here and on the device for the program, so its side is taken for
/// granted.
cudaError_t copy_symbol(const char* call, void* to, const void* from, std::size_t symbol_bytes,
                        std::size_t bytes, std::size_t offset, const Area& other, const char* other_role,
                        Side other_side, cudaMemcpyKind kind, cudaStream_t stream) {
  if (const cudaError_t error = sticky_error(); error != cudaSuccess) return record_error(error);
  if (offset > symbol_bytes || bytes > symbol_bytes - offset) {
    return record_error(refuse(call, std::to_string(bytes) + " bytes from offset " + std::to_string(offset) +
                                         " do not fit in the symbol's " + std::to_string(symbol_bytes)));
  }
  if (const cudaError_t error = check_area(call, other_role, other, other_side); error != cudaSuccess) {
    return record_error(error);
  }
  return submit(stream, [=] {
    if (bytes > 0) std::memcpy(to, from, bytes);
    count_copy(kind, bytes);
    return cudaSuccess;
  });
}

}  // namespace

cudaError_t copy_to_symbol(void* symbol, std::size_t symbol_bytes, const void* from, std::size_t bytes,
                           std::size_t offset, cudaMemcpyKind kind, cudaStream_t stream) {
  if (kind == cudaMemcpyDefault)
    kind = side_of(from) == Side::kDevice ? cudaMemcpyDeviceToDevice : cudaMemcpyHostToDevice;
  if (kind != cudaMemcpyHostToDevice && kind != cudaMemcpyDeviceToDevice) {
    return record_error(cudaErrorInvalidMemcpyDirection);
  }
  return copy_symbol("cudaMemcpyToSymbol", static_cast<char*>(symbol) + offset, from, symbol_bytes, bytes,
                     offset, {from, bytes, bytes, 1}, "source",
                     kind == cudaMemcpyHostToDevice ? Side::kHost : Side::kDevice, kind, stream);
}

cudaError_t copy_from_symbol(void* to, const void* symbol, std::size_t symbol_bytes, std::size_t bytes,
                             std::size_t offset, cudaMemcpyKind kind, cudaStream_t stream) {
  if (kind == cudaMemcpyDefault)
    kind = side_of(to) == Side::kDevice ? cudaMemcpyDeviceToDevice : cudaMemcpyDeviceToHost;
  if (kind != cudaMemcpyDeviceToHost && kind != cudaMemcpyDeviceToDevice) {
    return record_error(cudaErrorInvalidMemcpyDirection);
  }
  return copy_symbol("cudaMemcpyFromSymbol", to, static_cast<const char*>(symbol) + offset, symbol_bytes,
                     bytes, offset, {to, bytes, bytes, 1}, "destination",
                     kind == cudaMemcpyDeviceToHost ? Side::kHost : Side::kDevice, kind, stream);
}

}  // namespace emulator
