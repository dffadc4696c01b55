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

TEST(Summary, the_row_of_an_upheld_claim_shows_the_check_that_bounds_least) {
  const claim::RunRecord record = small_record();
  claim::CheckResult suspicious = upheld_check();
  suspicious.evidence->largest_log_e = 20;
  claim::CheckResult vocabulary = upheld_check();
  vocabulary.evidence->declared_effect = .15;
  vocabulary.evidence->effect_high = .13;
  claim::CheckResult exact = upheld_check();
  exact.evidence.reset();
  exact.exact = claim::ExactEvidence{.comparisons = 1, .worst = .5, .bound = "", .witness = "", .where = ""};
  claim::CheckResult near = exact;
  near.exact->worst = .9;
  claim::CheckResult not_asked = vocabulary;
  not_asked.verdict = claim::Verdict::unsupported;
  const auto shows = [&](std::vector<claim::CheckResult> checks, claim::Verdict verdict = claim::Verdict::upheld) {
    const claim::ClaimResult result = claim_result("x", verdict, std::move(checks));
    return shown_check(result, record.budget) - result.checks.data();
  };
  EXPECT_EQ(shows({suspicious, vocabulary}), 1);
  EXPECT_EQ(shows({vocabulary, suspicious}), 0);
  EXPECT_EQ(shows({suspicious, upheld_check()}), 0) << "of equal bounds the more suspicious";
  EXPECT_EQ(shows({near, suspicious, exact}), 1) << "an exact bound is nothing that was overlooked";
  EXPECT_EQ(shows({exact, near}), 1);
  EXPECT_EQ(shows({not_asked, suspicious}), 1);
  claim::CheckResult refuted = refuted_check("x", "3 classes");
  refuted.evidence->effect_high = .1;
  EXPECT_EQ(shows({vocabulary, refuted}, claim::Verdict::refuted), 1);
  EXPECT_EQ(shown_check(claim_result("x", claim::Verdict::upheld, {}), record.budget), nullptr);

  claim::RunRecord run = small_record();
  run.claims = {claim_result("gumbel-max/law", claim::Verdict::upheld, {suspicious, vocabulary})};
  EXPECT_NE(console_table(run).find("0.0009 [0, 0.13] (declared 0.15)"), std::string::npos) << console_table(run);
  EXPECT_NE(markdown(run).find("0.0009 \\[0, 0.13\\] (declared 0.15)"), std::string::npos) << markdown(run);
  run.claims[0].checks.pop_back();
  EXPECT_EQ(console_table(run).find("(declared"), std::string::npos) << "the claim's own is told by explain";
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
