#include <algorithm>
#include <fstream>
#include <string>

#include "backend/available_memory.h"

namespace backend {
namespace {

std::optional<std::uint64_t> read_number(const char* path) {
  std::ifstream file(path);
  std::uint64_t value = 0;
  if (file >> value) return value;
  return std::nullopt;  // absent, or the word "max"
}

/// What the kernel estimates to be free or freeable.
std::optional<std::uint64_t> machine_memory() {
  std::ifstream file("/proc/meminfo");
  std::string name;
  std::uint64_t kibibytes = 0;
  std::string rest;
  while (file >> name >> kibibytes && std::getline(file, rest)) {
    if (name == "MemAvailable:") return kibibytes * 1024;
  }
  return std::nullopt;
}

/// What a container's limit leaves.
std::optional<std::uint64_t> container_memory() {
  const auto limit = read_number("/sys/fs/cgroup/memory.max");
  const auto used = read_number("/sys/fs/cgroup/memory.current");
  if (!limit || !used) return std::nullopt;
  return *limit > *used ? *limit - *used : 0;
}

}  // namespace

std::optional<std::uint64_t> available_memory() {
  const auto machine = machine_memory();
  const auto container = container_memory();
  if (machine && container) return std::min(*machine, *container);
  return machine ? machine : container;
}

}  // namespace backend
