#include "compiler_messages.h"

#include <set>
#include <sstream>

namespace emulator::driver {

std::string readable_messages(const std::string& compiler_output) {
  // How the translator's refusals begin, behind whatever the compiler puts before them.
  static const std::string kRefusal = "emulated GPU: ";
  static const std::string kError = ": error: ";
  std::string refusals;
  std::set<std::string> seen;
  std::istringstream lines(compiler_output);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t error = line.find(kError);
    const std::size_t refusal = line.find(kRefusal);
    if (error == std::string::npos || refusal == std::string::npos || refusal < error) continue;
    std::string sentence = line.substr(refusal + kRefusal.size());
    // #error "..." is shown with its quotes; clang adds what it was written in front of.
    if (line[refusal - 1] == '"') sentence.erase(sentence.find('"'));
    const std::string message = line.substr(0, error + kError.size()) + sentence + '\n';
    if (seen.insert(message).second) refusals += message;
  }
  return refusals.empty() ? compiler_output : refusals;
}

}  // namespace emulator::driver
