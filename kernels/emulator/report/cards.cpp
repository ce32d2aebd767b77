#include "cards.h"

#include <cctype>

namespace emulator::report {
namespace {

// The vendor's figures as they are commonly quoted, not read again from the data sheets; each peak agrees
// with 2 x cores x boost clock, since a fused multiply-add counts as two operations. Desktop cards, not
// laptops.
constexpr Card kCards[] = {
    {"rtx2060", "GeForce RTX 2060", 6.45, 336, 30},
    {"rtx2080ti", "GeForce RTX 2080 Ti", 13.45, 616, 68},
    {"rtx3050", "GeForce RTX 3050 8GB", 9.1, 224, 20},
    {"rtx3060", "GeForce RTX 3060 12GB", 12.74, 360, 28},
    {"rtx3060ti", "GeForce RTX 3060 Ti", 16.2, 448, 38},
    {"rtx3070", "GeForce RTX 3070", 20.31, 448, 46},
    {"rtx3080", "GeForce RTX 3080 10GB", 29.77, 760.3, 68},
    {"rtx3090", "GeForce RTX 3090", 35.58, 936.2, 82},
    {"rtx4060", "GeForce RTX 4060", 15.11, 272, 24},
    {"rtx4060ti", "GeForce RTX 4060 Ti", 22.06, 288, 34},
    {"rtx4070", "GeForce RTX 4070", 29.15, 504.2, 46},
    {"rtx4080", "GeForce RTX 4080", 48.74, 716.8, 76},
    {"rtx4090", "GeForce RTX 4090", 82.58, 1008, 128},
    {"rtx5060", "GeForce RTX 5060", 19.18, 448, 30},
    {"rtx5070", "GeForce RTX 5070", 30.87, 672, 48},
    {"rtx5070ti", "GeForce RTX 5070 Ti", 43.94, 896, 70},
    {"rtx5080", "GeForce RTX 5080", 56.28, 960, 84},
    {"rtx5090", "GeForce RTX 5090", 104.8, 1792, 170},
    {"t4", "T4", 8.1, 320, 40},
    {"v100", "V100 SXM2", 15.7, 900, 80},
    {"a10", "A10", 31.2, 600, 72},
    {"a40", "A40", 37.4, 696, 84},
    {"a100", "A100 80GB SXM", 19.5, 2039, 108},
    {"a100-40gb", "A100 40GB SXM", 19.5, 1555, 108},
    {"l4", "L4", 30.3, 300, 58},
    {"l40s", "L40S", 91.6, 864, 142},
    {"h100", "H100 SXM", 67, 3350, 132},
    {"h100-pcie", "H100 PCIe", 51, 2000, 114},
    {"h200", "H200 SXM", 67, 4800, 132},
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
