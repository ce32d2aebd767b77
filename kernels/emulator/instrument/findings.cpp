#include "findings.h"

namespace emulator::instrument {

void Findings::merge(Findings& other) {
  for (auto& [key, finding] : other.findings_) {
    auto [entry, is_new] = findings_.try_emplace(key, finding);
    if (is_new) continue;
    Finding& mine = entry->second;
    const std::uint64_t count = mine.count + finding.count;
    if (finding.block_number < mine.block_number) mine = finding;
    mine.count = count;
  }
  other.clear();
}

}  // namespace emulator::instrument
