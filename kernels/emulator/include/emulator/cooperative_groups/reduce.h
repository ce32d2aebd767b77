/// @file
/// cooperative_groups::reduce.
#pragma once

#include <emulator/cooperative_groups/operators.h>
#include <emulator/cooperative_groups/partition.h>

namespace cooperative_groups {

/// The values of all threads of a tile or coalesced group, joined; every thread gets the result.
template <typename Group, typename T, typename Operation>
inline std::decay_t<T> reduce(const Group& group, T&& value, Operation&& operation,
                              CodeLine where = CodeLine::here()) {
  return group.lanes().template reduce<std::decay_t<T>>(value, operation, "reduce of a group", where);
}

}  // namespace cooperative_groups
