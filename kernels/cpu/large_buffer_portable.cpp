#include <new>

#include "kernels/large_buffer.h"

namespace kernels {
namespace {

constexpr std::align_val_t kCacheLine{64};

}  // namespace

LargeBuffer::LargeBuffer(std::size_t bytes)
    : size_(bytes), data_(static_cast<std::byte*>(::operator new[](bytes, kCacheLine))) {}

void LargeBuffer::Free::operator()(std::byte* data) const { ::operator delete[](data, kCacheLine); }

}  // namespace kernels
