#include "watchdog.h"

#include <chrono>
#include <mutex>
#include <thread>

#include "fault_handler.h"
#include "settings.h"
#include "worker_pool.h"

namespace emulator {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kPeriod{100};

std::mutex mutex;
Grid* watched = nullptr;  // guarded by mutex; a grid ends only while it is not locked

std::uint64_t total_progress() {
  std::uint64_t sum = 0;
  for (unsigned i = 0; i < WorkerPool::instance().size(); ++i)
    sum += WorkerPool::instance().worker(i).progress();
  return sum;
}

void interrupt_workers() {
  for (unsigned i = 0; i < WorkerPool::instance().size(); ++i) {
    if (const unsigned long thread = WorkerPool::instance().worker(i).os_thread()) interrupt_kernel(thread);
  }
}

/// The watchdog's thread: looks at the running launch a few times a second.
void watch() {
  std::uint64_t seen_launch = 0, seen_progress = 0;
  Clock::time_point since = Clock::now();
  for (;;) {
    std::this_thread::sleep_for(kPeriod);
    const std::lock_guard lock(mutex);
    if (!watched) continue;
    const std::uint64_t progress = total_progress();
    if (watched->launch_number != seen_launch || progress != seen_progress) {
      seen_launch = watched->launch_number;
      seen_progress = progress;
      since = Clock::now();
    }
    if (watched->stopping.load()) {
      interrupt_workers();  // those that spin without ever calling the runtime
      continue;
    }
    const double timeout = settings().timeout_seconds;
    if (timeout > 0 && std::chrono::duration<double>(Clock::now() - since).count() > timeout) {
      watched->stop_for_timeout();
      interrupt_workers();
    }
  }
}

}  // namespace

Watched::Watched(Grid& grid) {
  static const bool started = [] {
    std::thread(watch).detach();
    return true;
  }();
  (void)started;
  const std::lock_guard lock(mutex);
  watched = &grid;
}

Watched::~Watched() {
  const std::lock_guard lock(mutex);
  watched = nullptr;
}

}  // namespace emulator
