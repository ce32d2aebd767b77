// Prints return addresses whose lines are known; the test looks the lines up.
#include <cstdio>

__attribute__((noinline)) void note(const char* name) {
  std::printf("%s %p\n", name, __builtin_return_address(0));
  std::fflush(stdout);
}

// Calls must not be the last thing of a function, or they become jumps.
#define KEEP asm volatile("")

#line 1 "/usr/include/no_such_library.h"
__attribute__((always_inline)) inline void library(const char* name) {
  note(name);
  KEEP;
}
__attribute__((noinline)) void outlined_library(const char* name) {
  note(name);
  KEEP;
}
#line 10 "given.cu"
__attribute__((always_inline)) inline void helper(const char* name) {
  library(name);
  KEEP;
}
__attribute__((noinline)) void direct() {
  note("direct");
  KEEP;
}
int main() {
  direct();
  library("through_library");
  KEEP;
  helper("through_helper");
  KEEP;
  outlined_library("only_library");
  KEEP;
}
