#pragma once

// JUnit XML, as continuous-integration systems read it.

#include <string>

#include "gumbelcheck/claim/result.hpp"
#include "gumbelcheck/report/expected.hpp"

namespace gumbelcheck::report {

// rule  one testsuite for each family, one testcase for each claim, classname gumbelcheck.FAMILY; failure for
//       refuted, error for broken and inconclusive, skipped for unsupported. A run in which nothing was
//       upheld and nothing failed gets one more testcase, `run/upheld`, with an error: it must not look
//       green. Held to a list of expected findings: a claim on which nothing but expected refutations stands
//       is skipped and says why, and an unexpected pass is a failure of the testcase `expected/CLAIM`.
std::string junit_xml(const claim::RunRecord& record, const ExpectedOutcome* expected = nullptr);

}  // namespace gumbelcheck::report
