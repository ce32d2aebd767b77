#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "errors.h"
#include "interrupt.h"
#include "paths.h"
#include "process.h"

namespace course {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kNotStarted = 127;
constexpr std::chrono::seconds kTimeToEnd{2};  // for a command that is asked to end

struct Pipe {
  int read_end = -1;
  int write_end = -1;

  Pipe() {
    int ends[2];
    if (::pipe(ends) != 0)
      throw UserError(fmt::format("a pipe could not be opened: {}", std::strerror(errno)));
    read_end = ends[0];
    write_end = ends[1];
    ::fcntl(read_end, F_SETFD, FD_CLOEXEC);
    ::fcntl(write_end, F_SETFD, FD_CLOEXEC);
  }
  ~Pipe() {
    close_end(read_end);
    close_end(write_end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  static void close_end(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
};

/// Starts the command. When `output` is given, stdout and stderr go there, and the child leads a process
/// group of its own, so that it can be ended together with its children.
pid_t start(const Command& command, Pipe* output) {
  std::vector<char*> arguments;
  for (const std::string& argument : command.arguments)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);

  Pipe failure;  // carries errno back when exec fails; closed by a successful exec
  const pid_t child = ::fork();
  if (child < 0) throw UserError(fmt::format("no new process could be started: {}", std::strerror(errno)));
  if (child == 0) {
    for (const auto& [name, value] : command.environment) ::setenv(name.c_str(), value.c_str(), 1);
    if (output != nullptr) {
      ::setpgid(0, 0);
      ::dup2(output->write_end, STDOUT_FILENO);
      ::dup2(output->write_end, STDERR_FILENO);
      const int nothing = ::open("/dev/null", O_RDONLY);
      if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
    }
    ::execvp(arguments[0], arguments.data());
    const int error = errno;
    [[maybe_unused]] const ssize_t written = ::write(failure.write_end, &error, sizeof error);
    ::_exit(kNotStarted);
  }

  Pipe::close_end(failure.write_end);
  int error = 0;
  if (::read(failure.read_end, &error, sizeof error) == sizeof error) {
    ::waitpid(child, nullptr, 0);
    throw UserError(
        fmt::format("{} could not be started: {}. ./course setup builds and installs what is needed",
                    command.arguments[0], std::strerror(error)));
  }
  return child;
}

ProcessResult wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ProcessResult result;
  if (WIFSIGNALED(status)) {
    result.signal = WTERMSIG(status);
  } else {
    result.exit_code = WEXITSTATUS(status);
  }
  return result;
}

/// Hands complete lines on at once, and the beginning of a line when nothing more is coming for the moment.
class LineBuffer {
 public:
  explicit LineBuffer(const OutputSink& sink) : sink_(sink) {}

  void add(std::string_view bytes) {
    pending_ += bytes;
    for (std::size_t end; (end = pending_.find('\n')) != std::string::npos; pending_.erase(0, end + 1)) {
      sink_(std::string_view(pending_).substr(0, end + 1));
    }
  }
  void flush() {
    if (!pending_.empty()) sink_(pending_);
    pending_.clear();
  }

 private:
  const OutputSink& sink_;
  std::string pending_;
};

}  // namespace

ProcessResult run_captured(const Command& command, const OutputSink& sink, int timeout_s) {
  const InterruptHandler interrupts;  // the child is no longer in the group that a terminal's Ctrl-C reaches
  Pipe output;
  const pid_t child = start(command, &output);
  Pipe::close_end(output.write_end);

  Clock::time_point deadline =
      timeout_s > 0 ? Clock::now() + std::chrono::seconds(timeout_s) : Clock::time_point::max();
  LineBuffer lines(sink);
  bool timed_out = false, interrupted = false;
  for (;;) {
    if (!interrupted && InterruptHandler::arrived()) {
      // Asked first, so that a build removes what it has written half.
      interrupted = true;
      ::kill(-child, SIGTERM);
      deadline = Clock::now() + kTimeToEnd;
    }
    const Clock::time_point now = Clock::now();
    if (now >= deadline) {
      timed_out = true;
      ::kill(-child, SIGKILL);
      break;
    }
    constexpr std::chrono::milliseconds kLongestWait{200};
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(std::min<Clock::duration>(deadline - now, kLongestWait));
    const int wait_ms = static_cast<int>(left.count());
    pollfd waiting{output.read_end, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, wait_ms);
    if (ready == 0) lines.flush();
    if (ready <= 0) continue;
    char buffer[4096];
    const ssize_t size = ::read(output.read_end, buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    if (!interrupted) lines.add({buffer, static_cast<std::size_t>(size)});
  }
  lines.flush();
  ProcessResult result = wait_for(child);
  InterruptHandler::throw_if_arrived();
  result.timed_out = timed_out;
  return result;
}

ProcessResult run_passing_through(const Command& command) {
  std::fflush(nullptr);
  return wait_for(start(command, nullptr));
}

std::string output_of(const std::vector<std::string>& arguments) {
  std::string text;
  try {
    if (!run_captured(
             {arguments, {}}, [&](std::string_view piece) { text += piece; }, 20)
             .succeeded())
      return "";
  } catch (const UserError&) {
    return "";
  }
  return text;
}

std::string describe_signal(int signal) {
  switch (signal) {
    case SIGSEGV:
    case SIGBUS:
      return "it used memory that is not its own (a segmentation fault)";
    case SIGFPE:
      return "it divided an integer by zero";
    case SIGABRT:
      return "it was aborted";
    case SIGILL:
      return "it ran an instruction that this processor does not have; run ./course setup again on this "
             "machine";
    case SIGKILL:
      return "it was killed, most often because memory ran out";
    default:
      return fmt::format("it was ended by signal {} ({})", signal, ::strsignal(signal));
  }
}

FileLock::FileLock(const std::filesystem::path& file)
    : descriptor_(::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644)) {
  if (descriptor_ < 0) {
    throw UserError(fmt::format("{} cannot be written ({}); check its folder's permissions",
                                display_path(file), std::strerror(errno)));
  }
  while (::flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
    if (!InterruptHandler::arrived()) continue;
    ::close(descriptor_);
    InterruptHandler::throw_if_arrived();
  }
}

FileLock::~FileLock() { ::close(descriptor_); }

}  // namespace course
