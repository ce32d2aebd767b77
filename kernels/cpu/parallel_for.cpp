#include "kernels/parallel_for.h"

#include <algorithm>
#include <atomic>
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

/// Threads that wait, asleep, for a loop to help with.
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
    }
    wake_.notify_all();
    loop.work();
    std::unique_lock lock(mutex_);
    loop_ = nullptr;  // who has not begun by now need not
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
      wake_.wait(lock, [this] { return stopping_ || (loop_ != nullptr && places_ > 0); });
      if (stopping_) return;
      Loop& loop = *loop_;
      --places_;
      ++busy_;
      lock.unlock();
      loop.work();
      lock.lock();
      if (--busy_ == 0) done_.notify_one();
    }
  }

  std::mutex run_mutex_;
  std::mutex mutex_;  // guards everything below
  std::condition_variable wake_;
  std::condition_variable done_;
  std::vector<std::thread> threads_;
  Loop* loop_ = nullptr;
  std::size_t places_ = 0;  // helpers that may still join the loop
  std::size_t busy_ = 0;    // helpers at work in it
  bool stopping_ = false;
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
