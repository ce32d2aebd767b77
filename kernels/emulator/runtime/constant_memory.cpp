#include <emulator/constant_memory.h>

#include <iterator>
#include <map>

namespace emulator {

namespace {

/// From each variable's begin to its end.
std::map<std::uintptr_t, std::uintptr_t>& variables() {
  static auto* map = new std::map<std::uintptr_t, std::uintptr_t>;  // outlives static objects that use it
  return *map;
}

}  // namespace

ConstantVariable::ConstantVariable(const volatile void* variable, std::size_t bytes) {
  const auto begin = reinterpret_cast<std::uintptr_t>(variable);
  variables()[begin] = begin + bytes;
}

bool is_constant_memory(std::uintptr_t address) {
  const auto after = variables().upper_bound(address);
  return after != variables().begin() && address < std::prev(after)->second;
}

}  // namespace emulator
