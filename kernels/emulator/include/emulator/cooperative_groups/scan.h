/// @file
/// cooperative_groups::inclusive_scan and exclusive_scan.
#pragma once

#include <emulator/cooperative_groups/operators.h>
#include <emulator/cooperative_groups/partition.h>

namespace emulator {

template <typename T, typename Operation, typename = void>
struct IdentityOf {
  static T value() { return T(); }
};
template <typename T, typename Operation>
struct IdentityOf<T, Operation, std::void_t<decltype(Operation::identity())>> {
  static T value() { return Operation::identity(); }
};

}  // namespace emulator

namespace cooperative_groups {

/// The values of the threads up to and including the calling one, joined in order of rank.
template <typename Group, typename T, typename Operation>
inline std::decay_t<T> inclusive_scan(const Group& group, T&& value, Operation&& operation,
                                      CodeLine where = CodeLine::here()) {
  return group.lanes().template inclusive_scan<std::decay_t<T>>(value, operation, "inclusive_scan of a group",
                                                                where);
}
template <typename Group, typename T>
inline std::decay_t<T> inclusive_scan(const Group& group, T&& value, CodeLine where = CodeLine::here()) {
  return inclusive_scan(group, value, plus<std::decay_t<T>>{}, where);
}

/// The values of the threads before the calling one. The first gets the operation's identity, or T() if it
/// has none.
template <typename Group, typename T, typename Operation>
inline std::decay_t<T> exclusive_scan(const Group& group, T&& value, Operation&& operation,
                                      CodeLine where = CodeLine::here()) {
  using Value = std::decay_t<T>;
  const Value inclusive = inclusive_scan(group, value, operation, where);
  const unsigned int rank = group.thread_rank();
  const Value before =
      group.lanes().shuffle(inclusive, rank == 0 ? 0 : rank - 1, "exclusive_scan of a group", where);
  return rank == 0 ? emulator::IdentityOf<Value, std::decay_t<Operation>>::value() : before;
}
template <typename Group, typename T>
inline std::decay_t<T> exclusive_scan(const Group& group, T&& value, CodeLine where = CodeLine::here()) {
  return exclusive_scan(group, value, plus<std::decay_t<T>>{}, where);
}

}  // namespace cooperative_groups
