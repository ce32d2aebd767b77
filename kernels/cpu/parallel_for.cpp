#include "kernels/parallel_for.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace kernels {
namespace {

using Body = std::function<void(std::size_t, std::size_t)>;

/// One loop: ranges are handed out in order to whoever asks.
class Loop {
 public:
  Loop(std::size_t count, std::size_t grain, const Body& body) : count_(count), grain_(grain), body_(body) {}

  void work() noexcept {
    while (true) {
      const std::size_t begin = next_.fetch_add(grain_);
      if (begin >= count_) return;
      try {
        body_(begin, std::min(begin + grain_, count_));
      } catch (...) {
        const std::lock_guard lock(error_mutex_);
        if (!error_) error_ = std::current_exception();
        next_ = count_;  // nobody begins another range
      }
    }
  }

  void rethrow_error() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  const std::size_t count_;
  const std::size_t grain_;
  const Body& body_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex error_mutex_;
  std::exception_ptr error_;
};

/// Waits up to 0.1 ms for something that is about to happen. Between two loops of a layer there are a few
/// microseconds; waking a thread that sleeps takes tens of them, a hundred times a token.
template <class Condition>
void wait_awake(const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(100);
  do {
    for (int i = 0; i < 64; ++i) {
      if (condition()) return;
#if defined(__x86_64__) || defined(__i386__)
      __builtin_ia32_pause();
#endif
    }
  } while (std::chrono::steady_clock::now() < end);
}

/// Threads that wait for a loop to help with, asleep if it does not come soon.
///
/// All that they tell each other is one number: how many helpers may still join the loop, and how many are at
/// work in it. A mutex in its place made one of two threads sleep at almost every loop, a hundred times a
/// token: both reach for it at the same moment.
class Helpers {
 public:
  ~Helpers() {
    state_ = kStopping;
    state_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void run(Loop& loop, std::size_t helpers) {
    const std::lock_guard one_loop_at_a_time(mutex_);
    add_threads(std::min(helpers, kMostHelpers));
    // With more threads than processors, whoever waits awake keeps another from its work. Asked once: the C
    // library reads a file for it, which for every loop took a fifteenth of a token's time.
    static const unsigned processors = std::thread::hardware_concurrency();
    stay_awake_ = helpers < processors;
    loop_ = &loop;
    state_ = static_cast<std::uint32_t>(std::min(helpers, threads_.size())) * kPlace;
    state_.notify_all();
    loop.work();
    state_ &= kBusy;  // who has not begun by now need not
    if (stay_awake_) wait_awake([this] { return state_ == 0; });
    for (std::uint32_t state = state_; state != 0; state = state_) state_.wait(state);
  }

 private:
  static constexpr std::uint32_t kPlace = 1 << 16;    // one more helper may join
  static constexpr std::uint32_t kBusy = kPlace - 1;  // the lower half: at work
  static constexpr std::uint32_t kStopping = ~0u;
  static constexpr std::size_t kMostHelpers = 1 << 12;

  /// Fewer when the system refuses to give more: the loop then takes longer, that is all.
  void add_threads(std::size_t wanted) {
    try {
      while (threads_.size() < wanted) threads_.emplace_back([this] { help(); });
    } catch (const std::system_error&) {
    }
  }

  void help() {
    while (true) {
      if (stay_awake_) wait_awake([this] { return state_ >= kPlace; });
      std::uint32_t state = state_;
      if (state == kStopping) return;
      if (state < kPlace) {
        state_.wait(state);
      } else if (state_.compare_exchange_weak(state, state - kPlace + 1)) {
        // The loop is there for as long as anybody is at work in it.
        loop_.load()->work();
        --state_;
        state_.notify_all();
      }
    }
  }

  std::mutex mutex_;  // guards the threads and the loop
  std::vector<std::thread> threads_;
  std::atomic<Loop*> loop_ = nullptr;
  std::atomic<std::uint32_t> state_ = 0;
  std::atomic<bool> stay_awake_ = false;
};

}  // namespace

void parallel_for(std::size_t count, std::size_t grain, int threads, const Body& body) {
  grain = std::max<std::size_t>(grain, 1);
  const std::size_t ranges = count / grain + (count % grain != 0 ? 1 : 0);
  const std::size_t useful_threads = std::min(ranges, static_cast<std::size_t>(std::max(threads, 1)));
  Loop loop(count, grain, body);
  if (useful_threads <= 1) {
    loop.work();
  } else {
    static Helpers helpers;
    helpers.run(loop, useful_threads - 1);
  }
  loop.rethrow_error();
}

}  // namespace kernels
