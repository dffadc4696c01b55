#pragma once

#include <string>

#include "gumbelcheck/claim/result.hpp"
#include "gumbelcheck/picture/svg.hpp"

namespace gumbelcheck::report {

// "upheld" with a mark that is not colour alone.
std::string verdict_mark(claim::Verdict verdict);

// The section of one claim; `id` is its heading's.
std::string claim_section(const claim::ClaimResult& result, const statistic::Budget& budget, const std::string& id,
                          picture::Ids& ids);

}  // namespace gumbelcheck::report
