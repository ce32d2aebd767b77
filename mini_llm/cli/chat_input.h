#pragma once

#include <optional>
#include <string>

namespace cli {

/// What the user types next: a line, or several of which all but the last end in a backslash. Where standard
/// input is a terminal, a prompt on standard error asks for it.
/// @return nullopt at the end of the input, or when Ctrl-C was pressed
std::optional<std::string> read_input();

}  // namespace cli
