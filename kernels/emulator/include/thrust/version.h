/// @file
/// Stands in front of Thrust's header of the same name, which all of Thrust includes, and prepares for Thrust
/// on the host: its "device" vectors come from the host's heap, so kernels must be allowed to take pointers
/// to it.
#pragma once

#include_next <thrust/version.h>

#ifndef THRUST_DEVICE_SYSTEM
#define THRUST_DEVICE_SYSTEM THRUST_DEVICE_SYSTEM_CPP
#endif
#ifndef THRUST_HOST_SYSTEM
#define THRUST_HOST_SYSTEM THRUST_HOST_SYSTEM_CPP
#endif

#include <emulator/control.h>

namespace emulator {

inline const bool thrust_vectors_are_host_memory = allow_host_pointers();

}  // namespace emulator
