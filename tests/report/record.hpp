#pragma once

// A small run made by hand, with one claim of every verdict: what the reports are held to.

#include <cmath>
#include <limits>

#include "gumbelcheck/claim/result.hpp"

namespace gumbelcheck::report {

inline claim::CheckResult upheld_check() {
  claim::CheckResult check;
  check.tried = {.claim = "gumbel-max/law",
                 .index = 0,
                 .label = "3 classes, float32",
                 .shape = {3},
                 .logits = {0, 1.5, -std::numeric_limits<double>::infinity()},
                 .axis = -1,
                 .dtype = subject::Dtype::float32,
                 .temperature = 1,
                 .variant = "",
                 .seed = 7,
                 .draws = 1000000,
                 .effect = 0.01};
  check.verdict = claim::Verdict::upheld;
  check.draws = 250000;
  check.seconds = 0.5;
  check.evidence = statistic::Evidence{.draws = 250000,
                                       .looks = 9,
                                       .log_e = -3.5,
                                       .largest_log_e = 1.25,
                                       .p_value = std::exp(-1.25),
                                       .leading = "classes: spike at class 1",
                                       .effect = 0.0009,
                                       .effect_low = 0,
                                       .effect_high = 0.0088,
                                       .effect_table = "classes",
                                       .declared_effect = 0.01,
                                       .smallest_detectable_effect = 0.0061,
                                       .pearson = statistic::FixedDrawsTest{1.5, 1, 0.22, "level true"},
                                       .g = statistic::FixedDrawsTest{1.5, 1, 0.22, "level true"},
                                       .control = statistic::LiveControl{0.02, 90.5, true}};
  check.replay_token = "gc1.000001.upheld";
  return check;
}

inline claim::CheckResult refuted_check(const std::string& claim, const std::string& label) {
  claim::CheckResult check = upheld_check();
  check.tried.claim = claim;
  check.tried.label = label;
  check.verdict = claim::Verdict::refuted;
  check.finding = "After 4,096 draws the evidence is overwhelming.";
  check.draws = 4096;
  check.evidence->draws = 4096;
  check.evidence->log_e = std::numeric_limits<double>::infinity();
  check.evidence->largest_log_e = std::numeric_limits<double>::infinity();
  check.evidence->p_value = 0;
  check.evidence->effect = 0.25;
  check.evidence->effect_low = 0.2;
  check.evidence->effect_high = 0.3;
  check.evidence->pearson.reset();
  check.evidence->g.reset();
  check.evidence->control.reset();
  check.replay_token = "gc1.000002.refuted";
  return check;
}

inline claim::ClaimResult claim_result(const std::string& id, claim::Verdict verdict,
                                       std::vector<claim::CheckResult> checks) {
  return {.sheet = {.id = id,
                    .statement = "What " + id + " says.",
                    .pivot = "the index itself",
                    .test = "a test",
                    .power = "some",
                    .proof = "proofs/page.md#" + id,
                    .source = "Nobody 1900",
                    .effect = 0.01,
                    .beside = {}},
          .verdict = verdict,
          .checks = std::move(checks)};
}

inline claim::RunRecord small_record() {
  claim::CheckResult exact;
  exact.tried = {
      .claim = "softmax/value", .label = "4 classes, float64", .shape = {2, 2}, .logits = {0, 1, 2, 3}, .variant = ""};
  exact.verdict = claim::Verdict::inconclusive;
  exact.finding = "Too few gradients were large enough.";
  exact.exact = claim::ExactEvidence{.comparisons = 12,
                                     .worst = std::numeric_limits<double>::quiet_NaN(),
                                     .bound = "4 ULP",
                                     .witness = "law in 50 digits",
                                     .where = "class 2: 0.5 and nan"};
  exact.replay_token = "gc1.000003.exact";
  claim::CheckResult unsupported;
  unsupported.tried.claim = "stream/frozen";
  unsupported.verdict = claim::Verdict::unsupported;
  unsupported.finding = "The subject takes no seed.";
  claim::CheckResult broken;
  broken.tried.claim = "edge/refusal";
  broken.tried.label = "bad input";
  broken.verdict = claim::Verdict::broken;
  broken.finding = "The subject exited with status 3 before it answered.";
  broken.last_stderr = "Traceback:\n  the last words";
  broken.replay_token = "gc1.000004.broken";

  claim::RunRecord record;
  record.program_version = "0.1.0";
  record.subject = "-- python3 sampler.py";
  record.description = {.name = "sampler",
                        .version = "2.5",
                        .device = "cpu",
                        .dtypes = {subject::Dtype::float32, subject::Dtype::float64},
                        .seeding = subject::Seeding::call,
                        .operations = {{subject::Operation::softmax, {.gradient = true}}}};
  record.budget = {.false_alarm_rate = 1e-9, .miss_rate = 1e-6, .checks = 6};
  record.seed = 7;
  record.claims = {claim_result("gumbel-max/law", claim::Verdict::upheld, {upheld_check(), upheld_check()}),
                   claim_result("concrete/law", claim::Verdict::refuted,
                                {refuted_check("concrete/law", "3 classes, float32, temperature 0.5")}),
                   claim_result("softmax/value", claim::Verdict::inconclusive, {exact}),
                   claim_result("stream/frozen", claim::Verdict::unsupported, {unsupported}),
                   claim_result("edge/refusal", claim::Verdict::broken, {broken})};
  record.started = "2024-01-02T03:04:05Z";
  record.seconds = 1.5;
  record.threads = 2;
  return record;
}

// What a program under test may write: markup, quotes, colours, a cursor that moves, bytes that are no UTF-8,
// a right-to-left override, and more than anybody reads.
inline std::string hostile_text() {
  return std::string("<script>alert(\"1\")</script> & 'quoted' | `code` [link](x) @all ]]> \x1b[2J\a\b\r\n\t") +
         "\xff\xfe \xe2\x80\xae\xed\xa0\x80 caf\xc3\xa9 " + std::string(1, '\0') + "~~~~~~~~~~";
}

inline claim::RunRecord hostile_record() {
  claim::RunRecord record = small_record();
  const std::string text = hostile_text();
  record.subject = text;
  record.description.name = text;
  record.description.version = text + std::string(100000, 'x');
  record.description.device = text;
  for (claim::ClaimResult& result : record.claims) {
    for (claim::CheckResult& check : result.checks) {
      check.tried.label = text;
      if (check.verdict != claim::Verdict::upheld) check.finding = text + std::string(100000, 'y');
      check.last_stderr = "first\n" + text + "\n" + std::string(100000, 'z') + "\n" + text;
    }
  }
  return record;
}

}  // namespace gumbelcheck::report
