#pragma once

#include <cmath>

#include "support/catch.h"

/// Fails the test, also when the result is NaN.
inline void require_close(double result, double expected, double bound) {
  if (!(std::abs(result - expected) <= bound)) {
    FAIL("got " << result << ", expected " << expected << " within " << bound);
  }
}
