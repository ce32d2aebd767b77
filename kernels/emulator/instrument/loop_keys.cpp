#include "loop_keys.h"

#include <emulator/loop_scope.h>

#include "runtime/worker.h"

namespace emulator {

using instrument::current_loop_keys;

namespace {

/// A number that hardly two sequences of iterations share.
std::uint32_t mix(std::uint32_t key, std::uint32_t number) {
  std::uint32_t value = (key ^ number * 0x9E3779B1u) * 0x85EBCA6Bu;
  return value ^ value >> 15;
}

}  // namespace

namespace instrument {

EMULATOR_THREAD_LOCAL std::uint32_t* current_loop_keys = nullptr;

}  // namespace instrument

LoopKeys enter_loop(unsigned line) noexcept {
  if (!current_loop_keys) return {0, 0};
  const std::uint32_t around = current_loop_keys[current_index.linear];
  return {around, mix(around + 1, line)};
}

void turn_loop(std::uint32_t loop, std::uint32_t turn) noexcept {
  if (current_loop_keys) current_loop_keys[current_index.linear] = mix(loop, turn);
}

void leave_loop(std::uint32_t around) noexcept {
  if (current_loop_keys) current_loop_keys[current_index.linear] = around;
}

}  // namespace emulator
