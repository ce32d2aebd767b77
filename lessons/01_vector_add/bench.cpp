// Lesson 01, vector_add: how long it takes, where, and what the copies cost.
//   lesson_01_vector_add_bench [--short]
// On a real GPU every row is measured. On the emulated GPU its rows show what was counted, and no times; the
// rows of the CPU, Thrust's among them, are measured anywhere.
#include <cuda_runtime.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <omp.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "device_counters.h"
#include "host_array.h"
#include "kernels/device_array.h"
#include "kernels/vector_add.h"
#include "peaks.h"
#include "table.h"
#include "thrust_vector_add.h"
#include "thrust_vector_add_on_cpu.h"
#include "timing.h"

namespace {

using namespace lesson_bench;
using kernels::DeviceArray;

#ifdef __EMULATED_GPU__
constexpr bool kRealGpu = false;
#else
constexpr bool kRealGpu = true;
#endif

/// An addition reads two floats and writes one.
double bytes_moved(std::size_t n) { return 3.0 * sizeof(float) * static_cast<double>(n); }

struct Peaks {
  double cpu = 0;  ///< bytes per second
  double gpu = 0;  ///< 0 on the emulated GPU
};

/// The three vectors, in host memory of the type `Host` and on the device.
template <typename Host>
struct Vectors {
  explicit Vectors(std::size_t n)
      : a(n, 1.0f), b(n, 2.0f), c(n, 0.0f), device_a(n), device_b(n), device_c(n) {
    device_a.upload(a.span());
    device_b.upload(b.span());
  }

  void add_on_device() {
    kernels::cuda::vector_add(std::as_const(device_a).span(), std::as_const(device_b).span(),
                              device_c.span());
  }
  /// The device memory is there already: only the copies and the kernel count.
  void add_with_copies() {
    device_a.upload(a.span());
    device_b.upload(b.span());
    add_on_device();
    device_c.download(c.span());
  }

