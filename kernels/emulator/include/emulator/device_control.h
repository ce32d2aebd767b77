/// @file
/// Clocks, sleeping, traps and hints to the compiler.
#pragma once

#include <time.h>

#include <emulator/execution.h>

/// A counter that a GPU advances once per clock cycle; here, once per nanosecond. `clock()` is the C
/// library's.
inline long long clock64() {
  timespec now = {};
  timespec_get(&now, TIME_UTC);
  return static_cast<long long>(now.tv_sec) * 1000000000 + now.tv_nsec;
}

/// Suspends the thread for about this long; here, lets the others run once.
inline void __nanosleep(unsigned int, emulator::CodeLine where = emulator::CodeLine::here()) {
  emulator::yield_thread(where);
}

/// Ends the kernel with cudaErrorLaunchFailure (719).
[[noreturn]] inline void __trap(emulator::CodeLine where = emulator::CodeLine::here()) {
  emulator::device_fault(719, "the kernel called __trap()", where);
}

/// Without a debugger attached these do nothing.
inline void __brkpt(int = 0) {}
inline void __prof_trigger(int) {}

#ifndef __clang__
#define __builtin_assume(condition) static_cast<void>(0)
#endif
#define __assume(condition) __builtin_assume(condition)
