// Races: two threads, one element, nothing that orders them.
#include <fmt/format.h>

#include "explain.h"
#include "wording.h"

namespace emulator::report {
namespace {

bool writes(const Place& place) { return place.op == "write"; }
bool is_atomic(const Place& place) { return place.op == "atomic"; }

/// What a race is about, apart from who takes part.
struct Race {
  explicit Race(const Finding& finding)
      : first(finding.first.value_or(Place{})),
        second(finding.second.value_or(first)),
        scope(finding.scope),
        same_line(first.line == second.line),
        both_write(writes(first) && writes(second)),
        one_is_atomic(is_atomic(first) != is_atomic(second)),
        // x = x + 1 reads and writes on one line
        is_update(same_line && !both_write && !is_atomic(first) && !is_atomic(second)),
        // A later access on an earlier line: the loop has come round.
        through_loop(first.line.file == second.line.file && second.line.line < first.line.line) {}

  Place first, second;
  Scope scope;
  bool same_line, both_write, one_is_atomic, is_update, through_loop;
};

const char* between(Scope scope) {
  switch (scope) {
    case Scope::kWarp:
      return "threads of one warp";
    case Scope::kBlock:
      return "threads of one block";
    case Scope::kGrid:
      return "different blocks";
    case Scope::kNone:
      break;
  }
  return "threads";
}

std::string why(const Race& race) {
  std::string text;
  if (race.one_is_atomic) {
    text =
        "One access is atomic and the other is not. An atomic is undivided only among atomics: the plain "
        "access may come before it, after it, or be kept in a register and never see it. ";
  }
  switch (race.scope) {
    case Scope::kWarp:
      text +=
          "The threads of a warp often run in step, so the result may look right. It is not promised: since "
          "Volta each thread can run ahead of its warp, and the compiler may move either access.";
      break;
    case Scope::kGrid:
      text +=
          "Blocks run in any order, at the same time or one after the other, and __syncthreads() does not "
          "reach from one block to another. On a small grid one order may win every time; on another card or "
          "with more blocks it will not.";
      break;
    case Scope::kBlock:
    case Scope::kNone:
      text +=
          "The warps of a block run in any order. One order may win nearly every time, so the result often "
          "looks right, until another card, size or compiler changes the timing.";
      break;
  }
  return text;
}

/// "line 12", or "a.cu:12" when several files are in play.
std::string short_line(const Race& race, const Place& place, const SourceText& source) {
  if (!place.line.known() || race.first.line.file != race.second.line.file) return source.name(place.line);
  return fmt::format("line {}", place.line.line);
}

/// A barrier of the right width, and where it belongs.
std::string barrier(const Race& race, const SourceText& source) {
  const char* call = race.scope == Scope::kWarp ? "__syncwarp()" : "__syncthreads()";
  const std::string first = short_line(race, race.first, source);
  const std::string second = short_line(race, race.second, source);
  if (race.through_loop) {
    return fmt::format(
        "{} comes again in the loop's next round, before all threads are done with {}: put {} behind {}, at "
        "the end of the loop's body",
        capitalized(second), first, call, first);
  }
  return fmt::format("Put {} between {} and {}, where all threads of the {} come by", call, first, second,
                     race.scope == Scope::kWarp ? "warp" : "block");
}

std::string mend(const Race& race, const SourceText& source) {
  if (race.is_update) {
    return "The line reads an element, changes it and writes it back, and two threads do so at once: one of "
           "the changes is lost. Use an atomic, e.g. atomicAdd(&x[i], value), or give each thread an element "
           "of its own and add them up afterwards.";
  }
  if (race.one_is_atomic) {
    std::string text =
        "Make both accesses atomic (atomicAdd(&x, 0) reads, atomicExch(&x, value) writes), or separate "
        "them: ";
    text += race.scope == Scope::kGrid ? "do the plain access in another kernel launch."
                                       : "with a barrier that all threads reach.";
    return text;
  }
  if (race.same_line && race.both_write) {
    return "Give each thread an element of its own: look at how the index is made from threadIdx and "
           "blockIdx. If all are to contribute, use an atomic such as atomicAdd; if one is enough, let only "
           "one write: if (threadIdx.x == 0).";
  }
  if (race.scope == Scope::kGrid) {
    return "Use atomics, or do the second step in another kernel launch: a launch begins when the one before "
           "it in the stream is done. Or keep what is exchanged inside one block.";
  }
  std::string text = barrier(race, source);
  if (race.scope == Scope::kWarp) {
    text += ", or pass the value through a shuffle (__shfl_sync, __shfl_down_sync)";
  }
  return text + ".";
}

Explanation explain_same_value(const Race& race, const std::string& element) {
  Explanation result;
  result.is_note = true;
  result.headline = fmt::format("Several threads write the same value ({})", between(race.scope));
  result.happened = fmt::format("{} and {} both write {}, and the value is the same.",
                                capitalized(who(race.first)), who(race.second), element);
  result.why =
      "The result does not depend on the order, and cards do what is expected here. The language still calls "
      "it a race, each write costs time, and once the values differ the result is undefined.";
  result.mend =
      "If it is meant, let one thread write: if (threadIdx.x == 0). If it is not, look at how the index is "
      "made from threadIdx and blockIdx.";
  return result;
}

}  // namespace

Explanation explain_race(const Finding& finding, const SourceText& source) {
  const Race race(finding);
  const std::string element =
      finding.array ? element_text(*finding.array, source) : std::string("the same memory");
  if (finding.kind == Kind::kRaceSameValue) return explain_same_value(race, element);

  Explanation result;
  const std::string space = finding.array && !finding.array->space.empty() ? finding.array->space : "device";
  result.headline = fmt::format("Race in {} memory between {}", space, between(race.scope));
  if (race.one_is_atomic) result.headline += ": an atomic and a plain access";
  result.happened =
      fmt::format("{} {} {} at {}. {} {} the same element at {}. Nothing makes one wait for the other.",
                  capitalized(who(race.first)), verb(race.first), element, source.name(race.first.line),
                  capitalized(who(race.second)), verb(race.second), source.name(race.second.line));
  result.why = why(race);
  result.mend = mend(race, source);
  return result;
}

}  // namespace emulator::report
