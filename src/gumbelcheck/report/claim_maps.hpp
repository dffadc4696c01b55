#pragma once

// Maps over all checks of a claim: a cell a temperature and a size of logits, or a pair of rows or of seeds.

#include <string>

#include "gumbelcheck/claim/result.hpp"
#include "gumbelcheck/picture/svg.hpp"

namespace gumbelcheck::report {

// rule  exact checks by temperature and, apart for each dtype, by their largest logit: the largest error over its
//       bound; hatched where that is above 1 or no number. "" where fewer than two sizes of logits were tried at three
//       temperatures each
std::string map_of_temperatures(const claim::ClaimResult& result, picture::Ids& ids);

// rule  of the check with the strongest correlation: each pair's, in standard deviations from 0. "" without exhibits
std::string map_of_rows(const claim::ClaimResult& result, picture::Ids& ids);
std::string map_of_seeds(const claim::ClaimResult& result, picture::Ids& ids);

}  // namespace gumbelcheck::report
