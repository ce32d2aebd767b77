/// @file
/// The source with its figures and findings, as one HTML file that a browser opens without a server.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cards.h"
#include "findings.h"
#include "profile.h"
#include "source_text.h"

namespace emulator::report {

struct PageContent {
  const Profile& profile;
  const std::vector<Finding>& findings;
  const Card* card = nullptr;  ///< adds a prediction to each kernel
  bool was_checked = false;    ///< without it, no findings means nothing
};

std::string annotated_page(const PageContent& content, const SourceText& source);

/// The text with & < > " ' replaced, for element content and for quoted attributes.
std::string escape_html(std::string_view text);

}  // namespace emulator::report
