/// @file
/// The jump from one fiber's stack to another's.
///
/// Boost.Context makes a new fiber's first frame and jumps, except on x86-64 with g++ or clang, where an
/// inlined jump halves the cost of a barrier. Its frame is its own, since Boost's changes between versions
/// (1.74 and 1.83 differ):
/// - Boost's is called and left by a jump, so the processor's prediction of every following return is off by
/// one;
/// - it saves and restores the floating-point modes, which are the same on all fibers here.
#pragma once

#include <cstddef>
#include <cstdint>

#include <boost/context/detail/fcontext.hpp>

namespace emulator {

/// Where an interrupted fiber goes on.
using Context = boost::context::detail::fcontext_t;

#if defined(__x86_64__) && defined(__GNUC__) && !defined(_WIN32)

/// A fiber's first frame: jumping to it calls `entry`, which must never return.
inline Context make_context(void* stack_top, std::size_t, void (*entry)(boost::context::detail::transfer_t)) {
  // As after a call: 8 bytes off a multiple of 16, with a return address, here 0 as the end of all frames.
  const auto top = reinterpret_cast<std::uintptr_t>(stack_top) & ~std::uintptr_t{15};
  auto* frame = reinterpret_cast<std::uint64_t*>(top - 8) - 8;
  for (int i = 0; i <= 8; ++i) frame[i] = 0;
  frame[7] = reinterpret_cast<std::uint64_t>(entry);
  return frame;
}

/// Goes on at `target` and passes `data`; returns when someone jumps back here, with where that one was and
/// its data.
[[gnu::always_inline]] inline boost::context::detail::transfer_t jump(Context target, void* data) {
  Context from;
  void* received;
  // The frame: 8 unused bytes, r12 to r15, rbx, rbp, and where to go on. All registers but rbp are declared
  // as overwritten, so the compiler saves those it needs.
  asm volatile(
      "leaq -64(%%rsp), %%rsp\n\t"  // the runtime is compiled with -mno-red-zone: nothing lives below
      "movq %%rbp, 48(%%rsp)\n\t"
      "leaq 1f(%%rip), %%rax\n\t"
      "movq %%rax, 56(%%rsp)\n\t"
      "movq %%rsp, %%rax\n\t"  // what the other side receives: this stack ...
      "movq %%rdi, %%rsp\n\t"
      "movq 8(%%rsp), %%r12\n\t"
      "movq 16(%%rsp), %%r13\n\t"
      "movq 24(%%rsp), %%r14\n\t"
      "movq 32(%%rsp), %%r15\n\t"
      "movq 40(%%rsp), %%rbx\n\t"
      "movq 48(%%rsp), %%rbp\n\t"
      "movq 56(%%rsp), %%r8\n\t"
      "leaq 64(%%rsp), %%rsp\n\t"
      "movq %%rsi, %%rdx\n\t"  // ... and the data, as a returned structure and as a new fiber's argument
      "movq %%rax, %%rdi\n\t"
      "jmp *%%r8\n"
      "1:\n\t"
      : "=a"(from), "=d"(received), "+D"(target), "+S"(data)
      :
      : "rbx", "rcx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "cc", "memory", "xmm0", "xmm1",
        "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",
        "xmm14", "xmm15"
#ifdef __AVX512F__
        ,
        "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24", "xmm25", "xmm26",
        "xmm27", "xmm28", "xmm29", "xmm30", "xmm31", "k1", "k2", "k3", "k4", "k5", "k6", "k7"
#endif
  );
  return {from, received};
}

#else

inline Context make_context(void* stack_top, std::size_t size,
                            void (*entry)(boost::context::detail::transfer_t)) {
  return boost::context::detail::make_fcontext(stack_top, size, entry);
}

inline boost::context::detail::transfer_t jump(Context target, void* data) {
  return boost::context::detail::jump_fcontext(target, data);
}

#endif

}  // namespace emulator
