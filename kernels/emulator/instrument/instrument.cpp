// The observer of a program that was built to be checked or profiled.
#include "instrument.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "checks.h"
#include "grid_races.h"
#include "initialized.h"
#include "memory_map.h"
#include "profile.h"
#include "raw_report.h"
#include "releases.h"
#include "runtime/errors.h"
#include "runtime/kernel_attributes.h"
#include "runtime/observer.h"
#include "runtime/settings.h"

// Where the linker put this program's code and variables.
extern "C" const char __executable_start;
extern "C" const char end;

namespace emulator::instrument {

ProgramLayout layout_of_program;

namespace {

bool wanted(const char* variable) {
  const char* value = std::getenv(variable);
  return value && *value && std::strcmp(value, "0") != 0;
}

static_assert(static_cast<int>(FindingKind::kAssertion) - static_cast<int>(FindingKind::kLaunchFailure) ==
              static_cast<int>(FailureKind::kAssertion));

FindingKind kind_of(FailureKind kind) {
  return static_cast<FindingKind>(static_cast<int>(FindingKind::kLaunchFailure) + static_cast<int>(kind));
}

class Instrument final : public Observer {
 public:
  Instrument() : checks_(wanted("EMULATED_GPU_CHECK")), profiles_(wanted("EMULATED_GPU_PROFILE")) {}

  bool wanted_at_all() const { return checks_ || profiles_; }

  void launch_begins(const Grid& grid) override {
    kernel_ = number_of(kernel_expression(grid.site.name));
    find_window();
  }

  cudaError_t launch_ends(const Grid& grid) override {
    const std::size_t before = findings_.size();
    merge_findings();
    if (!checks_) {
      // nothing to look for
    } else if (!grid.failed) {
      find_grid_races(grid, kernel_, lenses_, findings_);
    } else {
      for (const auto& lens : lenses_) {
        lens->global.next_round();
        lens->static_data.next_round();
      }
    }
    remove_guesses();
    findings_.fold_same_values();
    Releases::instance().forget();
    if (profiles_) profile_.add_launch(grid);
    if (findings_.size() != before) write();
    bool stray = false;
    for (const auto& lens : lenses_) stray |= std::exchange(lens->pages_opened, 0) != 0;
    return stray ? cudaErrorIllegalAddress : cudaSuccess;
  }

  void failed(const Grid& grid, const Failure& failure, const std::string& message) override {
    Finding finding;
    finding.kind = kind_of(failure.kind);
    finding.launch.file = grid.site.file;
    finding.launch.line = grid.site.line;
    finding.first.file = failure.first.file;
    finding.first.line = failure.first.line;
    finding.first.has_thread = true;
    finding.first.block = failure.block;
    finding.first.thread = failure.thread;
    finding.second.file = failure.second.file;
    finding.second.line = failure.second.line;
    finding.message = message;
    if (finding.kind == FindingKind::kInvalidAddress && current_lens && current_lens->told_a_risk) return;
    const std::lock_guard lock(mutex_);
    failures_.add({kernel_, finding.kind, Scope::kNone, failure.first.line, failure.second.line}, 0,
                  [&] { return finding; });
  }

  void host_pointer(const KernelSite& site) override {
    const unsigned kernel = number_of(kernel_expression(site.name));
    findings_.add({kernel, FindingKind::kHostPointer, Scope::kNone, site.line, 0}, 0, [&] {
      Finding finding;
      finding.kind = FindingKind::kHostPointer;
      finding.launch.file = finding.first.file = site.file;
      finding.launch.line = finding.first.line = site.line;
      return finding;
    });
    write();
  }

  void worker_begins(Worker& worker) override {
    Lens& lens = lens_of(worker);
    lens.grid = &worker.grid();
    lens.kernel = kernel_;
    lens.checks = checks_;
    lens.log = profiles_ ? &log_of(lens) : nullptr;
    lens.ignored_pages.fill(0);
    lens.pending = {};
    lens.misaligned_vectors.clear();
    if (!lens.global.covers(layout_of_program.window_begin)) {
      lens.global.cover(layout_of_program.window_begin, layout_of_program.window_bytes);
      lens.static_data.cover(layout_of_program.data_begin,
                             layout_of_program.data_end - layout_of_program.data_begin);
    }
    current_lens = &lens;
    current_block_counts = lens.log ? &lens.log->block_counts() : nullptr;
  }

  void worker_ends(Worker&) override {
    Lens& lens = *current_lens;
    if (lens.block && lens.pending.address && !lens.grid->stopping.load()) settle_pending_write(lens);
    if (lens.log) lens.log->stop();
    lens.block = nullptr;
    lens.shared_bytes = 0;
    current_block_counts = nullptr;
    current_lens = nullptr;
  }

