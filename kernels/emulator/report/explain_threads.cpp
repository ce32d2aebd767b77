// Threads that do not meet, do not end, or end the kernel: found by the runtime, explained here.
#include <fmt/format.h>

#include "explain.h"
#include "wording.h"

namespace emulator::report {
namespace {

Explanation words(Kind kind) {
  switch (kind) {
    case Kind::kDivergentBarrier:
      return {
          "Divergent barrier: not all threads of a block come to the same __syncthreads()", "",
          "A barrier waits for every thread of the block. On a card the kernel hangs, or the barrier lets "
          "the others through and they read what is not there yet; which of the two depends on the card.",
          "Move __syncthreads() out of the if, or out of the loop whose length differs between threads. A "
          "thread without work must still come by: replace an early return by a condition around the work.",
          false};
    case Kind::kWarpMask:
      return {
          "A warp function's mask does not match the threads that came", "",
          "The mask promises which lanes take part. A lane that is named and does not come, or comes and is "
          "not named, makes the result undefined: a value from a lane that had none, or a hang.",
          "Call the function where all lanes of the mask come by, outside of the branch, and let lanes "
          "without data bring a neutral value. Or compute the mask before the branch with "
          "__ballot_sync(0xffffffff, condition). __activemask() only says who happens to be there.",
          false};
    case Kind::kDeadlock:
      return {
          "Deadlock: all threads wait, and none can go on", "",
          "Each thread waits for another one that waits too. A card hangs until the driver's watchdog or the "
          "user ends the program.",
          "Look at where the threads are: they must meet at the same barrier, with the same mask. With "
          "locks, "
          "a thread must not wait for another of its warp that holds the lock and cannot go on.",
          false};
    case Kind::kHang:
      return {
          "A thread does not end", "",
          "A card would hang as well, until the driver's watchdog or the user ends the program.",
          "Look at the loop's end: is the condition ever false, does the counter overflow? A loop that waits "
          "for another thread needs that thread to run at the same time, and must read with an atomic or "
          "volatile.",
          false};
    case Kind::kAssertion:
      return {"An assert in the kernel failed", "",
              "A card stops the kernel with cudaErrorAssert, if the program is built without NDEBUG; else it "
              "goes on with values that the author took for impossible.",
              "Look at the condition and at the values that this thread had.", false};
    default:
      return {
          "A kernel failed", "",
          "The launch returns an error on a card too, and every later call repeats it.",
          "Check the error after each launch, with cudaGetLastError(), and after cudaDeviceSynchronize().",
          false};
  }
}

/// The runtime's message without its first line's "emulated GPU: kernel ... failed: ", which the report's own
/// headline says, and without what it advises, which comes below in full.
std::string trimmed(std::string message) {
  while (!message.empty() && (message.back() == '\n' || message.back() == ' ')) message.pop_back();
  std::size_t begin = 0;
  const std::size_t failed = message.find(" failed: ");
  if (message.starts_with("emulated GPU: ") && failed != std::string::npos && failed < message.find('\n')) {
    begin = failed + std::string_view(" failed: ").size();
  }
  return message.substr(begin);
}

}  // namespace

Explanation explain_threads(const Finding& finding, const SourceText& source) {
  Explanation result = words(finding.kind);
  result.happened = trimmed(finding.message);
  if (!result.happened.empty()) return result;
  if (finding.first) {
    result.happened =
        fmt::format("{} is at {}", capitalized(who(*finding.first)), source.name(finding.first->line));
    if (finding.second) {
      result.happened += fmt::format(", {} at {}", who(*finding.second), source.name(finding.second->line));
    }
    result.happened += ".";
  }
  return result;
}

}  // namespace emulator::report
