// The ledger multiplies e-values of runs on distinct seeds and refuses everything else.

#include "gumbelcheck/report/ledger.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <stdexcept>

#include "gumbelcheck/claim/claim.hpp"
#include "gumbelcheck/report/verdict_json.hpp"
#include "gumbelcheck/report/write_reports.hpp"
#include "report/record.hpp"

namespace gumbelcheck::report {
namespace {

// A run with one statistical check and one exact one.
claim::RunRecord nightly(std::uint64_t seed, double log_e) {
  claim::RunRecord record = small_record();
  record.seed = seed;
  record.claims = {claim_result("gumbel-max/law", claim::Verdict::upheld, {upheld_check()}), record.claims[2]};
  claim::CheckResult& check = record.claims[0].checks[0];
  check.tried.seed = seed;
  check.evidence->log_e = log_e;
  check.evidence->largest_log_e = log_e + 20;  // what a look in the middle of a run showed counts for nothing
  return record;
}

std::string file_of(claim::RunRecord record) {
  for (claim::ClaimResult& result : record.claims) {
    for (claim::CheckResult& check : result.checks) {
      claim::Replay replay;
      replay.tried = check.tried;
      replay.subject = "process";
      check.replay_token = claim::replay_token(replay);
    }
  }
  return verdict_json(record);
}

void expect_refused(const Ledger& ledger, const std::string& file, const std::string& words) {
  Ledger changed = ledger;
  try {
    add_verdict(changed, file, "tonight/verdict.json");
    ADD_FAILURE() << "not refused: " << words;
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    EXPECT_EQ(std::string(error.what()).find("'tonight/verdict.json' "), 0u) << error.what();
  }
  EXPECT_EQ(ledger_json(changed), ledger_json(ledger)) << "nothing is added when a file is refused";
}

TEST(Ledger, TheEvidenceOfNightsIsMultiplied) {
  Ledger ledger;
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    EXPECT_FALSE(ledger.refuted());
    add_verdict(ledger, file_of(nightly(seed, 9 + .5 * static_cast<double>(seed))), "a");
  }
  ASSERT_EQ(ledger.rows.size(), 1u) << "an exact check has no e-value";
  EXPECT_EQ(ledger.rows[0].entries.size(), 3u);
  EXPECT_DOUBLE_EQ(ledger.rows[0].log_e(), 30);
  EXPECT_DOUBLE_EQ(ledger.alpha_of(ledger.rows.front()), 5e-13);
  EXPECT_TRUE(ledger.refuted()) << "2e12 is reached at 28.3";
  EXPECT_NE(console_ledger(ledger).find("refuted  gumbel-max/law"), std::string::npos) << console_ledger(ledger);

  // A refutation stands, as in a run: the product was there once.
  for (const std::uint64_t seed : {4u, 5u}) add_verdict(ledger, file_of(nightly(seed, -10)), "a");
  EXPECT_DOUBLE_EQ(ledger.rows[0].log_e(), 10);
  EXPECT_DOUBLE_EQ(ledger.rows[0].largest_log_e(), 30);
  EXPECT_TRUE(ledger.refuted());
}

TEST(Ledger, WhatIsBelowTheThresholdIsNotRefuted) {
  Ledger ledger;
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    add_verdict(ledger, file_of(nightly(seed, 9.3 + .1 * static_cast<double>(seed))), "a");
  }
  EXPECT_DOUBLE_EQ(ledger.rows[0].log_e(), 28.5);
  ledger.false_alarm_rate = 8e-10;
  EXPECT_FALSE(ledger.refuted()) << "28.5 is just not reached";
  ledger.false_alarm_rate = 1e-6;
  EXPECT_TRUE(ledger.refuted());
}

// A subject that draws the same whatever the seed gives the same e-value each night.
TEST(Ledger, RepeatedDrawsAreNoNewEvidence) {
  Ledger ledger;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) add_verdict(ledger, file_of(nightly(seed, 5)), "a");
  EXPECT_DOUBLE_EQ(ledger.rows[0].log_e(), 5);
  EXPECT_FALSE(ledger.refuted());
  add_verdict(ledger, file_of(nightly(21, 6)), "a");
  EXPECT_DOUBLE_EQ(ledger.rows[0].log_e(), 11);
  // Evidence for the subject counts as often as it comes: that can only hide a fault, not make one up.
  for (const std::uint64_t seed : {22u, 23u}) add_verdict(ledger, file_of(nightly(seed, -1)), "a");
  EXPECT_DOUBLE_EQ(ledger.rows[0].log_e(), 9);
}

