#pragma once

#include <cstdio>

namespace cli {

bool is_terminal(std::FILE* stream);

}  // namespace cli
