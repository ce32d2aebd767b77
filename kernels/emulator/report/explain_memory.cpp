// Accesses to memory that is not there, not aligned, not on the device, or holds nothing yet.
#include <fmt/format.h>

#include <algorithm>

#include "explain.h"
#include "wording.h"

namespace emulator::report {
namespace {

/// "At a.cu:8, thread (1,0,0) of block (0,0,0) reads"
std::string access(const Finding& finding, const SourceText& source) {
  const Place place = finding.first.value_or(Place{});
  return fmt::format("At {}, {} {}", source.name(place.line), who(place), verb(place));
}

std::string or_memory(const Finding& finding, const SourceText& source) {
  return finding.array ? element_text(*finding.array, source) : std::string("device memory");
}

std::string runtime_words(const Finding& finding) {
  return finding.message.empty() ? "" : " " + finding.message;
}

/// " The array has 1000 elements of 4 bytes, 0 to 999: this is 24 past the last."
std::string distance(const Array& array) {
  const std::int64_t elements = array.bytes / array.element_bytes;
  const std::int64_t index = element_index(array);
  const std::string has =
      elements > 0
          ? fmt::format("The array has {} of {}, 0 to {}",
                        plural(static_cast<std::uint64_t>(elements), "element"),
                        plural(static_cast<std::uint64_t>(array.element_bytes), "byte"), elements - 1)
          : fmt::format("The array has {}", plural(static_cast<std::uint64_t>(array.bytes), "byte"));
  if (index < 0) return fmt::format(" {}: this is {} before the first.", has, -index);
  if (index >= elements && elements > 0) {
    return fmt::format(" {}: this is {} past the last.", has, index - elements + 1);
  }
  return fmt::format(" {}.", has);
}

}  // namespace

Explanation explain_out_of_bounds(const Finding& finding, const SourceText& source) {
  Explanation result;
  const bool shared = finding.array && finding.array->space == "shared";
  const bool before = finding.array && finding.array->offset < 0;
  result.headline =
      fmt::format("Access {} an array{}", before ? "before the beginning of" : "past the end of",
                  shared ? " in shared memory" : "");
  result.happened = fmt::format("{} {}.", access(finding, source), or_memory(finding, source));
  if (finding.array) result.happened += distance(*finding.array);
  result.happened += runtime_words(finding);
  result.why =
      shared ? "A card does not check this: behind one shared array lies the next, and the access reads "
               "or destroys what is there. The result is wrong somewhere else, or only sometimes."
             : "A card seldom notices: it stops the kernel only when the address belongs to nobody. "
               "cudaMalloc hands memory out in larger pieces, so the access usually hits the "
               "padding or the neighbour, reads garbage or destroys another array, and no error is "
               "reported.";
  result.mend =
      before ? "The first element has no neighbour on its left: treat the border apart, e.g. if (i > 0), "
               "and look for an index that is computed as unsigned and wraps."
             : "Usually a bound is missing: if (i < n) around the access, or `<` where `<=` stands. A grid "
               "is rounded up to whole blocks, so the last block has threads without an element. Else the "
               "size at the allocation is wrong: it counts bytes, n * sizeof(float).";
  return result;
}

Explanation explain_use_after_free(const Finding& finding, const SourceText& source) {
  Explanation result;
  result.headline = "Use of memory that was given back with cudaFree";
  result.happened = fmt::format("{} {}.", access(finding, source), or_memory(finding, source));
  if (finding.array && finding.array->freed.known()) {
    result.happened += fmt::format(" It was freed at {}.", source.name(finding.array->freed));
  }
  result.happened += runtime_words(finding);
  result.why =
      "The old bytes often stay in place for a while, so it may seem to work. The next cudaMalloc may hand "
      "out the same memory, and then two owners write over each other.";
  result.mend =
      "Call cudaFree behind the last launch and the last copy that use the memory. If the pointer was copied "
      "into a structure or another variable, that copy is still in use: let one owner free it.";
  return result;
}

Explanation explain_misaligned(const Finding& finding, const SourceText& source) {
  Explanation result;
  const std::int64_t size = finding.first && finding.first->bytes > 0 ? finding.first->bytes
                            : finding.array                           ? finding.array->element_bytes
                                                                      : 0;
  result.headline = "Misaligned access";
  result.happened = fmt::format("{} {} bytes", access(finding, source), size);
  if (finding.array && size > 0) {
    result.happened +=
        fmt::format(" at byte {} of {}", finding.array->offset, array_text(*finding.array, source));
    const std::int64_t alignment = std::min<std::int64_t>(size, 16);  // larger structures are read in pieces
    const std::int64_t rest = (finding.array->offset % alignment + alignment) % alignment;
    if (rest != 0) {
      result.happened += fmt::format(", which is {} more than a multiple of {}", rest, alignment);
    }
  }
  result.happened += "." + runtime_words(finding);
  result.why =
      "A processor does this, only more slowly. A card cannot: an access of 2, 4, 8 or 16 bytes must begin "
      "at a "
      "multiple of its size, or the kernel is stopped with cudaErrorMisalignedAddress.";
  result.mend =
      "A float4 may only be read where the index of the float is a multiple of 4, in every row: pad the "
      "rows, or "
      "read the elements at the border one by one. Structures with pointers cast to wider types need "
      "alignas.";
  return result;
}

Explanation explain_host_pointer(const Finding& finding, const SourceText& source) {
  Explanation result;
  result.headline = "A kernel uses a pointer to host memory";
  result.happened =
      fmt::format("{} through a pointer that malloc, new, std::vector or a host variable gave.{}",
                  access(finding, source), runtime_words(finding));
  result.why =
      "A card has its own memory; the address means nothing there, and the kernel is stopped with an illegal "
      "address. On the few systems where it works, every access crosses the bus.";
  result.mend =
      "Allocate with cudaMalloc, copy with cudaMemcpy, and hand that pointer to the kernel. Often the two "
      "names are "
      "mixed up: h_x where d_x is meant. cudaMallocManaged gives memory that both sides may use.";
  return result;
}

Explanation explain_invalid_address(const Finding& finding, const SourceText& source) {
  Explanation result;
  result.headline = "Access to an address that belongs to nobody";
  result.happened =
      fmt::format("{} memory that is in no allocation.{}", access(finding, source), runtime_words(finding));
  result.why =
      "On a card this stops the kernel with cudaErrorIllegalAddress, without a line, and every later call "
      "fails "
      "with the same error. If the address happens to belong to another array, nothing is reported at all.";
  result.mend =
      "Look for a pointer that was never set or is null (is the error of cudaMalloc checked?), an index far "
      "out "
      "of range or negative, and an int that overflows: (size_t)row * columns + column.";
  return result;
}

Explanation explain_uninitialized(const Finding& finding, const SourceText& source) {
  Explanation result;
  const bool shared = finding.array && finding.array->space == "shared";
  result.headline = "Read of memory that nobody has written";
  result.happened = fmt::format("{} {}, and {}.{}", access(finding, source), or_memory(finding, source),
                                shared ? "no thread of the block has stored there before"
                                       : "no copy, no cudaMemset and no kernel has written there",
                                runtime_words(finding));
  result.why =
      "CUDA clears neither cudaMalloc's memory nor shared memory: the value is what the last user left. On a "
      "fresh "
      "card that is often 0, so it may seem to work.";
  result.mend =
      shared
          ? "Let the threads fill the array before it is read, the parts at the border too (store 0 there in "
            "an "
            "else), with __syncthreads() between. Check that the loop that fills it covers the whole array. "
            "If a race is reported for the line, mend that first: the store may come only later."
          : "Fill it first, with cudaMemcpy, cudaMemset or a kernel. Check sizes in bytes: n where "
            "n * sizeof(float) is meant leaves three quarters unwritten.";
  return result;
}

Explanation explain_leak(const Finding& finding, const SourceText& source) {
  Explanation result;
  CodeLine allocated = finding.array ? finding.array->declared : CodeLine{};
  if (!allocated.known() && finding.first) allocated = finding.first->line;
  result.headline = "Device memory that was never freed";
  const std::string amount =
      finding.array ? bytes_text(static_cast<double>(finding.array->bytes)) : std::string("Memory");
  result.happened =
      finding.count > 1
          ? fmt::format("{} allocations at {} are still there when the program ends; one of them is {}.",
                        finding.count, source.name(allocated), amount)
          : fmt::format("{} allocated at {} {} still there when the program ends.", amount,
                        source.name(allocated), finding.array && finding.array->bytes != 1 ? "are" : "is");
  result.happened += runtime_words(finding);
  result.why =
      "The end of the process gives everything back, so nothing goes wrong here. In a function that is "
      "called "
      "again and again the card's memory runs full, and cudaMalloc fails far away from the cause.";
  result.mend =
      "Call cudaFree with the pointer when it is no longer needed, also on the paths that return early.";
  return result;
}

}  // namespace emulator::report