// Whatever rows come later, a row's threshold stays, and all of them together stay within the rate.
TEST(Ledger, ThresholdsStayAndSumToTheRate) {
  Ledger ledger;
  ledger.rows.resize(200000);
  double sum = 0;
  for (const LedgerRow& row : ledger.rows) sum += ledger.alpha_of(row);
  EXPECT_LE(sum, ledger.false_alarm_rate);
  EXPECT_GT(sum, .99 * ledger.false_alarm_rate);
}

TEST(Ledger, RefutationsWithoutAnEValueAreCounted) {
  Ledger ledger;
  claim::RunRecord record = nightly(1, 0);
  record.claims[0].checks[0].verdict = claim::Verdict::refuted;
  add_verdict(ledger, file_of(record), "a");
  EXPECT_GE(ledger.runs[0].refuted_checks, 1u);
  EXPECT_NE(console_ledger(ledger).find("1 run refuted something by itself"), std::string::npos)
      << console_ledger(ledger);
}

TEST(Ledger, WhatCannotBeDrawnRefutesForGood) {
  Ledger ledger;
  add_verdict(ledger, file_of(nightly(1, HUGE_VAL)), "a");
  add_verdict(ledger, file_of(nightly(2, -5)), "a");
  EXPECT_TRUE(ledger.refuted());
  EXPECT_NE(ledger_json(ledger).find("\"inf\""), std::string::npos);
}

