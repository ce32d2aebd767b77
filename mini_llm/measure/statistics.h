#pragma once

#include <span>

namespace measure {

/// @pre at least one value
double mean(std::span<const double> values);

/// The standard deviation of the quantity that the values are samples of (divides by n - 1); 0 for one value.
/// @pre at least one value
double standard_deviation(std::span<const double> values);

}  // namespace measure
