#pragma once

// What a run's subject was held to, which every report shows before any verdict.

#include <string>
#include <vector>

#include "gumbelcheck/claim/result.hpp"

namespace gumbelcheck::report {

// Rows that say the same of several dtypes are shown once. Cut to one line each unless `whole`; "" for no rows.
std::string console_tolerances(const std::vector<claim::Tolerance>& tolerances, std::size_t width, bool whole);
std::string markdown_tolerances(const std::vector<claim::Tolerance>& tolerances);

}  // namespace gumbelcheck::report
