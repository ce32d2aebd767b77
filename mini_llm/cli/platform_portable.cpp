// For systems without POSIX signals: what standard C++ offers.
#include <csignal>

#include "cli/signals.h"
#include "cli/terminal.h"

namespace cli {
namespace {

volatile std::sig_atomic_t interrupt_flag = 0;

void on_interrupt(int) { interrupt_flag = 1; }

}  // namespace

void install_signal_handlers() { std::signal(SIGINT, on_interrupt); }

bool interrupted() { return interrupt_flag != 0; }

bool terminated() { return false; }

void clear_interrupt() {
  if (interrupt_flag == 0) return;
  interrupt_flag = 0;
  std::signal(SIGINT, on_interrupt);  // the first one put the system's own handler back
}

bool is_terminal(std::FILE*) { return false; }

}  // namespace cli
