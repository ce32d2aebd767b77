/// @file
/// The skeleton that a learner starts from is the solution with some lines taken out:
///
///     // task: 1. Which element is this thread's?
///     // solution begin
///     const int i = blockIdx.x * blockDim.x + threadIdx.x;
///     // solution end
///
/// (`// task+` continues a task on the next line.) In the skeleton `// task:` becomes `// TODO`, and what
/// lies between the solution markers is gone. What `./course solution` prints has neither markers nor tasks.
#pragma once

#include <string>
#include <string_view>

namespace course {

/// @throws std::runtime_error naming the line where markers do not pair
std::string make_skeleton(std::string_view solution);
std::string make_clean_solution(std::string_view solution);

}  // namespace course
