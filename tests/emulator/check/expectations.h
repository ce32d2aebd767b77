/// @file
/// What a test program says about itself: which of its lines a check must report, in which variant, and
/// which counters a profile must show.
///
/// A program lists its variants, then marks its lines:
///
///     // variant 1: correct
///     // variant 2: the barrier behind the stores is missing
///     ...
///     tile[i] = x[i];          // expect 2: race array=tile
///     sum += tile[n - 1 - i];  // expect 2: race array=tile; allow 2: uninitialized
///     y[i] = x[i * 32];        // counts 1: global load sectors=32 ideal=4
///     kernel<<<1, 32>>>(x, y); // launch 1: flops=64
///
/// Lines with the same variant, kind and label (`race@a`) belong to one finding; nothing but what is expected
/// may be found, except at lines that allow it. `2,3` names two variants. A marker in a line of its own
/// speaks of the next line of code.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace check_programs {

struct ExpectedFinding {
  std::string kind;
  std::set<int> lines;
  std::string array;  ///< a name that the message must contain; empty: any
};

struct ExpectedCounts {
  int line = 0;
  std::string space;                     ///< global, shared, local, constant
  std::string op;                        ///< load, store, atomic
  std::map<std::string, double> values;  ///< by the field's name in the JSON of a profile
};

/// What a profile must say of the kernel that a line launches.
struct ExpectedLaunch {
  int line = 0;
  std::map<std::string, double> values;  ///< by the field's name in the JSON of a profile
};

struct Expectations {
  std::string title;                             ///< what the variant is
  std::vector<ExpectedFinding> findings;         ///< must be found
  std::map<std::string, std::set<int>> allowed;  ///< kind to lines: may be found
  std::vector<ExpectedCounts> counts;
  std::vector<ExpectedLaunch> launches;
};

/// What the source text says about one variant.
/// @throws std::runtime_error naming the line, for a marker that cannot be read or a variant not listed
Expectations read_expectations(const std::string& source, int variant);

}  // namespace check_programs
