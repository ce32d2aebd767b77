#include "run_kind.h"

const bool lesson_check::kObserved = true;
