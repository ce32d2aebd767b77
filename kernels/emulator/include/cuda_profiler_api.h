/// @file
/// Stands in for CUDA's header of the same name. There is no profiler to switch on and off.
#pragma once

#include <cuda_runtime.h>