  void block_begins(Block& block) override {
    Lens& lens = *current_lens;
    ObservedBlock& observed = observed_of(lens, block);
    observed.interval = observed.first_interval = lens.new_interval();
    observed.knows_grid = observed.someone_knows = false;
    observed.dynamic_name = nullptr;
    observed.threads.assign(block.size, {});
    const std::size_t warps = (block.size + kWarpSize - 1) / kWarpSize;
    if (observed.warps.size() < warps) observed.warps.resize(warps);
    for (WarpClock& clock : observed.warps) clock.restart();
    if (lens.log) lens.log->begin_block(observed);
  }

  void block_shown(Block& block) override {
    Lens& lens = *current_lens;
    if (lens.pending.address) settle_pending_write(lens);
    lens.block = static_cast<ObservedBlock*>(block.observed);
    lens.shared_begin = reinterpret_cast<std::uintptr_t>(block.shared.begin_of_all());
    lens.shared_bytes = block.shared.capacity();
    lens.known_shared = {};
    if (lens.log) lens.log->show_block(*lens.block);
  }

  void block_ends(Block& block) override {
    settle();
    if (ProfileLog* log = current_lens->log) log->end_block(*static_cast<ObservedBlock*>(block.observed));
  }

  void barrier_passed(Block& block) override {
    settle();
    auto& observed = *static_cast<ObservedBlock*>(block.observed);
    if (ProfileLog* log = current_lens->log) log->take_block(observed);
    observed.interval = current_lens->new_interval();
    if (!observed.someone_knows) return;
    for (unsigned thread = 0; thread < observed.threads.size(); ++thread) {
      look_again(observed, thread);
      observed.knows_grid |= observed.threads[thread].knows_grid;
    }
    observed.someone_knows = false;
  }

  void warp_met(Block& block, unsigned warp, unsigned mask, const char* name) override {
    settle();
    auto& observed = *static_cast<ObservedBlock*>(block.observed);
    if (ProfileLog* log = current_lens->log; log && is_whole_warp(block, warp, mask))
      log->take_warp(observed, warp);
    if (!orders_memory(name)) return;
    observed.warps[warp].meet(mask, mask == block.lanes_of_warp(warp));
    if (!observed.someone_knows) return;
    for (unsigned rest = mask; rest != 0; rest &= rest - 1) {
      look_again(observed, warp * kWarpSize + static_cast<unsigned>(__builtin_ctz(rest)));
    }
    share_knowledge(observed, warp, mask);
  }

  void grid_met() override {
    // All workers wait in the barrier: their lenses can be used here.
    Lens* own = current_lens;
    if (!own) return;
    if (checks_) {
      for (const auto& lens : lenses_) {
        if (lens->pending.address) settle_pending_write(*lens);
      }
      merge_findings();
      find_grid_races(*own->grid, kernel_, lenses_, findings_);
    }
    for (const auto& lens : lenses_) {
      for (const auto& block : lens->blocks) {
        block->interval = lens->new_interval();
        if (lens->log && block->log) lens->log->take_block(*block);
      }
    }
  }

  void fence() override {
    if (Lens* lens = current_lens) lens->block->threads[current_index.linear].has_fenced = true;
  }

  void allocated(const Allocation& allocation, const void* caller) override {
    MemoryMap::instance().allocated(allocation, caller);
    if (!checks_) return;
    find_window();
    const auto begin = reinterpret_cast<std::uintptr_t>(allocation.begin);
    if (allocation.kind == MemoryKind::kManaged) {
      Initialized::instance().set(begin, allocation.bytes);  // the host may write it, unseen
    } else {
      Initialized::instance().reset(begin, allocation.bytes);
    }
  }
  void freed(const Allocation& allocation, const void* caller) override {
    MemoryMap::instance().freed(allocation, caller);
  }
  void written(const void* begin, std::size_t bytes) override {
    if (!checks_) return;
    find_window();
    Initialized::instance().set(reinterpret_cast<std::uintptr_t>(begin), bytes);
  }

  void program_ends() {
    if (checks_) add_leaks();
    if (profile_.overflowed()) {
      std::fprintf(
          stderr,
          "emulated GPU: some warps made so many accesses without a barrier that their lanes were counted "
          "one by one; lines have more requests with fewer lanes than they should\n");
    }
    write();
  }

 private:
  /// __syncwarp and what cooperative groups make of it do; shuffles, votes and their kin only exchange
  /// registers (CUDA C++ Programming Guide, "Warp Shuffle Functions").
  static bool orders_memory(const char* name) {
    return std::strcmp(name, "__syncwarp") == 0 || std::strncmp(name, "sync of", 7) == 0 ||
           std::strstr(name, "matrix_sync") != nullptr;
  }

  /// Whether all lanes that have not left the kernel have met.
  static bool is_whole_warp(const Block& block, unsigned warp, unsigned mask) {
    const unsigned others = block.lanes_of_warp(warp) & ~mask;
    if (others == 0) return true;
    if (block.exited == 0) return false;
    for (unsigned rest = others; rest != 0; rest &= rest - 1) {
      if (!block.has_exited[warp * kWarpSize + static_cast<unsigned>(__builtin_ctz(rest))]) return false;
    }
    return true;
  }

