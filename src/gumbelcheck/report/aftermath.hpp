#pragma once

// What reports say beside a verdict: what asking again showed, the smallest case that fails, what another claim
// implies.

#include <string>
#include <vector>

#include "gumbelcheck/claim/result.hpp"

namespace gumbelcheck::report {

// "asked again on a fresh seed, 7731: refuted after 4,096 draws". One line of text that a subject may have shaped.
std::string rerun_text(const claim::Rerun& rerun);

// "Smallest case that fails: 33 classes of logit 0, float32 (64 draws; 21 candidates). " and its finding.
std::string smaller_text(const claim::SmallerCase& smaller);

// The lines to paste, one each. A line longer than `longest` says instead where the token is.
std::vector<std::string> paste_lines(const claim::SmallerCase& smaller, std::size_t longest);

// Upheld because another claim is: it has one entry that says so, and drew nothing.
bool implied(const claim::ClaimResult& result);

// Broken by a breakdown that another check tells of.
bool after_a_breakdown(const claim::CheckResult& check);

// rule  by_weight (summary.hpp), but the check that was looked into after its refutation comes first
std::vector<const claim::CheckResult*> by_attention(const claim::ClaimResult& result, const statistic::Budget& budget);

}  // namespace gumbelcheck::report
