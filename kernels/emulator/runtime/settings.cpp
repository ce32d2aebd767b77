#include "settings.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>
#include <thread>

namespace emulator {

namespace {

[[noreturn]] void refuse(const char* variable, const char* value, const char* expected) {
  std::fprintf(stderr, "emulated GPU: the environment variable %s is '%s'; it must be %s\n", variable, value,
               expected);
  std::exit(2);
}

/// "512MiB", "8GiB", "64KiB" or a number of bytes.
std::optional<std::size_t> parse_bytes(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  int shift = 0;
  if (unit == "KiB" || unit == "K") {
    shift = 10;
  } else if (unit == "MiB" || unit == "M") {
    shift = 20;
  } else if (unit == "GiB" || unit == "G") {
    shift = 30;
  } else if (!unit.empty() && unit != "B") {
    return std::nullopt;
  }
  if (number > (~std::uint64_t{0} >> shift)) return std::nullopt;
  return static_cast<std::size_t>(number << shift);
}

std::size_t bytes_from(const char* variable, std::size_t otherwise, std::size_t least, std::size_t most) {
  const char* value = std::getenv(variable);
  if (!value) return otherwise;
  const auto bytes = parse_bytes(value);
  if (!bytes || *bytes < least || *bytes > most)
    refuse(variable, value, "a size such as 512MiB, 8GiB or bytes");
  return *bytes;
}

std::uint64_t number_from(const char* variable, std::uint64_t otherwise, std::uint64_t least,
                          std::uint64_t most) {
  const char* value = std::getenv(variable);
  if (!value) return otherwise;
  char* end = nullptr;
  const std::uint64_t number = std::strtoull(value, &end, 10);
  if (end == value || *end != '\0' || *value == '-' || number < least || number > most) {
    refuse(variable, value, "a whole number in range");
  }
  return number;
}

Schedule schedule_from(const char* variable) {
  const char* value = std::getenv(variable);
  if (!value || std::strcmp(value, "forward") == 0) return Schedule::kForward;
  if (std::strcmp(value, "reverse") == 0) return Schedule::kReverse;
  if (std::strcmp(value, "random") == 0) return Schedule::kRandom;
  refuse(variable, value, "forward, reverse or random");
}

double seconds_from(const char* variable, double otherwise) {
  const char* value = std::getenv(variable);
  if (!value) return otherwise;
  char* end = nullptr;
  const double seconds = std::strtod(value, &end);
  if (end == value || *end != '\0' || !(seconds >= 0 && seconds <= 1e9)) {
    refuse(variable, value, "a number of seconds, 0 for no limit");
  }
  return seconds;
}

bool word_from(const char* variable, const char* word) {
  const char* value = std::getenv(variable);
  return value && std::strcmp(value, word) == 0;
}

Settings read_environment() {
  const unsigned processors = std::thread::hardware_concurrency();
  Settings s{};
  s.os_threads =
      static_cast<unsigned>(number_from("EMULATED_GPU_THREADS", processors ? processors : 1, 1, 1024));
  s.schedule = schedule_from("EMULATED_GPU_SCHEDULE");
  s.seed = number_from("EMULATED_GPU_SCHEDULE_SEED", 0, 0, ~std::uint64_t{0});
  s.memory_bytes =
      bytes_from("EMULATED_GPU_MEMORY", std::size_t{8} << 30, std::size_t{1} << 20, std::size_t{1} << 40);
  s.timeout_seconds = seconds_from("EMULATED_GPU_TIMEOUT", 30);
  s.stack_bytes = bytes_from("EMULATED_GPU_STACK", 256 << 10, 64 << 10, std::size_t{1} << 30) / 4096 * 4096;
  s.host_pointers = word_from("EMULATED_GPU_HOST_POINTERS", "allow");
  s.exited_threads = word_from("EMULATED_GPU_EXITED_THREADS", "allow");
  s.print_statistics = word_from("EMULATED_GPU_STATS", "1");
  return s;
}

}  // namespace

Settings& settings() {
  static Settings instance = read_environment();
  return instance;
}

void set_schedule(Schedule schedule, std::uint64_t seed) {
  settings().schedule = schedule;
  settings().seed = seed;
}

void set_timeout(double seconds) { settings().timeout_seconds = seconds; }

bool allow_host_pointers() {
  settings().host_pointers = true;
  return true;
}

}  // namespace emulator