  static void share_knowledge(ObservedBlock& block, unsigned warp, unsigned mask) {
    bool grid = false, own = false;
    const auto each = [&](auto visit) {
      for (unsigned rest = mask; rest != 0; rest &= rest - 1) {
        visit(block.threads[warp * kWarpSize + static_cast<unsigned>(__builtin_ctz(rest))]);
      }
    };
    each([&](const ThreadKnowledge& thread) {
      grid |= thread.knows_grid;
      own |= thread.knows_block == block.interval;
    });
    each([&](ThreadKnowledge& thread) {
      thread.knows_grid = grid;
      if (own) thread.knows_block = block.interval;
    });
  }

  static void settle() {
    if (current_lens && current_lens->pending.address) settle_pending_write(*current_lens);
  }

  unsigned number_of(const std::string& kernel) {
    for (unsigned i = 0; i < kernels_.size(); ++i) {
      if (kernels_[i] == kernel) return i;
    }
    kernels_.push_back(kernel);
    return static_cast<unsigned>(kernels_.size() - 1);
  }

  Lens& lens_of(Worker& worker) {
    const std::lock_guard lock(mutex_);
    for (const auto& lens : lenses_) {
      if (lens->worker == &worker) return *lens;
    }
    lenses_.push_back(std::make_unique<Lens>(worker));
    return *lenses_.back();
  }

  ProfileLog& log_of(const Lens& lens) {
    if (lens.log) return *lens.log;
    const std::lock_guard lock(mutex_);
    return profile_.new_log(layout_of_program);
  }

  static ObservedBlock& observed_of(Lens& lens, Block& block) {
    if (!block.observed) {
      lens.blocks.push_back(std::make_unique<ObservedBlock>());
      block.observed = lens.blocks.back().get();
    }
    auto& observed = *static_cast<ObservedBlock*>(block.observed);
    observed.block = &block;
    const auto begin = reinterpret_cast<std::uintptr_t>(block.shared.begin_of_all());
    if (!observed.shared.covers(begin)) observed.shared.cover(begin, block.shared.capacity());
    return observed;
  }

  /// Where device memory is: known once the program has used the card for the first time, in whatever way.
  static void find_window() {
    if (layout_of_program.window_bytes != 0) return;
    layout_of_program.window_begin =
        reinterpret_cast<std::uintptr_t>(DeviceMemory::instance().window_begin());
    layout_of_program.window_bytes = DeviceMemory::instance().window_bytes();
    Initialized::instance().cover(layout_of_program.window_begin, layout_of_program.window_bytes);
  }

  void merge_findings() {
    for (const auto& lens : lenses_) findings_.merge(lens->findings);
    findings_.merge(failures_);
  }

  /// Reads that only guess what an atomicCAS will find do not race with atomics.
  void remove_guesses() {
    std::set<std::uint64_t> guesses;
    for (const auto& lens : lenses_) {
      for (const std::uint32_t pc : lens->guesses) guesses.insert(pc + layout_of_program.text_begin);
      lens->guesses.clear();
    }
    if (guesses.empty()) return;
    const auto is_guess = [&](const Place& place) {
      return place.access == Access::kRead && guesses.count(place.pc);
    };
    findings_.remove([&](const Finding& finding) {
      if (finding.kind != FindingKind::kRace) return false;
      return (is_guess(finding.first) && finding.second.access == Access::kAtomic) ||
             (is_guess(finding.second) && finding.first.access == Access::kAtomic);
    });
  }

  /// After an error that stays, cudaFree fails like everything else: then nothing is a leak.
  void add_leaks() {
    if (sticky_error() != cudaSuccess) return;
    for (const auto& entry : MemoryMap::instance().living()) {
      const auto& allocation = entry.second;  // a structured binding cannot be captured by clang 14
      findings_.add({0, FindingKind::kLeak, Scope::kNone, allocation.allocated_at, 0}, 0, [&] {
        Finding finding;
        finding.kind = FindingKind::kLeak;
        finding.first.pc = allocation.allocated_at;
        finding.array.space = "global";
        finding.array.bytes = allocation.bytes;
        finding.array.element_bytes = 1;
        finding.array.declared.pc = allocation.allocated_at;
        return finding;
      });
    }
  }

  void write() const { write_raw_report(findings_, kernels_, profile_); }

  const bool checks_;
  const bool profiles_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Lens>> lenses_;
  std::vector<std::string> kernels_;
  unsigned kernel_ = 0;
  Findings findings_;
  Findings failures_;
  Profile profile_;
};

Instrument* instrument = nullptr;

}  // namespace

void start() {
  static const bool started = [] {
    layout_of_program.text_begin = reinterpret_cast<std::uintptr_t>(&__executable_start);
    layout_of_program.data_begin = layout_of_program.text_begin;
    layout_of_program.data_end = reinterpret_cast<std::uintptr_t>(&end);
    instrument = new Instrument;  // the program may launch kernels in the destructors of its static objects
    if (!instrument->wanted_at_all()) return false;
    observer = instrument;
    std::atexit([] { instrument->program_ends(); });
    return true;
  }();
  (void)started;
}

}  // namespace emulator::instrument
