/// @file
/// Operations of these headers that a card does not make: how often an atomic update is tried, or what it
/// takes to round a half. In instrumented programs their functions stay calls, and their blocks are not
/// counted.
#pragma once

#ifndef EMULATED_GPU_INSTRUMENTED
#define EMULATOR_UNCOUNTED
#elif defined(__clang__)
#define EMULATOR_UNCOUNTED __attribute__((noinline, no_sanitize("thread", "coverage")))
#else
#define EMULATOR_UNCOUNTED __attribute__((noinline, no_sanitize("thread"), no_sanitize_coverage))
#endif
