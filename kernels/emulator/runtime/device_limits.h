/// @file
/// The limits of the emulated card, those of compute capability 8.9. cudaGetDeviceProperties and the launch
/// checks read them here. Source: CUDA C++ Programming Guide, technical specifications per compute
/// capability.
#pragma once

#include <cstddef>

namespace emulator::limits {

inline constexpr int kMajor = 8;
inline constexpr int kMinor = 9;
inline constexpr unsigned kBlockThreads = 1024;
inline constexpr unsigned kBlockX = 1024;
inline constexpr unsigned kBlockY = 1024;
inline constexpr unsigned kBlockZ = 64;
inline constexpr unsigned kGridX = 2147483647;
inline constexpr unsigned kGridY = 65535;
inline constexpr unsigned kGridZ = 65535;
inline constexpr std::size_t kStaticShared = 48 << 10;      ///< and dynamic, unless a kernel asks for more
inline constexpr std::size_t kMaxDynamicShared = 99 << 10;  ///< that a kernel may ask for
inline constexpr std::size_t kSharedPerMultiprocessor = 100 << 10;
inline constexpr std::size_t kReservedShared = 1 << 10;  ///< of each block, for the system
inline constexpr unsigned kMultiprocessors = 16;
inline constexpr unsigned kThreadsPerMultiprocessor = 1536;
inline constexpr unsigned kBlocksPerMultiprocessor = 24;
inline constexpr unsigned kRegistersPerMultiprocessor = 65536;

}  // namespace emulator::limits
