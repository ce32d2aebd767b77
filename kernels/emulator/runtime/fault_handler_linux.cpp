// Faults of kernels through POSIX signals and Linux's machine contexts. Linux only.
//
// A handler cannot print or leave by itself: it changes where the interrupted thread goes on. That is one of
// the two functions below, on the fiber's own stack, whose contents nobody needs any more.
#include "fault_handler.h"

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ucontext.h>

#include <cstdint>
#include <memory>

#include "device_memory.h"
#include "report.h"
#include "worker.h"

#ifdef EMULATOR_ASAN
#include <sanitizer/asan_interface.h>
#endif

// Where the linker put this program's code.
extern "C" const char __executable_start;
extern "C" const char etext;

namespace emulator {

namespace {

constexpr int kFaults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
constexpr int kInterrupt = SIGURG;  // ignored by default, so that a late one does no harm
constexpr std::size_t kSignalStackBytes = 64 << 10;

/// What the handler saw.
struct Fault {
  int signal;
  const void* address;
  bool writes;
  bool address_known;
};
thread_local Fault fault;
struct sigaction previous[NSIG];

std::string explain_address(const Worker& worker) {
  const char* verb = fault.writes ? "it writes" : "it reads";
  const auto address = reinterpret_cast<std::uintptr_t>(fault.address);
  if (!fault.address_known) {
    return "it uses a pointer that cannot be an address (uninitialized?), or one that is not aligned for its "
           "vector type";
  }
  if (worker.overflowed(fault.address)) {
    return "stack overflow: its local variables or its recursion need more than EMULATED_GPU_STACK allows";
  }
  if (address >= SharedArena::kNoDynamicShared &&
      address < SharedArena::kNoDynamicShared + SharedArena::kNoDynamicSharedBytes) {
    return fmt::format(
        "{} extern __shared__ memory, but the launch asks for 0 bytes of it (the third parameter between "
        "<<< and >>>)",
        verb);
  }
  if (address < 4096) return fmt::format("{} through a null pointer (address {:#x})", verb, address);
  if (DeviceMemory::instance().in_window(fault.address)) {
    return fmt::format("{} an illegal address: {}", verb, DeviceMemory::instance().describe(fault.address));
  }
  return fmt::format("{} an illegal address ({})", verb, fault.address);
}

void make_stack_usable() {
#ifdef EMULATOR_ASAN
  const Fiber& fiber = current_worker->fiber();
  __asan_unpoison_memory_region(fiber.stack, fiber.stack_bytes);
#endif
}

/// Where a thread that caused a signal goes on.
void report_fault_of_thread() {
  Worker& worker = *current_worker;
  worker.begin_leaving();
  cudaError_t error = cudaErrorIllegalAddress;
  std::string what;
  switch (fault.signal) {
    case SIGFPE:
      error = cudaErrorLaunchFailure;
      what = "it divides an integer by zero (a GPU would go on with a meaningless result)";
      break;
    case SIGILL:
      error = cudaErrorIllegalInstruction;
      what = "it comes to an instruction that must not be reached";
      break;
    default:
      what = explain_address(worker);
      if (worker.overflowed(fault.address)) error = cudaErrorHardwareStackError;
  }
  const CodeLine last = worker.last_known_line();
  const FailureKind kind = fault.signal == SIGFPE || fault.signal == SIGILL ? FailureKind::kLaunchFailure
                                                                            : FailureKind::kInvalidAddress;
  worker.grid().fail(
      error, failure_here(kind, worker, last),
      headline(worker.grid(), what) + fmt::format("  {}{}\n", describe(current_index, worker.block().index),
                                                  last.file ? ", after " + describe(last) : std::string()));
}

[[noreturn]] void report_fault() {
  make_stack_usable();
  report_fault_of_thread();
  current_worker->abandon();
}

/// Where a thread goes on that must leave a kernel which has failed elsewhere, or has taken too long.
[[noreturn]] void leave_kernel() {
  make_stack_usable();
  current_worker->stop_here();
}

/// Makes the interrupted thread go on in `function`, at the upper end of its fiber's stack.
[[maybe_unused]] bool redirect(void* context, const Fiber& fiber, void (*function)()) {
  [[maybe_unused]] auto& machine = static_cast<ucontext_t*>(context)->uc_mcontext;
  [[maybe_unused]] const auto top =
      (reinterpret_cast<std::uintptr_t>(fiber.stack) + fiber.stack_bytes) / 64 * 64;
#if defined(__x86_64__)
  machine.gregs[REG_RSP] = static_cast<greg_t>(top - 64 - 8);  // as after a call: 8 below a multiple of 16
  machine.gregs[REG_RIP] = static_cast<greg_t>(reinterpret_cast<std::uintptr_t>(function));
  return true;
#elif defined(__aarch64__)
  machine.sp = top - 64;
  machine.pc = reinterpret_cast<std::uintptr_t>(function);
  return true;
#else
  (void)fiber, (void)function;
  return false;
#endif
}

bool in_program_code([[maybe_unused]] void* context) {
#if defined(__x86_64__)
  const auto at = static_cast<std::uintptr_t>(static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP]);
#elif defined(__aarch64__)
  const auto at = static_cast<std::uintptr_t>(static_cast<ucontext_t*>(context)->uc_mcontext.pc);
#else
  const std::uintptr_t at = 0;
#endif
  return at >= reinterpret_cast<std::uintptr_t>(&__executable_start) &&
         at < reinterpret_cast<std::uintptr_t>(&etext);
}

bool is_write([[maybe_unused]] void* context) {
#if defined(__x86_64__)
  constexpr greg_t kWriteBit = 2;
  return (static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_ERR] & kWriteBit) != 0;
#else
  return false;
#endif
}

