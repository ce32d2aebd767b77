#include <signal.h>
#include <unistd.h>

#include <string_view>

#include "cli/signals.h"
#include "cli/terminal.h"

namespace cli {
namespace {

volatile sig_atomic_t interrupt_flag = 0;

void on_interrupt(int) { interrupt_flag = 1; }

void on_bus_error(int) {
  // Only functions that are safe in a signal handler.
  constexpr std::string_view kMessage =
      "\nmini_llm: a page of the model file cannot be read: the file became shorter while it was in use, or "
      "the disk "
      "failed. Check the file and start again.\n";
  [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, kMessage.data(), kMessage.size());
  ::_exit(1);
}

void handle(int signal, void (*handler)(int), int flags) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

void install_signal_handlers() {
  const int once = static_cast<int>(SA_RESETHAND);  // the second one has its usual effect
  handle(SIGINT, on_interrupt, once);
  handle(SIGTERM, on_interrupt, once);
  handle(SIGPIPE, SIG_IGN, 0);
  handle(SIGXFSZ, SIG_IGN, 0);
  handle(SIGBUS, on_bus_error, once);
}

bool interrupted() { return interrupt_flag != 0; }

bool is_terminal(std::FILE* stream) { return ::isatty(::fileno(stream)) == 1; }

}  // namespace cli
