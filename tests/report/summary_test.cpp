#include "gumbelcheck/report/summary.hpp"

#include <gtest/gtest.h>

#include "gumbelcheck/report/console.hpp"
#include "gumbelcheck/report/markdown.hpp"
#include "report/record.hpp"

namespace gumbelcheck::report {
namespace {

TEST(Summary, the_verdict_in_a_sentence) {
  EXPECT_EQ(verdict_sentence(small_record()),
            "refuted: sampler 2.5 (cpu) is refuted on 1 of the 4 claims asked: concrete/law; broke on 1 claim: "
            "edge/refusal; is not decided on 1 claim: softmax/value; upheld 1; does not offer what 1 claim more "
            "would need.");
  claim::RunRecord good = small_record();
  good.claims.resize(1);
  EXPECT_EQ(verdict_sentence(good), "upheld: sampler 2.5 (cpu) upheld the one claim asked.");
  good.claims.clear();
  EXPECT_EQ(verdict_sentence(good), "inconclusive: sampler 2.5 (cpu) was asked no claim; nothing was upheld.");
}

TEST(Summary, what_may_have_moved_is_said_of_refuted_checks_only) {
  claim::CheckResult check = refuted_check("concrete/law", "3 classes");
  EXPECT_EQ(estimates_text(check), "");
  check.evidence->estimates = {
      {.quantity = "temperature, as a factor", .value = 1.0102, .low = 1.007, .high = 1.0134, .expected = 1},
      {.quantity = "logit of class 2, shifted by", .value = .031, .low = .02, .high = .042, .expected = 0}};
  const std::string said =
      "temperature, as a factor: about 1.01 [1.007, 1.013], expected 1; "
      "logit of class 2, shifted by: about 0.031 [0.02, 0.042], expected 0";
  EXPECT_EQ(estimates_text(check), said);
  claim::RunRecord record = small_record();
  record.claims = {claim_result("concrete/law", claim::Verdict::refuted, {check})};
  EXPECT_NE(console_table(record, {.width = 1000}).find("what may have moved (intervals are approximate): " + said), std::string::npos);
  EXPECT_NE(markdown(record).find("what may have moved (intervals are approximate): temperature, as a factor"), std::string::npos);
  check.verdict = claim::Verdict::inconclusive;
  EXPECT_EQ(estimates_text(check), "");
}

TEST(Summary, the_deciding_check_is_the_weightiest_and_then_the_most_suspicious) {
  const claim::RunRecord record = small_record();
  claim::CheckResult calm = upheld_check();
  claim::CheckResult suspicious = upheld_check();
  suspicious.evidence->largest_log_e = 20;
  claim::CheckResult not_a_number = upheld_check();
  not_a_number.exact = record.claims[2].checks[0].exact;
  claim::CheckResult undecided = upheld_check();
  undecided.verdict = claim::Verdict::inconclusive;
  const auto decides = [&](std::vector<claim::CheckResult> checks) {
    const claim::ClaimResult result = claim_result("x", claim::Verdict::upheld, std::move(checks));
    return deciding_check(result, record.budget) - result.checks.data();
  };
  EXPECT_EQ(decides({calm, suspicious}), 1);
  EXPECT_EQ(decides({suspicious, calm}), 0);
  EXPECT_EQ(decides({suspicious, undecided}), 1);
  EXPECT_EQ(decides({suspicious, not_a_number}), 1) << "NaN never passes quietly";
  EXPECT_EQ(deciding_check(claim_result("x", claim::Verdict::upheld, {}), record.budget), nullptr);
}

TEST(Summary, a_p_value_below_all_doubles_is_still_told) {
  statistic::Evidence found;
  found.largest_log_e = 5000;
  found.p_value = 0;
  EXPECT_EQ(p_text(found), "p 1e-2171");
  found.largest_log_e = std::numeric_limits<double>::infinity();
  EXPECT_EQ(p_text(found), "p 0");
}

}  // namespace
}  // namespace gumbelcheck::report
