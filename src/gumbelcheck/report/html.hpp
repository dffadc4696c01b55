#pragma once

// The report that a person opens: one page that needs nothing else.

#include <string>

#include "gumbelcheck/claim/result.hpp"
#include "gumbelcheck/report/expected.hpp"

namespace gumbelcheck::report {

// The verdict in a sentence with both error rates, the subject, the table of claims; how that compares with a list of
// expected findings; what the subject was held to; then a section for each claim: the statement, why it is true, how
// it was tried, what came out, pictures, how to see it again, and what was not shown.
//
// rule  HTML 5 in one file: no scripts, nothing loaded, pictures as inline SVG; light and dark as the reader prefers,
//       any width from 320 pixels, and on paper. Text of the subject is cut where it is long, and says how long it was
// cost  some 5 KB a claim, and 5 to 20 with pictures
std::string html(const claim::RunRecord& record, const ExpectedOutcome* expected = nullptr);

}  // namespace gumbelcheck::report
