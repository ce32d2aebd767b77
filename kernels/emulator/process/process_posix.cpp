#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

#include "process.h"

// In every process, but declared only as an extension.
extern char** environ;  // NOLINT

namespace emulator {
namespace {

/// While a program runs, Ctrl-C and Ctrl-\ are for it.
class IgnoredInterrupts {
 public:
  IgnoredInterrupts() {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGINT, &ignore, &interrupt_);
    sigaction(SIGQUIT, &ignore, &quit_);
  }
  ~IgnoredInterrupts() {
    sigaction(SIGINT, &interrupt_, nullptr);
    sigaction(SIGQUIT, &quit_, nullptr);
  }
  IgnoredInterrupts(const IgnoredInterrupts&) = delete;
  IgnoredInterrupts& operator=(const IgnoredInterrupts&) = delete;

 private:
  struct sigaction interrupt_ {};
  struct sigaction quit_ {};
};

/// C's form of a list of strings, which must outlive it.
std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (const std::string& string : strings) result.push_back(const_cast<char*>(string.c_str()));
  result.push_back(nullptr);
  return result;
}

/// This process's environment with `changes` in it.
std::vector<std::string> environment_with(const std::vector<std::string>& changes) {
  std::vector<std::string> result = changes;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view present = *entry;
    const std::string_view name = present.substr(0, present.find('=') + 1);
    const auto replaces = [&](const std::string& change) { return change.starts_with(name); };
    if (std::none_of(changes.begin(), changes.end(), replaces)) result.emplace_back(present);
  }
  return result;
}

void redirect(posix_spawn_file_actions_t& actions, int descriptor, const std::string& file) {
  if (file.empty()) return;
  posix_spawn_file_actions_addopen(&actions, descriptor, file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& arguments, const ProcessSettings& settings) {
  const std::vector<char*> argv = pointers(arguments);
  const std::vector<std::string> environment = environment_with(settings.environment);

  const IgnoredInterrupts ignored;
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t usual;
  sigemptyset(&usual);
  sigaddset(&usual, SIGINT);
  sigaddset(&usual, SIGQUIT);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  redirect(actions, STDOUT_FILENO, settings.output);
  redirect(actions, STDERR_FILENO, settings.errors);
  pid_t child = 0;
  const int error =
      posix_spawnp(&child, argv[0], &actions, &attributes, argv.data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) return {false, 0, 0, std::strerror(error)};

  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return {false, 0, 0, std::strerror(errno)};
  }
  if (WIFSIGNALED(status)) return {true, 0, WTERMSIG(status), ""};
  return {true, WEXITSTATUS(status), 0, ""};
}

unsigned long process_number() { return static_cast<unsigned long>(getpid()); }

std::string signal_name(int signal) { return strsignal(signal); }

bool stderr_is_terminal() { return isatty(STDERR_FILENO) != 0; }

}  // namespace emulator
