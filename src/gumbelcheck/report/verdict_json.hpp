#pragma once

// verdict.json: every fact of a run, for programs. docs/verdict.md explains it, docs/verdict.schema.json is
// its schema; a test holds the two and this code to each other.

#include <string>

#include "gumbelcheck/claim/result.hpp"
#include "gumbelcheck/report/expected.hpp"

namespace gumbelcheck::report {

// Changes when a member is renamed, removed or changes its meaning; an added member does not change it.
inline constexpr std::string_view kVerdictSchema = "gumbelcheck-verdict/1";

// rule    UTF-8 (ill-formed bytes as U+FFFD), two spaces a level, arrays of numbers on one line; numbers that
//         are not finite as the strings "inf", "-inf" and "nan". Runs that must be equal are equal apart from
//         "timing" at the top, "seconds" in each check, and "stderr", which holds the subject's own words.
//         `expected` is null where the run was held to no list; with one, "exit_status" is the outcome's.
std::string verdict_json(const claim::RunRecord& record, const ExpectedOutcome* expected = nullptr);

}  // namespace gumbelcheck::report
