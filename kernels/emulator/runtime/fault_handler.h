/// @file
/// Signals that kernel code causes become errors of the kernel, not the end of the program.
#pragma once

namespace emulator {

/// Handles illegal addresses, stack overflows and integer divisions by zero in kernels. Signals that come
/// from host code go to whoever handled them before. Cheap to call again: does nothing while the handlers are
/// in place.
void install_fault_handlers();

/// Gives the calling OS thread a stack of its own for signals, so that a stack overflow can be handled.
void prepare_thread_for_faults();

/// Makes the OS thread, which runs a kernel that has to stop, leave it even if it never calls the runtime.
/// Takes effect only while it runs the program's own code, so it may have to be repeated.
void interrupt_kernel(unsigned long os_thread);
/// What interrupt_kernel expects, for the calling thread.
unsigned long this_os_thread();

}  // namespace emulator
