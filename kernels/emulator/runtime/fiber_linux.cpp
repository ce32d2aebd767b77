// Stacks from mmap, with a guard page each. Linux only.
#include "fiber.h"

#include <sys/mman.h>
#include <unistd.h>

#include "settings.h"

#ifdef EMULATOR_ASAN
#include <sanitizer/asan_interface.h>
#endif

namespace emulator {

namespace {

std::size_t page_bytes() {
  static const std::size_t bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

}  // namespace

FiberPool::~FiberPool() {
  for (const auto& fiber : all_) munmap(fiber->stack - page_bytes(), fiber->stack_bytes + page_bytes());
}

Fiber* FiberPool::make() {
  const std::size_t stack_bytes = settings().stack_bytes;
  void* mapped = mmap(nullptr, stack_bytes + page_bytes(), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  // Tens of thousands of stacks can exhaust the mappings a process may have; then they go without a guard.
  (void)mprotect(mapped, page_bytes(), PROT_NONE);

  auto fiber = std::make_unique<Fiber>();
  fiber->stack = static_cast<char*>(mapped) + page_bytes();
  fiber->stack_bytes = stack_bytes;
  restart(*fiber, all_.size());
  all_.push_back(std::move(fiber));
  // `idle_` never holds more than all fibers: giving one back must not allocate.
  idle_.reserve(all_.capacity());
  return all_.back().get();
}

void FiberPool::restart(Fiber& fiber, std::size_t number) const {
  // Stacks lie a multiple of a page apart, so their tops would compete for the same cache sets: spread them.
  const std::size_t offset = number * 320 % page_bytes() / 64 * 64;
#ifdef EMULATOR_ASAN
  __asan_unpoison_memory_region(fiber.stack, fiber.stack_bytes);
#endif
  fiber.fake_stack = nullptr;
  fiber.first_frame = fiber.stack + fiber.stack_bytes - offset;
  fiber.context = make_context(fiber.first_frame, fiber.stack_bytes - offset, entry_);
}

void FiberPool::reset() {
  idle_.clear();
  for (std::size_t i = 0; i < all_.size(); ++i) {
    restart(*all_[i], i);
    idle_.push_back(all_[i].get());
  }
}

bool FiberPool::holds(const void* address) const {
  const char* p = static_cast<const char*>(address);
  for (const auto& fiber : all_) {
    if (p >= fiber->stack && p < fiber->stack + fiber->stack_bytes) return true;
  }
  return false;
}

const Fiber* FiberPool::overflowed(const void* address) const {
  const char* p = static_cast<const char*>(address);
  for (const auto& fiber : all_) {
    if (p >= fiber->stack - page_bytes() && p < fiber->stack) return fiber.get();
  }
  return nullptr;
}

}  // namespace emulator
