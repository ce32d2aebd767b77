/// @file
/// Stands in for cuRAND's header of the same name: generators that host code calls.
#pragma once

#include <emulator/curand/generator.h>
