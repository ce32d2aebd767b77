#include "kernels/parallel_for.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
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
class Helpers {
 public:
  ~Helpers() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void run(Loop& loop, std::size_t helpers) {
    const std::lock_guard one_loop_at_a_time(run_mutex_);
    {
      const std::lock_guard lock(mutex_);
      add_threads(helpers);
      loop_ = &loop;
      places_ = helpers;
      // With more threads than processors, whoever waits awake keeps another from its work.
      stay_awake_ = helpers < std::thread::hardware_concurrency();
    }
    wake_.notify_all();
    loop.work();
    {
      const std::lock_guard lock(mutex_);
      loop_ = nullptr;  // who has not begun by now need not
    }
    if (stay_awake_) wait_awake([this] { return busy_ == 0; });
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0; });
  }

 private:
  /// Fewer when the system refuses to give more: the loop then takes longer, that is all.
  void add_threads(std::size_t wanted) {
    try {
      while (threads_.size() < wanted) threads_.emplace_back([this] { help(); });
    } catch (const std::system_error&) {
    }
  }

  void help() {
    std::unique_lock lock(mutex_);
    while (true) {
      if (stay_awake_) {
        lock.unlock();
        wait_awake([this] { return stopping_ || (loop_ != nullptr && places_ > 0); });
        lock.lock();
      }
      wake_.wait(lock, [this] { return stopping_ || (loop_ != nullptr && places_ > 0); });
      if (stopping_) return;
      Loop& loop = *loop_.load();
      --places_;
      ++busy_;
      lock.unlock();
      loop.work();
      lock.lock();
      if (--busy_ == 0) done_.notify_one();
    }
  }

  std::mutex run_mutex_;
  std::mutex mutex_;  // guards everything below; the atomic ones are looked at without it too
  std::condition_variable wake_;
  std::condition_variable done_;
  std::vector<std::thread> threads_;
  std::atomic<Loop*> loop_ = nullptr;
  std::atomic<std::size_t> places_ = 0;  // helpers that may still join the loop
  std::atomic<std::size_t> busy_ = 0;    // helpers at work in it
  std::atomic<bool> stay_awake_ = false;
  std::atomic<bool> stopping_ = false;
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
