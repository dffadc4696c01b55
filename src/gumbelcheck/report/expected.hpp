#pragma once

// Findings that are known and explained. A peer with a known defect is held to its list: a refutation that is
// not on it, and one on it that no longer happens, are both errors. Nothing is softened to make a peer pass.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "gumbelcheck/claim/result.hpp"

namespace gumbelcheck::report {

struct ExpectedFinding {
  std::string claim;  // an id
  std::string label;  // of the case, or a glob in which * stands for any text and ? for any one character
  std::string why;    // the explanation, with numbers
};

struct ExpectedFindings {
  std::string subject;  // as the subject names itself
  std::string version;
  std::vector<ExpectedFinding> findings;
};

// rule    {"subject": "...", "version": "...", "findings": [{"claim": "...", "case": "...", "why": "..."}]}
// throws  std::invalid_argument with a sentence that names `origin`, the member and the rule
ExpectedFindings expected_findings(std::string_view json, std::string_view origin);
ExpectedFindings read_expected(const std::filesystem::path& file);

struct ExpectedOutcome {
  struct Met {
    ExpectedFinding finding;
    std::size_t checks = 0;  // refuted ones that it explains
  };
  std::vector<Met> met;
  std::vector<ExpectedFinding> unmet;                 // of the claims asked: nothing they name was refuted
  std::vector<const claim::CheckResult*> unexpected;  // refuted, and on no list; point into the record
  bool undecided = false;  // a check was broken or inconclusive, or nothing was upheld and nothing met

  int exit_status() const;                               // 1 for unmet or unexpected, else 3 for undecided, else 0
  bool explains(const claim::CheckResult& check) const;  // refuted, and on the list
};

// rule    findings of claims that this run was not asked are left aside; only a check whose verdict is
//         `refuted` meets a finding
// throws  std::invalid_argument with a sentence when the list is for another subject or version
ExpectedOutcome compare(const claim::RunRecord& record, const ExpectedFindings& expected);

// "Everything refuted was expected, and everything expected was refuted."; or the numbers of what was not.
std::string expected_sentence(const ExpectedOutcome& outcome);

// The section "Expected findings" for the console.
std::string console_expected(const ExpectedOutcome& outcome, std::size_t width);

// rule  * stands for any text, ? for any one byte, everything else for itself
bool matches_glob(std::string_view text, std::string_view glob);

}  // namespace gumbelcheck::report
