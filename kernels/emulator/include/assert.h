/// @file
/// Stands in for the C library's header, so that a failed assert in a kernel ends the kernel with
/// cudaErrorAssert and not the program. No include guard: like the original, it can be included again after
/// NDEBUG has changed.
#include_next <assert.h>

#ifdef __cplusplus
#include <emulator/execution.h>

#ifndef NDEBUG
#undef assert
#define assert(...)               \
  (static_cast<bool>(__VA_ARGS__) \
       ? void()                   \
       : ::emulator::assertion_failed(#__VA_ARGS__, __FILE__, __LINE__, __func__))
#endif
#endif
