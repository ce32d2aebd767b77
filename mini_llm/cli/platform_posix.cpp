#include <signal.h>
#include <unistd.h>

#include <string_view>

#include "cli/signals.h"
#include "cli/terminal.h"

namespace cli {
namespace {

volatile sig_atomic_t interrupt_flag = 0;
volatile sig_atomic_t terminate_flag = 0;

void on_interrupt(int) { interrupt_flag = 1; }

void on_terminate(int) {
  interrupt_flag = 1;
  terminate_flag = 1;
}

void on_bus_error(int) {
  // Only functions that are safe in a signal handler.
  constexpr std::string_view kMessage =
      "\nmini_llm: a page of the model file cannot be read: the file became shorter while it was in use, or "
      "the disk "
      "failed. Check the file and start again.\n";
  [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, kMessage.data(), kMessage.size());
  ::_exit(1);
}

constexpr int kOnce = static_cast<int>(SA_RESETHAND);  // the second one has its usual effect

void handle(int signal, void (*handler)(int), int flags) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

void install_signal_handlers() {
  handle(SIGINT, on_interrupt, kOnce);
  handle(SIGTERM, on_terminate, kOnce);
  handle(SIGPIPE, SIG_IGN, 0);
  handle(SIGXFSZ, SIG_IGN, 0);
  handle(SIGBUS, on_bus_error, kOnce);
}

bool interrupted() { return interrupt_flag != 0; }

bool terminated() { return terminate_flag != 0; }

void clear_interrupt() {
  if (interrupt_flag == 0 || terminate_flag != 0) return;
  interrupt_flag = 0;
  handle(SIGINT, on_interrupt, kOnce);
}

bool is_terminal(std::FILE* stream) { return ::isatty(::fileno(stream)) == 1; }

}  // namespace cli
