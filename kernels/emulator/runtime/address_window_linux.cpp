// Address space from mmap. Linux only.
#include "address_window.h"

#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>

namespace emulator {

namespace {

/// Far from the heap, the stacks and the sanitizers' shadow memory. Only a wish: the system may place it
/// elsewhere.
constexpr std::size_t kWantedAddress = 0x200000000000;

}  // namespace

AddressWindow::AddressWindow(std::size_t bytes) {
  void* mapped = mmap(reinterpret_cast<void*>(kWantedAddress), bytes, PROT_NONE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) return;
  begin_ = static_cast<char*>(mapped);
  bytes_ = bytes;
}

std::size_t AddressWindow::page_bytes() {
  static const auto bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

bool AddressWindow::open(char* first, std::size_t bytes) {
  return mprotect(first, bytes, PROT_READ | PROT_WRITE) == 0;
}

void AddressWindow::close(char* first, std::size_t bytes) {
  (void)madvise(first, bytes, MADV_DONTNEED);
  (void)mprotect(first, bytes, PROT_NONE);
}

bool is_static_data(const void* address) {
  Dl_info info;
  return dladdr(address, &info) != 0;
}

}  // namespace emulator
