#include "cards.h"

#include <cctype>

namespace emulator::report {
namespace {

// Peak of float in 10^12 operations per second, bandwidth in 10^9 bytes per second, multiprocessors. Desktop
// cards, not laptops. The vendor's figures as public tables repeat them; the data sheets were not at hand.
//
// GeForce: the peak is 2 x cores x boost clock, since a fused multiply-add counts as two operations, and the
// bandwidth data rate x bus width / 8; a multiprocessor has 64 cores on Turing, 128 later.
// Data center: as the card's data sheet is quoted, rounded as there; each peak agrees with cores x clock.
constexpr Card kCards[] = {
    // cores, boost clock, data rate x bus
    {"rtx2060", "GeForce RTX 2060", 6.45, 336, 30},        // 1920, 1680 MHz, 14 Gbit/s x 192
    {"rtx2080ti", "GeForce RTX 2080 Ti", 13.45, 616, 68},  // 4352, 1545 MHz, 14 Gbit/s x 352
    {"rtx3050", "GeForce RTX 3050 8GB", 9.1, 224, 20},     // 2560, 1777 MHz, 14 Gbit/s x 128
    {"rtx3060", "GeForce RTX 3060 12GB", 12.74, 360, 28},  // 3584, 1777 MHz, 15 Gbit/s x 192
    {"rtx3060ti", "GeForce RTX 3060 Ti", 16.2, 448, 38},   // 4864, 1665 MHz, 14 Gbit/s x 256
    {"rtx3070", "GeForce RTX 3070", 20.31, 448, 46},       // 5888, 1725 MHz, 14 Gbit/s x 256
    {"rtx3080", "GeForce RTX 3080 10GB", 29.77, 760, 68},  // 8704, 1710 MHz, 19 Gbit/s x 320
    {"rtx3090", "GeForce RTX 3090", 35.58, 936, 82},       // 10496, 1695 MHz, 19.5 Gbit/s x 384
    {"rtx4060", "GeForce RTX 4060", 15.11, 272, 24},       // 3072, 2460 MHz, 17 Gbit/s x 128
    {"rtx4060ti", "GeForce RTX 4060 Ti", 22.06, 288, 34},  // 4352, 2535 MHz, 18 Gbit/s x 128
    {"rtx4070", "GeForce RTX 4070", 29.15, 504, 46},       // 5888, 2475 MHz, 21 Gbit/s x 192
    {"rtx4080", "GeForce RTX 4080", 48.74, 716.8, 76},     // 9728, 2505 MHz, 22.4 Gbit/s x 256
    {"rtx4090", "GeForce RTX 4090", 82.58, 1008, 128},     // 16384, 2520 MHz, 21 Gbit/s x 384
    {"rtx5060", "GeForce RTX 5060", 19.18, 448, 30},       // 3840, 2497 MHz, 28 Gbit/s x 128
    {"rtx5070", "GeForce RTX 5070", 30.87, 672, 48},       // 6144, 2512 MHz, 28 Gbit/s x 192
    {"rtx5070ti", "GeForce RTX 5070 Ti", 43.94, 896, 70},  // 8960, 2452 MHz, 28 Gbit/s x 256
    {"rtx5080", "GeForce RTX 5080", 56.28, 960, 84},       // 10752, 2617 MHz, 30 Gbit/s x 256
    {"rtx5090", "GeForce RTX 5090", 104.8, 1792, 170},     // 21760, 2407 MHz, 28 Gbit/s x 512
    {"t4", "T4", 8.1, 320, 40},                            // 2560 cores, 1590 MHz
    {"v100", "V100 SXM2", 15.7, 900, 80},                  // 5120, 1530 MHz
    {"a10", "A10", 31.2, 600, 72},                         // 9216, 1695 MHz
    {"a40", "A40", 37.4, 696, 84},                         // 10752, 1740 MHz
    {"a100", "A100 80GB SXM", 19.5, 2039, 108},            // 6912, 1410 MHz
    {"a100-40gb", "A100 40GB SXM", 19.5, 1555, 108},       // the same with HBM2
    {"l4", "L4", 30.3, 300, 58},                           // 7424, 2040 MHz
    {"l40s", "L40S", 91.6, 864, 142},                      // 18176, 2520 MHz
    {"h100", "H100 SXM", 67, 3350, 132},                   // 16896, 1980 MHz
    {"h100-pcie", "H100 PCIe", 51, 2000, 114},             // 14592, 1755 MHz
    {"h200", "H200 SXM", 67, 4800, 132},                   // as H100 SXM, with HBM3e
};

std::string plain(std::string_view name) {
  std::string result;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return result;
}

}  // namespace

std::span<const Card> known_cards() { return kCards; }

const Card* find_card(std::string_view name) {
  for (const Card& card : kCards) {
    if (plain(card.name) == plain(name)) return &card;
  }
  return nullptr;
}

std::string card_names() {
  std::string result;
  for (const Card& card : kCards) {
    if (!result.empty()) result += ", ";
    result += card.name;
  }
  return result;
}

}  // namespace emulator::report
