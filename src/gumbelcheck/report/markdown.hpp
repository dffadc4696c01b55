#pragma once

// The report that a person reads in a pull request or keeps with a release.

#include <string>

#include "gumbelcheck/claim/result.hpp"
#include "gumbelcheck/report/expected.hpp"

namespace gumbelcheck::report {

// Where hosts of Markdown cut a text themselves, silently or with an error.
inline constexpr std::size_t kMarkdownLimit = 65'000;

// The verdict and both error rates; how that compares with a list of expected findings; what needs attention,
// with replay lines; a table of claims; what "upheld" says and does not say; what was not asked; each claim's
// statement; a replay token for each claim. rule  at most `limit` bytes: what does not fit is left out from
// the end, and the text says so
std::string markdown(const claim::RunRecord& record, const ExpectedOutcome* expected = nullptr,
                     std::size_t limit = kMarkdownLimit);

}  // namespace gumbelcheck::report
