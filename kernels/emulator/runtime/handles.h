/// @file
/// Which handles are valid.
#pragma once

#include <mutex>
#include <unordered_set>

#include "stream.h"

namespace emulator {

/// Handles that were given out and not destroyed.
template <class Object>
class Handles {
 public:
  Object* make() {
    auto* object = new Object;
    const std::lock_guard lock(mutex_);
    live_.insert(object);
    return object;
  }
  bool contains(Object* object) const {
    const std::lock_guard lock(mutex_);
    return live_.count(object) != 0;
  }
  template <class Visitor>
  void for_each(Visitor visit) {
    const std::lock_guard lock(mutex_);
    for (Object* object : live_) visit(*object);
  }
  bool destroy(Object* object) {
    {
      const std::lock_guard lock(mutex_);
      if (live_.erase(object) == 0) return false;
    }
    delete object;
    return true;
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_set<Object*> live_;
};

Handles<CUstream_st>& streams();
Handles<CUevent_st>& events();
Handles<CUgraph_st>& graphs();
Handles<CUgraphExec_st>& executables();

}  // namespace emulator