/// A signal of host code: whoever handled it before us does.
void pass_on(int signal, siginfo_t* info, void* context) {
  const struct sigaction& before = previous[signal];
  if (before.sa_flags & SA_SIGINFO) {
    before.sa_sigaction(signal, info, context);
  } else if (before.sa_handler == SIG_DFL) {
    sigaction(signal, &before, nullptr);  // the instruction runs again, and ends the program as usual
  } else if (before.sa_handler != SIG_IGN) {
    before.sa_handler(signal);
  }
}

void on_fault(int signal, siginfo_t* info, void* context) {
  Worker* worker = current_worker;
  if (!worker || !worker->on_fiber()) {
    pass_on(signal, info, context);
    return;
  }
  fault = {signal, info->si_addr, is_write(context), info->si_code != SI_KERNEL};
  if (!redirect(context, worker->fiber(), &report_fault)) pass_on(signal, info, context);
}

void on_interrupt(int, siginfo_t*, void* context) {
  Worker* worker = current_worker;
  if (worker && worker->on_fiber() && worker->grid().stopping.load() && !worker->leaving() &&
      !worker->undisturbed() && in_program_code(context)) {
    redirect(context, worker->fiber(), &leave_kernel);
  }
}

}  // namespace

void install_fault_handlers() {
  // Others (test frameworks, for one) may have replaced them since the last launch.
  struct sigaction current;
  if (sigaction(SIGSEGV, nullptr, &current) == 0 && (current.sa_flags & SA_SIGINFO) &&
      current.sa_sigaction == &on_fault) {
    return;
  }
  struct sigaction action {};
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  action.sa_sigaction = &on_fault;
  for (const int signal : kFaults) sigaction(signal, &action, &previous[signal]);
  action.sa_sigaction = &on_interrupt;
  action.sa_flags |= SA_RESTART;
  sigaction(kInterrupt, &action, nullptr);
}

void prepare_thread_for_faults() {
  thread_local std::unique_ptr<char[]> memory;
  if (memory) return;
  stack_t current;
  if (sigaltstack(nullptr, &current) == 0 && !(current.ss_flags & SS_DISABLE) &&
      current.ss_size >= kSignalStackBytes / 4) {
    return;  // a sanitizer's, for one
  }
  struct Release {
    ~Release() {
      stack_t none{};
      none.ss_flags = SS_DISABLE;
      sigaltstack(&none, nullptr);
    }
  };
  memory = std::make_unique<char[]>(kSignalStackBytes);
  thread_local Release release;
  stack_t stack{};
  stack.ss_sp = memory.get();
  stack.ss_size = kSignalStackBytes;
  sigaltstack(&stack, nullptr);
}

void interrupt_kernel(unsigned long os_thread) { pthread_kill(os_thread, kInterrupt); }

unsigned long this_os_thread() { return pthread_self(); }

}  // namespace emulator