TEST(Ledger, ALedgerThatContradictsItselfIsRefused) {
  Ledger good;
  add_verdict(good, file_of(nightly(1, 2)), "a");
  add_verdict(good, file_of(nightly(2, 3)), "a");
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("gumbelcheck_contradiction_" + std::to_string(::getpid()));
  const auto refusal = [&](const std::function<void(Ledger&)>& change) -> std::string {
    Ledger ledger = good;
    change(ledger);
    write_whole(file, ledger_json(ledger));
    try {
      read_ledger(file);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_EQ(refusal([](Ledger&) {}), "accepted");
  const std::pair<std::function<void(Ledger&)>, const char*> changes[] = {
      {[](Ledger& l) { l.runs[1].seed = 1; }, "two runs have seed 1"},
      {[](Ledger& l) { l.runs[1].seed = std::uint64_t{1} << 60; }, "is not below 2^53"},
      {[](Ledger& l) { l.runs.pop_back(); }, "holds seed 2, which no run has"},
      {[](Ledger& l) { l.rows.push_back(l.rows[0]); }, "stands there twice"},
      {[](Ledger& l) { l.rows[0].entries.clear(); }, "holds no run"},
      {[](Ledger& l) { l.rows[0].entries[1].seed = 1; }, "are repeated, or out of order"},
      {[](Ledger& l) { std::swap(l.rows[0].entries[0], l.rows[0].entries[1]); }, "are repeated, or out of order"},
      {[](Ledger& l) { l.rows[0].entries.pop_back(); }, "the run of seed 2 is of no case"},
      {[](Ledger& l) { l.subject = ""; }, "no name of their subject"}};
  for (const auto& [change, words] : changes) {
    const std::string said = refusal(change);
    EXPECT_NE(said.find("contradicts itself: "), std::string::npos) << words << "\n" << said;
    EXPECT_NE(said.find(words), std::string::npos) << said;
  }
  std::string text = ledger_json(good);
  text.replace(text.find("\"log_e\": 2.0"), 12, "\"log_e\": \"nan\"");
  write_whole(file, text);
  EXPECT_THROW(read_ledger(file), std::invalid_argument);
  std::filesystem::remove(file);
}

TEST(Ledger, MessagesAreSentencesAndNoParsersWords) {
  Ledger ledger;
  add_verdict(ledger, file_of(nightly(1, 2)), "a");
  std::string kind = file_of(nightly(2, 2));
  kind.replace(kind.find("\"claims\": ["), 11, "\"claims\": 3, \"x\": [");
  claim::RunRecord other = nightly(2, 2);
  other.claims[0].checks[0].tried.logits[1] = 1.25;
  const std::pair<std::string, const char*> files[] = {
      {"{\"schema\": ", "it is no JSON, from byte 12 on."},
      {R"({"schema": "gumbelcheck-verdict/1"})", "the member \"subject\" is missing."},
      {kind, "one of its members is of another kind than it must be."},
      {file_of(other), "under another law than the ledger holds: other logits were given before."}};
  for (const auto& [file, words] : files) {
    try {
      add_verdict(ledger, file, "a");
      ADD_FAILURE() << words;
    } catch (const std::invalid_argument& error) {
      EXPECT_TRUE(std::string(error.what()).ends_with(words)) << error.what();
      EXPECT_EQ(std::string(error.what()).find("json.exception"), std::string::npos);
    }
  }
  EXPECT_NE(console_ledger(ledger).find("sampler 2.5: 1 run\n"), std::string::npos) << console_ledger(ledger);
  add_verdict(ledger, file_of(nightly(2, 2)), "a");
  EXPECT_NE(console_ledger(ledger).find("sampler 2.5: 2 runs on distinct seeds\n"), std::string::npos);
}

// As gumbel/tail leaves it: judged once, by p-values.
claim::RunRecord nightly_p(std::uint64_t seed, double p_value) {
  claim::RunRecord record = nightly(seed, 0);
  record.claims[0].checks[0].evidence->largest_log_e = 0;
  record.claims[0].checks[0].evidence->p_value = p_value;
  return record;
}

TEST(Ledger, PValuesAreCalibratedAndMultiplied) {
  Ledger ledger;
  add_verdict(ledger, file_of(nightly_p(1, 1e-8)), "a");
  EXPECT_NEAR(ledger.rows.at(0).log_e(), std::log(5e3), 1e-9);
  add_verdict(ledger, file_of(nightly_p(2, 1)), "a");
  EXPECT_NEAR(ledger.rows[0].log_e(), std::log(2.5e3), 1e-9);
  // With an e-value of another night they make one product.
  add_verdict(ledger, file_of(nightly(3, 2)), "a");
  EXPECT_NEAR(ledger.rows[0].log_e(), std::log(2.5e3) + 2, 1e-9);
  for (const auto& [seed, p_value] : {std::pair{4u, 1e-9}, {5u, 2e-9}}) {
    EXPECT_FALSE(ledger.refuted());
    add_verdict(ledger, file_of(nightly_p(seed, p_value)), "a");
  }
  EXPECT_NEAR(ledger.rows[0].log_e(), std::log(2.5e3) + 2 - std::log(4 * std::sqrt(2e-18)), 1e-9);
  EXPECT_TRUE(ledger.refuted());
  expect_refused(ledger, file_of(nightly_p(6, NAN)), "e-value that is no number");
  expect_refused(ledger, file_of(nightly_p(6, 1.5)), "p-value of 1.5");
}

// The calibrator's mean over all p is 1 at most: what an e-value is.
TEST(Ledger, ACalibratedPValueIsAnEValue) {
  double sum = 0;
  constexpr int kPoints = 400;
  for (int i = 1; i <= kPoints; ++i) {  // the upper end of each cell: a lower sum, since E falls
    Ledger ledger;
    add_verdict(ledger, file_of(nightly_p(1, i / double{kPoints})), "a");
    sum += std::exp(ledger.rows.at(0).log_e()) / kPoints;
  }
  EXPECT_LE(sum, 1);
  EXPECT_GT(sum, .95);
}

// Improbable is not impossible: a p-value of 0 has underflowed.
TEST(Ledger, APValueOfZeroIsAFiniteEValue) {
  Ledger ledger;
  add_verdict(ledger, file_of(nightly_p(1, 0)), "a");
  EXPECT_TRUE(std::isfinite(ledger.rows.at(0).log_e()));
  EXPECT_GT(ledger.rows[0].log_e(), 370);
}

TEST(Ledger, WhatIsImpossibleIsAnEValueOfInfinity) {
  const auto ended = [](std::uint64_t seed, bool impossible) {
    claim::RunRecord record = nightly(seed, 1);
    claim::CheckResult& check = record.claims[0].checks[0];
    check.verdict = claim::Verdict::refuted;
    check.finding = "Draw 3 of question 0 is class 7; there are classes 0 to 3.";
    check.evidence.reset();
    check.impossible = impossible;
    return file_of(record);
  };
  Ledger ledger;
  add_verdict(ledger, file_of(nightly(1, -HUGE_VAL)), "a");
  EXPECT_EQ(ledger.rows.at(0).log_e(), -HUGE_VAL);
  add_verdict(ledger, ended(2, true), "a");
  EXPECT_EQ(ledger.rows[0].log_e(), HUGE_VAL) << "0 times infinity: the second cannot be";
  EXPECT_TRUE(ledger.refuted());
  add_verdict(ledger, file_of(nightly(3, -5)), "a");
  EXPECT_EQ(ledger.rows[0].largest_log_e(), HUGE_VAL);
  expect_refused(Ledger(), ended(4, false), "no statistical check");
}

TEST(Ledger, ItRefusesWhatWouldVoidTheProduct) {
  Ledger ledger;
  add_verdict(ledger, file_of(nightly(1, 2)), "a");
  expect_refused(ledger, file_of(nightly(1, 2)), "seed 1, which is in the ledger already");

  const auto altered = [](const std::function<void(claim::RunRecord&, claim::Case&)>& change) {
    claim::RunRecord record = nightly(2, 2);
    change(record, record.claims[0].checks[0].tried);
    return file_of(record);
  };
  expect_refused(ledger, altered([](auto& record, auto&) { record.description.name = "another"; }),
                 "is of another 2.5");
  expect_refused(ledger, altered([](auto& record, auto&) { record.description.version = "2.6"; }), "sampler 2.6");
  expect_refused(ledger, altered([](auto& record, auto&) { record.description.device = "cuda"; }),
                 "was run on device \"cuda\", and the ledger's runs on \"cpu\"");
  expect_refused(ledger, altered([](auto& record, auto&) { record.description.name = ""; }), "did not say its name");
  expect_refused(ledger, altered([](auto&, auto& tried) { tried.temperature = 2; }),
                 "temperature 1.0 before and 2.0 now");
  expect_refused(ledger, altered([](auto&, auto& tried) { tried.effect = .02; }), "effect");
  expect_refused(ledger, altered([](auto& record, auto&) { record.claims[0].checks[0].held_to = "less"; }), "held_to");
  expect_refused(ledger, altered([](auto&, auto& tried) { tried.dtype = subject::Dtype::float64; }), "dtype");
  expect_refused(ledger, altered([](auto&, auto& tried) { tried.logits[1] = 1.25; }), "logits");
  expect_refused(ledger, altered([](auto& record, auto&) { record.claims.erase(record.claims.begin()); }),
                 "no statistical check");
  std::string other = file_of(nightly(2, 2));
  other.replace(other.find("gumbelcheck-verdict/1"), 21, "gumbelcheck-verdict/9");
  expect_refused(ledger, other, "schema gumbelcheck-verdict/1");
  for (const char* text : {"", "[]", "{}", "3"}) expect_refused(ledger, text, "verdict.json");
  expect_refused(ledger, R"({"schema": "gumbelcheck-verdict/1"})", "cannot be read as a verdict.json");
  expect_refused(ledger, verdict_json(nightly(2, 2)), "replay token");  // its token is no token
  add_verdict(ledger, file_of(nightly(2, 2)), "a");
}

// The battery's logits follow from the seed: another night asks others, by the same rule.
TEST(Ledger, TheBatterysOwnLogitsMayDiffer) {
  const auto of_the_battery = [](std::uint64_t seed) {
    claim::RunRecord record = nightly(seed, 2);
    const claim::Claim& law = *claim::find("gumbel-max/law");
    record.description.operations[subject::Operation::gumbel_max] = {};
    record.claims[0].checks[0].tried = law.cases(record.description, {.seed = seed}).at(1);
    return record;
  };
  ASSERT_NE(of_the_battery(1).claims[0].checks[0].tried.logits, of_the_battery(2).claims[0].checks[0].tried.logits);
  Ledger ledger;
  add_verdict(ledger, file_of(of_the_battery(1)), "a");
  add_verdict(ledger, file_of(of_the_battery(2)), "a");
  EXPECT_EQ(ledger.rows.at(0).entries.size(), 2u);
  claim::RunRecord given = of_the_battery(3);
  given.claims[0].checks[0].tried.logits[0] += .5;
  expect_refused(ledger, file_of(given), "the logits were the battery's own before, and are given now");
}

TEST(Ledger, TheFileHoldsAllOfIt) {
  Ledger ledger;
  ledger.false_alarm_rate = 1e-7;
  add_verdict(ledger, file_of(nightly(1, 2.5)), "a");
  add_verdict(ledger, file_of(nightly(9, HUGE_VAL)), "a");
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("gumbelcheck_ledger_" + std::to_string(::getpid()));
  write_whole(file, ledger_json(ledger));
  const Ledger again = read_ledger(file);
  EXPECT_EQ(ledger_json(again), ledger_json(ledger));
  EXPECT_EQ(again.rows[0].log_e(), ledger.rows[0].log_e());
  EXPECT_EQ(console_ledger(again), console_ledger(ledger));
  for (const char* text :
       {"", "{}", "[1]", R"({"schema": "gumbelcheck-ledger/2"})", R"({"schema": "gumbelcheck-ledger/1"})"}) {
    write_whole(file, text);
    EXPECT_THROW(read_ledger(file), std::invalid_argument) << text;
  }
  std::filesystem::remove(file);
  EXPECT_THROW(read_ledger(file), std::invalid_argument);
}

}  // namespace
}  // namespace gumbelcheck::report
