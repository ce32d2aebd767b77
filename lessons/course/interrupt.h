/// @file
/// Ctrl-C, and other requests to end.
#pragma once

namespace course {

/// Thrown when a request to end has come. It is no error, and so no std::exception.
struct Interrupted {
  int signal;
};

/// While one is alive, Ctrl-C (SIGINT), SIGTERM and SIGHUP do not end this program: they wait to be asked
/// for. Signals that this program was told to ignore, as in the background of a script, stay ignored.
class InterruptHandler {
 public:
  InterruptHandler();
  ~InterruptHandler();
  InterruptHandler(const InterruptHandler&) = delete;
  InterruptHandler& operator=(const InterruptHandler&) = delete;

  static bool arrived();
  /// @throws Interrupted
  static void throw_if_arrived();
};

}  // namespace course
