#include "wrong_sums.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "test_data.h"

namespace lesson_check {
namespace {

bool is_right(float a, float b, float c) {
  const double exact = static_cast<double>(a) + static_cast<double>(b);
  // One addition rounds once: at most half a unit in the last place, which is 2^-24 of the result.
  const double bound = std::ldexp(std::abs(exact), -24) + std::numeric_limits<float>::denorm_min();
  return std::abs(c - exact) <= bound;  // false for NaN
}

/// True when f(a[i], b[i]) is c[i] everywhere c was written, and somewhere at all.
template <typename F>
bool explains(std::span<const float> a, std::span<const float> b, std::span<const float> c, F f) {
  bool any = false;
  for (std::size_t i = 0; i < c.size(); ++i) {
    if (has_bits(c[i], kUnwritten)) continue;
    if (!(std::abs(f(a[i], b[i]) - c[i]) <= 1e-6f)) return false;
    any = true;
  }
  return any;
}

/// What the program computed instead of a[i] + b[i]; "" when nothing known fits.
std::string computed_instead(std::span<const float> a, std::span<const float> b, std::span<const float> c) {
  if (explains(a, b, c, [](float x, float) { return x + x; })) return "a[i] + a[i]. Is b used at all?";
  if (explains(a, b, c, [](float, float y) { return y + y; })) return "b[i] + b[i]. Is a used at all?";
  if (explains(a, b, c, [](float x, float) { return x; })) {
    return "a[i] alone. Is b copied to the device, and added?";
  }
  if (explains(a, b, c, [](float, float y) { return y; })) {
    return "b[i] alone. Is a copied to the device, and added?";
  }
  if (explains(a, b, c, [](float x, float y) { return x - y; })) return "a[i] - b[i].";
  if (explains(a, b, c, [](float x, float y) { return x * y; })) return "a[i] * b[i].";
  if (explains(a, b, c, [](float x, float y) { return std::trunc(x + y); }) ||
      explains(a, b, c, [](float x, float y) { return std::trunc(x) + std::trunc(y); })) {
    return "the sum without its fraction. Is there an int where a float belongs?";
  }
  return "";
}

Explanation explain_unwritten(const std::string& call, std::size_t n, std::size_t first, std::size_t last,
                              std::size_t count, Step step) {
  if (count == n) {
    return {
        fmt::format("{} wrote nothing: every element of c still holds what the check put there", call),
        step == Step::kFromHost
            ? "Everybody starts like this: the function add is probably still empty. It is task 5 in your "
              "file. If\n"
              "it is not empty: does the last cudaMemcpy copy from the device to c, destination first?"
            : "Everybody starts like this: the kernel and its launch are probably still empty. They are "
              "tasks 1 to\n"
              "4 in your file. If they are not empty: is the kernel launched, with <<<blocks, threads>>>?",
        "Task"};
  }
  const std::string where =
      count == 1 ? fmt::format("element {}", first) : fmt::format("elements {} to {}", first, last);
  const std::string what = fmt::format("{} did not write {} of {} elements ({})", call, count, n, where);
  if (last + 1 == n && count == 1) {
    return {what, "Everything before the last element is right. Is the comparison with n one too strict?",
            "The last block"};
  }
  if (last + 1 == n && count == last - first + 1) {
    // 1024 is a multiple of the usual block sizes, so there the number of blocks cannot have been rounded
    // wrongly.
    if (n % 1024 == 0 || count >= 1024) {
      return {
          what,
          fmt::format(
              "Only the first {} were written: every block seems to work on the same elements. threadIdx.x\n"
              "begins at 0 again in every block; blockIdx.x tells the blocks apart. Or there is one block "
              "only.",
              first),
          "Threads, blocks and the grid"};
    }
    return {what,
            fmt::format("The first {} are right and the rest has no thread: the number of blocks was rounded "
                        "down. Integer\n"
                        "division forgets the remainder, and the remainder needs a block as well.",
                        first),
            "The last block"};
  }
  return {what, "Does every index from 0 to n - 1 belong to exactly one thread?",
          "Threads, blocks and the grid"};
}

}  // namespace

std::optional<std::size_t> find_wrong_sum(std::span<const float> a, std::span<const float> b,
                                          std::span<const float> c) {
  for (std::size_t i = 0; i < c.size(); ++i) {
    if (!is_right(a[i], b[i], c[i])) return i;
  }
  return std::nullopt;
}

Explanation explain_wrong_sum(Step step, const std::string& call, std::span<const float> a,
                              std::span<const float> b, std::span<const float> c, std::size_t wrong) {
  const auto unwritten = [](float value) { return has_bits(value, kUnwritten); };
  const auto count = static_cast<std::size_t>(std::count_if(c.begin(), c.end(), unwritten));
  const std::string instead = computed_instead(a, b, c);
  if (count > 0 && (instead.empty() || count == c.size())) {
    const auto first = static_cast<std::size_t>(std::find_if(c.begin(), c.end(), unwritten) - c.begin());
    const auto last =
        c.size() - 1 - static_cast<std::size_t>(std::find_if(c.rbegin(), c.rend(), unwritten) - c.rbegin());
    return explain_unwritten(call, c.size(), first, last, count, step);
  }

  std::string why;
  if (!instead.empty()) {
    why = fmt::format("Your program computes {}", instead);
  } else if (has_bits(c[wrong], kOutside)) {
    why = "The sum was made with an element outside a or b. Is the same index used for a, b and c?";
  } else if (std::isnan(c[wrong])) {
    why =
        "The result is not a number: the sum was made with memory that holds no element of a or b.\n"
        "Are a and b copied to the device, with their full size in bytes?";
  } else if (wrong > 0) {
    why = fmt::format("Elements 0 to {} are right. Is the same index used for a, b and c?", wrong - 1);
  } else {
    why = "Is the same index used for a, b and c, and are a and b copied to the device before the launch?";
  }
  return {fmt::format("{} gives a wrong result at element {}: {} + {} should be {}, got {}", call, wrong,
                      a[wrong], b[wrong], a[wrong] + b[wrong], c[wrong]),
          why, "The task in detail"};
}

}  // namespace lesson_check
