#pragma once

// Pictures of a claim's exhibits. Each answers one question, which is its title.

#include <string>

#include "gumbelcheck/claim/result.hpp"
#include "gumbelcheck/picture/svg.hpp"

namespace gumbelcheck::report {

// rule  of the check: frequencies of classes and how far each is from its expectation; the difference of distribution
//       functions; tails; the strongest pair of uniforms; how the evidence grew and what effect it left possible.
//       "" without exhibits
std::string pictures_of_check(const claim::CheckResult& check, const statistic::Budget& budget, picture::Ids& ids);

// rule  of all checks of a claim together: the simplex at each temperature, sampled beside the law; a gradient beside
//       finite differences, by their step; temperatures and sizes of logits; rows and seeds in pairs; bias and variance of an estimator against temperature. "" where there are none
std::string pictures_of_claim(const claim::ClaimResult& result, picture::Ids& ids);

}  // namespace gumbelcheck::report
