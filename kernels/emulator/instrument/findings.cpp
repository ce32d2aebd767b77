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

void Findings::fold_same_values() {
  for (auto same = findings_.begin(); same != findings_.end();) {
    const auto& [kernel, kind, scope, first, second] = same->first;
    auto race = findings_.end();
    if (kind == FindingKind::kSameValueRace) {
      for (const Scope other : {Scope::kWarp, Scope::kBlock, Scope::kGrid}) {
        race = findings_.find({kernel, FindingKind::kRace, other, first, second});
        if (race != findings_.end()) break;
      }
    }
    if (race == findings_.end()) {
      ++same;
      continue;
    }
    race->second.count += same->second.count;
    same = findings_.erase(same);
  }
}

}  // namespace emulator::instrument
