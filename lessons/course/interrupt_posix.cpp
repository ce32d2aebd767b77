#include <array>
#include <csignal>
#include <cstddef>

#include "interrupt.h"

namespace course {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};

volatile std::sig_atomic_t arrived_signal = 0;
int handlers = 0;  // those alive: the outermost decides
std::array<struct sigaction, kSignals.size()> before;

}  // namespace

InterruptHandler::InterruptHandler() {
  if (handlers++ > 0) return;
  arrived_signal = 0;
  struct sigaction action = {};
  action.sa_handler = [](int signal) { arrived_signal = signal; };  // no SA_RESTART: waiting calls return
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], nullptr, &before[i]);
    if (before[i].sa_handler != SIG_IGN) ::sigaction(kSignals[i], &action, nullptr);
  }
}

InterruptHandler::~InterruptHandler() {
  if (--handlers > 0) return;
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before[i], nullptr);
}

bool InterruptHandler::arrived() { return arrived_signal != 0; }

void InterruptHandler::throw_if_arrived() {
  if (arrived_signal != 0) throw Interrupted{arrived_signal};
}

}  // namespace course
