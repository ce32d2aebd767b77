#include <sys/mman.h>

#include <new>

#include "kernels/large_buffer.h"

namespace kernels {
namespace {

constexpr std::align_val_t kLargePage{2 << 20};

}  // namespace

LargeBuffer::LargeBuffer(std::size_t bytes)
    : size_(bytes), data_(static_cast<std::byte*>(::operator new[](bytes, kLargePage))) {
  // A wish: without large pages the memory is the same, only slower.
  (void)::madvise(data_.get(), bytes, MADV_HUGEPAGE);
}

void LargeBuffer::Free::operator()(std::byte* data) const { ::operator delete[](data, kLargePage); }

}  // namespace kernels