  Host a, b, c;
  DeviceArray<float> device_a, device_b, device_c;
};

// ---- one size, every version ---------------------------------------------------------------------

/// A version can beat the memory only by not using it: vectors that fit in the processor's cache.
std::string share_of_peak(double rate, double peak) {
  if (peak <= 0) return "-";
  return rate > 1.02 * peak ? "in cache" : format_percent(rate / peak);
}

std::vector<std::string> timed_row(const std::string& version, const Timing& timing, std::size_t n,
                                   double peak, double vendor_s) {
  const double rate = bytes_moved(n) / timing.seconds;
  std::vector<std::string> row{version, format_time(timing.seconds), format_percent(timing.spread),
                               fmt::format("{:.1f}", rate / 1e9), share_of_peak(rate, peak)};
  if (vendor_s > 0) row.push_back(fmt::format("{:.2f}", vendor_s / timing.seconds));
  return row;
}

void add_cpu_rows(std::size_t n, int runs, const Peaks& peaks, double vendor_s, Table& table) {
  PageableArray a(n, 1.0f), b(n, 2.0f), c(n, 0.0f);
  const auto one = time_on_host([&] { kernels::reference::vector_add(a.span(), b.span(), c.span()); }, runs);
  const auto all = time_on_host([&] { kernels::cpu::vector_add(a.span(), b.span(), c.span()); }, runs);
  table.add(timed_row("CPU, 1 thread", one, n, peaks.cpu, vendor_s));
  table.add(
      timed_row(fmt::format("CPU, {} threads, SIMD", omp_get_max_threads()), all, n, peaks.cpu, vendor_s));
}

void print_gpu_times(std::size_t n, int runs, const Peaks& peaks) {
  Table table({"version", "median", "spread", "GB/s", "of peak", "of Thrust"});
  Vectors<PageableArray> pageable(n);
  Vectors<PinnedArray> pinned(n);
  double vendor_s = 0;
#ifdef HAVE_THRUST
  const Timing thrust = time_on_device(
      [&] {
        thrust_vector_add(std::as_const(pinned.device_a).span(), std::as_const(pinned.device_b).span(),
                          pinned.device_c.span());
      },
      runs);
  vendor_s = thrust.seconds;
#endif
  add_cpu_rows(n, runs, peaks, vendor_s, table);
  table.add(timed_row("GPU, copies, pageable memory", time_on_host([&] { pageable.add_with_copies(); }, runs),
                      n, 0, vendor_s));
  table.add(timed_row("GPU, copies, pinned memory", time_on_host([&] { pinned.add_with_copies(); }, runs), n,
                      0, vendor_s));
  table.add(timed_row("GPU, data already there", time_on_device([&] { pinned.add_on_device(); }, runs), n,
                      peaks.gpu, vendor_s));
#ifdef HAVE_THRUST
  table.add(timed_row("Thrust, data already there", thrust, n, peaks.gpu, vendor_s));
#endif
  table.print();
}

/// What the emulated GPU counts while `code` runs.
lesson_check::DeviceCounters count(const std::function<void()>& code) {
  lesson_check::reset_device_counters();
  code();
  CUDA_CHECK(cudaDeviceSynchronize());
  return lesson_check::read_device_counters().value_or(lesson_check::DeviceCounters{});
}

/// The CPU's rows where there is no GPU to compare with. Their yardstick is Thrust on the same CPU.
Table cpu_times(std::size_t n, int runs, const Peaks& peaks) {
  [[maybe_unused]] const std::string name = "Thrust on the CPU, OpenMP";
#ifdef HAVE_THRUST_ON_CPU
  Table table({"version", "median", "spread", "GB/s", "of peak", "of Thrust"});
  PageableArray a(n, 1.0f), b(n, 2.0f), c(n, 0.0f);
  const Timing thrust = time_on_host([&] { thrust_vector_add_on_cpu(a.span(), b.span(), c.span()); }, runs);
  add_cpu_rows(n, runs, peaks, thrust.seconds, table);
  table.add(timed_row(name, thrust, n, peaks.cpu, thrust.seconds));
#else
  Table table({"version", "median", "spread", "GB/s", "of peak"});
  add_cpu_rows(n, runs, peaks, 0, table);
#ifdef NO_THRUST_ON_CPU
  table.add({name, NO_THRUST_ON_CPU});
#endif
#endif
  return table;
}

void print_gpu_counters(std::size_t n, int runs, const Peaks& peaks) {
  Table times = cpu_times(n, runs, peaks);
  for (const char* version : {"GPU, copies, pageable memory", "GPU, copies, pinned memory",
                              "GPU, data already there", "Thrust, data already there"}) {
    times.add({version, "needs a GPU for time"});
  }
  times.print();

  fmt::print("\nWhat the GPU versions do, counted on the emulated GPU:\n");
  Vectors<PageableArray> vectors(n);
  Table counted({"version", "launches", "blocks", "threads", "occupancy", "to device", "to host"});
  const auto add_row = [&](const char* version, const lesson_check::DeviceCounters& counters) {
    counted.add({version, std::to_string(counters.launches), std::to_string(counters.blocks),
                 std::to_string(counters.threads), format_percent(counters.occupancy),
                 format_bytes(static_cast<double>(counters.bytes_to_device)),
                 format_bytes(static_cast<double>(counters.bytes_to_host))});
  };
  add_row("GPU, with copies", count([&] { vectors.add_with_copies(); }));
  add_row("GPU, data already there", count([&] { vectors.add_on_device(); }));
  counted.print();
}

// ---- many sizes: where the GPU begins to win -----------------------------------------------------

std::vector<std::size_t> sizes(bool short_run) {
  std::vector<int> exponents =
      short_run ? std::vector{12, 18, 22} : std::vector{10, 12, 14, 16, 18, 20, 22, 24};
  if (kRealGpu && !short_run) exponents.push_back(26);
  std::vector<std::size_t> result;
  for (const int exponent : exponents) result.push_back(std::size_t{1} << exponent);
  return result;
}

std::string power_of_two(std::size_t n) {
  int exponent = 0;
  while ((std::size_t{1} << exponent) < n) ++exponent;
  return fmt::format("2^{}", exponent);
}

/// Times of the best version of each kind at one size; the GPU's are 0 on the emulated one.
struct Race {
  std::size_t n = 0;
  double cpu_s = 0;  ///< on one thread or on all, whichever is faster
  double gpu_with_copies_s = 0;
  double gpu_s = 0;
};

Race race(std::size_t n, int runs) {
  Race result{n};
  PageableArray a(n, 1.0f), b(n, 2.0f), c(n, 0.0f);
  result.cpu_s = std::min(
      time_on_host([&] { kernels::reference::vector_add(a.span(), b.span(), c.span()); }, runs).seconds,
      time_on_host([&] { kernels::cpu::vector_add(a.span(), b.span(), c.span()); }, runs).seconds);
  if (kRealGpu) {
    Vectors<PinnedArray> vectors(n);
    result.gpu_with_copies_s = time_on_host([&] { vectors.add_with_copies(); }, runs).seconds;
    result.gpu_s = time_on_device([&] { vectors.add_on_device(); }, runs).seconds;
  }
  return result;
}

/// "12 times faster" or "3.4 times slower" for the GPU, against the CPU.
std::string compare(double gpu_s, double cpu_s) {
  return gpu_s < cpu_s ? fmt::format("GPU {:.1f} times faster", cpu_s / gpu_s)
                       : fmt::format("GPU {:.1f} times slower", gpu_s / cpu_s);
}

/// Says from which size on the GPU wins in every larger size as well.
std::string wins_from(const std::vector<Race>& races, double Race::*gpu) {
  std::optional<std::size_t> from;
  for (const Race& at : races) {
    if (!(at.*gpu < at.cpu_s)) {
      from.reset();
    } else if (!from) {
      from = at.n;
    }
  }
  if (!from) return "the GPU loses, also at the largest size";
  if (*from == races.front().n) return "the GPU wins at every size shown";
  return fmt::format("the GPU wins from {} elements on, and loses below", power_of_two(*from));
}

void print_race_on_gpu(const std::vector<Race>& races) {
  Table table({"elements", "CPU", "GPU, with copies", "", "GPU, data there", ""});
  for (const Race& at : races) {
    table.add({power_of_two(at.n), format_time(at.cpu_s), format_time(at.gpu_with_copies_s),
               compare(at.gpu_with_copies_s, at.cpu_s), format_time(at.gpu_s), compare(at.gpu_s, at.cpu_s)});
  }
  table.print();
  const Race& last = races.back();
  fmt::print(
      "\nWith the copies (pinned memory): {}.\nWith the data already there: {}.\n"
      "At {} elements the copies take {} of the {} that the GPU needs with them: {}.\n",
      wins_from(races, &Race::gpu_with_copies_s), wins_from(races, &Race::gpu_s), power_of_two(last.n),
      format_time(last.gpu_with_copies_s - last.gpu_s), format_time(last.gpu_with_copies_s),
      format_percent(1 - last.gpu_s / last.gpu_with_copies_s));
}

/// Without a GPU: this CPU, measured, beside the least time that the copies would take, which the link's
/// specification tells.
void print_race_on_paper(const std::vector<Race>& races) {
  struct Link {
    const char* name;
    double bytes_per_s;
  };
  // Lanes times transfers per second, less the 128b/130b line code; real copies reach some 80 percent of it.
  constexpr Link kLinks[] = {{"PCIe 3.0 x16", 15.75e9}, {"PCIe 4.0 x16", 31.5e9}, {"PCIe 5.0 x16", 63.0e9}};
  Table table({"elements", "CPU, measured", kLinks[0].name, kLinks[1].name, kLinks[2].name});
  for (const Race& at : races) {
    std::vector<std::string> row{power_of_two(at.n), format_time(at.cpu_s)};
    for (const Link& link : kLinks) row.push_back(format_time(bytes_moved(at.n) / link.bytes_per_s));
    table.add(row);
  }
  table.print();

  const Race& last = races.back();
  const double cpu_rate = bytes_moved(last.n) / last.cpu_s;
  std::vector<std::string> slower, faster;
  for (const Link& link : kLinks) (link.bytes_per_s <= cpu_rate ? slower : faster).push_back(link.name);
  fmt::print(
      "\nThe right columns are not measured: they are the least time that the copies alone take, by the "
      "links'\n"
      "specification.\n\n"
      "With copies, {} elements: this CPU adds at {:.1f} GB/s, in {}.\n",
      power_of_two(last.n), cpu_rate / 1e9, format_time(last.cpu_s));
  if (!slower.empty()) {
    fmt::print("  Behind {} the GPU loses, however fast it is: the copies alone take longer.\n",
               fmt::join(slower, " or "));
  }
  if (!faster.empty()) {
    fmt::print("  Behind {} it can win,\n  if copies, launch and kernel together take less than {}.\n",
               fmt::join(faster, " or "), format_time(last.cpu_s));
  }

  // The time from a launch to the end of an empty kernel, of the order that is commonly reported.
  constexpr double kLaunch_s = 5e-6;
  std::size_t done_sooner = 0;
  for (const Race& at : races) {
    if (at.cpu_s < kLaunch_s) done_sooner = at.n;
  }
  fmt::print("Small vectors: starting a kernel takes some 5 us on any GPU.\n  ");
  if (done_sooner > 0) {
    fmt::print("Up to {} elements this CPU is done before that: the GPU loses, with copies or without.\n",
               power_of_two(done_sooner));
  } else {
    fmt::print("This CPU needs longer than that at every size shown.\n");
  }
  fmt::print(
      "With the data already there and many elements the GPU wins: its own memory carries 300 to 4800 GB/s,\n"
      "{:.0f} to {:.0f} times what this CPU reached.\n",
      300e9 / cpu_rate, 4800e9 / cpu_rate);
}

// ---- the whole -----------------------------------------------------------------------------------

void describe_machine(const Peaks& peaks) {
  cudaDeviceProp properties{};
  CUDA_CHECK(cudaGetDeviceProperties(&properties, 0));
  fmt::print("device: {}{}; CPU: {} threads\n", properties.name,
             kRealGpu ? "" : " (times on it say nothing about a GPU)", omp_get_max_threads());
  fmt::print("peak of the CPU's memory: {:.1f} GB/s (measured: a = b + s c on all threads)\n",
             peaks.cpu / 1e9);
  if (kRealGpu) {
    fmt::print("peak of the GPU's memory: {:.1f} GB/s (measured: a copy within it)\n", peaks.gpu / 1e9);
  }
}

int run(bool short_run) {
  const std::size_t n = std::size_t{1} << (short_run ? 22 : kRealGpu ? 26 : 24);
  const int runs = short_run ? 9 : 21;
  const Peaks peaks{measure_cpu_bandwidth(), kRealGpu ? measure_gpu_bandwidth() : 0};
  describe_machine(peaks);

  fmt::print("\nvector_add, {} floats, {} read and written; median of {} runs after warm-up\n",
             power_of_two(n), format_bytes(bytes_moved(n)), runs);
  if (kRealGpu) {
    print_gpu_times(n, runs, peaks);
  } else {
    print_gpu_counters(n, runs, peaks);
  }

  fmt::print("\n{}\n", kRealGpu ? "Where the GPU begins to win" : "Where a GPU can win");
  std::vector<Race> races;
  for (const std::size_t size : sizes(short_run)) races.push_back(race(size, runs));
  if (kRealGpu) {
    print_race_on_gpu(races);
  } else {
    print_race_on_paper(races);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const bool short_run = argc == 2 && std::string_view(argv[1]) == "--short";
  if (argc > 1 && !short_run) {
    fmt::print(stderr, "usage: {} [--short]\n", argv[0]);
    return 2;
  }
  try {
    return run(short_run);
  } catch (const std::exception& error) {
    std::fflush(stdout);
    fmt::print(stderr, "lesson 01, bench: {}\n", error.what());
    return 1;
  }
}
