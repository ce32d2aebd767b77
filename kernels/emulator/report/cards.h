/// @file
/// Common cards, as far as a roofline needs them.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace emulator::report {

struct Card {
  std::string_view name;        ///< what --card takes
  std::string_view full_name;   ///< for headings
  double teraflops;             ///< FP32 peak at boost clock, without tensor cores, 1e12 per second
  double gigabytes_per_second;  ///< memory bandwidth, 1e9 bytes per second
  int multiprocessors;
};

std::span<const Card> known_cards();

/// @return nullptr if there is no card of that name; upper case, spaces and hyphens do not matter
const Card* find_card(std::string_view name);

/// "rtx3060, rtx3070, ...", for an error message.
std::string card_names();

}  // namespace emulator::report
