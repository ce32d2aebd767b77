/// @file
/// Stands in for cuRAND's header of the same name: the generators that kernels call, XORWOW and Philox.
#pragma once

#include <emulator/curand/distributions.h>
