/// @file
/// A lesson's check is linked into two programs: one that runs the learner's code at full speed, and one in
/// which the emulated GPU observes every access that the learner's code makes.
#pragma once

namespace lesson_check {

/// Whether this is the observed program. It runs the TEST_CASEs with the tag [observed] to have mistakes
/// looked for, or those with the tag [profiled] to have accesses counted, on sizes that take seconds although
/// every access costs much more. What is found there is not for the check to say, but for ./course check,
/// which reads the report. [profiled] cases have sizes that fill every warp, so that the counts are about the
/// kernel and not about its edge.
extern const bool kObserved;

}  // namespace lesson_check
