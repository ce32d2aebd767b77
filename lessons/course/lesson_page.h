/// @file
/// Reading a lesson's Markdown pages.
#pragma once

#include <string>
#include <string_view>

namespace course {

/// The part of the page between the heading "## TITLE" and the next "## "; "" when there is none.
std::string section(const std::string& page, const std::string& title);

/// The heading over the paragraph that explains a kind of mistake; "" when none does. A page says so in a
/// comment, which readers do not see:
///
///     ## The last block
///     <!-- explains: out_of_bounds use_after_free -->
///
/// @param kind  its name in the emulated GPU's reports, e.g. "race"
std::string heading_about(std::string_view page, std::string_view kind);

}  // namespace course
