/// @file
/// Stands in for CUDA's header of the same name.
#pragma once

#include <emulator/blas_types.h>
