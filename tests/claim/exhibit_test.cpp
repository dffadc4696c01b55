// What a check leaves to look at.

#include "gumbelcheck/claim/exhibit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "claim/altered_subject.hpp"
#include "gumbelcheck/claim/correlation.hpp"
#include "gumbelcheck/claim/inquiry.hpp"

namespace {

using namespace gumbelcheck;

TEST(Exhibits, AreTheFirstTableOfEachKindAllTailsAndTheOneWithTheLargestEffect) {
  const auto law = [](std::string name, std::size_t cells, statistic::Cells kind) {
    return statistic::CellLaw{.name = std::move(name),
                              .probability = std::vector<double>(cells, 1. / static_cast<double>(cells)),
                              .cells = kind};
  };
  using statistic::Cells;
  const statistic::Engine engine({law("huge", 65, Cells::unordered), law("classes", 64, Cells::unordered),
                                  law("more classes", 2, Cells::unordered), law("worst", 2, Cells::unordered),
                                  law("U1", 4, Cells::bins_of_a_uniform), law("U2", 4, Cells::bins_of_a_uniform),
                                  law("near 0", 2, Cells::dyadic_tail), law("near 1", 2, Cells::dyadic_tail),
                                  law("empty", 4, Cells::squares_of_two_uniforms)});
  statistic::Counts counts = engine.empty();
  for (std::vector<std::uint64_t>& cells : counts.tables) cells.front() = 3;
  counts.tables.back().front() = 0;
  std::vector<std::string> titles;
  for (const claim::Exhibit& exhibit : claim::exhibits_of(engine, counts, "worst")) titles.push_back(exhibit.title);
  EXPECT_EQ(titles, (std::vector<std::string>{"classes", "worst", "U1", "near 0", "near 1"}));
  const claim::Exhibit classes = claim::exhibits_of(engine, counts, "").front();
  EXPECT_EQ(classes.kind, "cells");
  EXPECT_EQ(classes.columns.at(0).name, "expected");
  EXPECT_EQ(classes.columns.at(0).values.at(5), 1. / 64);
  EXPECT_EQ(classes.columns.at(1).name, "counted");
  EXPECT_EQ(classes.columns.at(1).values.front(), 3);
}

TEST(ExhibitsStatistical, OfACheckEndWhereItsEvidenceEnds) {
  for (const claim::CheckResult& result : claim_test::tried("gumbel-max/law", {})) {
    ASSERT_TRUE(result.evidence);
    const auto looks = std::ranges::find(result.exhibits, "looks", &claim::Exhibit::kind);
    ASSERT_NE(looks, result.exhibits.end()) << result.tried.label;
    EXPECT_EQ(looks->columns.at(0).values.size(), result.evidence->looks);
    EXPECT_EQ(looks->columns.at(0).values.back(), static_cast<double>(result.evidence->draws));
    EXPECT_EQ(looks->columns.at(1).values.back(), result.evidence->log_e);
    EXPECT_EQ(looks->columns.at(3).values.back(), result.evidence->effect_high);
    double counted = 0;
    for (const double cell : result.exhibits.front().columns.at(1).values) counted += cell;
    EXPECT_EQ(counted, static_cast<double>(result.evidence->draws)) << result.tried.label;
  }
}

const claim::Exhibit* exhibit_of(const claim::CheckResult& result, std::string_view kind) {
  const auto found = std::ranges::find(result.exhibits, kind, &claim::Exhibit::kind);
  return found == result.exhibits.end() ? nullptr : &*found;
}

const char* const kOfDifferences[] = {"softmax/gradient", "straight-through/difference",
                                      "straight-through/temperature"};

TEST(ExhibitsSubject, OfDifferencesShowARightGradientWithinItsBoundAtEveryStep) {
  for (const char* id : kOfDifferences) {
    std::size_t pictured = 0;
    for (const claim::CheckResult& result : claim_test::tried(id, {}, {.label = "temperature 1"})) {
      const claim::Exhibit* const steps = exhibit_of(result, "steps");
      EXPECT_EQ(steps != nullptr,
                std::string_view(id) == "straight-through/difference" || result.tried.variant == "finite differences")
          << claim_test::said(result);
      if (steps == nullptr) continue;
      ++pictured;
      const auto& [step, error, bound, used] = std::tie(steps->columns.at(0).values, steps->columns.at(1).values,
                                                        steps->columns.at(2).values, steps->columns.at(3).values);
      ASSERT_GE(step.size(), 7U);
      ASSERT_EQ(std::ranges::count(used, 1.), 1);
      const auto chosen = static_cast<std::size_t>(std::ranges::find(used, 1.) - used.begin());
      for (std::size_t n = 0; n < step.size(); ++n) {
        EXPECT_LE(error[n], bound[n]) << result.tried.label << ", step " << step[n];
        // The step was chosen before anything was drawn, so that a neighbour may be a little better.
        EXPECT_GT(3 * bound[n], bound[chosen]) << result.tried.label << ", step " << step[n];
        EXPECT_EQ(step[n], std::ldexp(step[0], 3 * static_cast<int>(n)));
      }
    }
    EXPECT_GT(pictured, 0U) << id;
  }
}

TEST(ExhibitsFault, OfDifferencesShowAWrongGradientBeyondItsBoundWhereTheCheckTookItsStep) {
  claim_test::Altered wrong;
  wrong.answer = [](const subject::Question&, subject::Answer& answer) {
    for (const char* name : {"gradient", "temperature_gradient"}) {
      claim_test::change_each(answer, name, [](std::size_t, double value) { return 1.01 * value; });
    }
  };
  for (const char* id : kOfDifferences) {
    std::size_t pictured = 0;
    for (const claim::CheckResult& result : claim_test::tried(id, wrong, {.label = "temperature 1"})) {
      const claim::Exhibit* const steps = exhibit_of(result, "steps");
      if (steps == nullptr) continue;
      ++pictured;
      EXPECT_EQ(result.verdict, claim::Verdict::refuted) << claim_test::said(result);
      for (std::size_t n = 0; n < steps->columns.at(3).values.size(); ++n) {
        if (steps->columns.at(3).values[n] != 1) continue;
        EXPECT_GT(steps->columns.at(1).values[n], 1000 * steps->columns.at(2).values[n]) << result.tried.label;
      }
    }
    EXPECT_GT(pictured, 0U) << id;
  }
}

// The built-in implementation, which at one question does something else.
struct Late {
  std::shared_ptr<std::uint64_t> asked = std::make_shared<std::uint64_t>(0);
  std::uint64_t last = 0;  // 0: never
  std::function<subject::Reply()> instead = {};

  subject::Description describe() const { return subject::Reference().describe(); }
  subject::Reply ask(const subject::Question& question) const {
    return ++*asked == last ? instead() : subject::Reference().ask(question);
  }
};

TEST(ExhibitsSubject, OfDifferencesDecideNothingButABreakdownIsOne) {
  for (const char* id : kOfDifferences) {
    const claim_test::Trial trial{.label = "temperature 1"};
    const std::vector<claim::Case> cases = claim_test::cases(id, {}, trial);
    const auto chosen = std::ranges::find_if(cases, [&](const claim::Case& tried) {
      return std::string_view(id) == "straight-through/difference" || tried.variant == "finite differences";
    });
    ASSERT_NE(chosen, cases.end());
    const auto checked = [&](const Late& late) {
      subject::Subject subject(late);
      return claim::find(id)->check(*chosen, subject, {});
    };
    const Late counting;
    EXPECT_NE(exhibit_of(checked(counting), "steps"), nullptr);
    const claim::CheckResult broken =
        checked({.last = *counting.asked, .instead = [] { return subject::Breakdown{"It fell over."}; }});
    EXPECT_EQ(broken.verdict, claim::Verdict::broken) << claim_test::said(broken);
    const claim::CheckResult late = checked({.last = *counting.asked, .instead = []() -> subject::Reply {
                                               throw claim::Ended{claim::Verdict::inconclusive, "The time is over."};
                                             }});
    EXPECT_EQ(late.verdict, claim::Verdict::upheld) << claim_test::said(late);
    EXPECT_EQ(exhibit_of(late, "steps"), nullptr);
  }
}

// One uniform a row.
claim::UniformRows::Block block_of(const std::vector<double>& uniforms) {
  claim::UniformRows::Block block;
  for (const double u : uniforms) {
    block.uniforms.push_back({u, 1 - u});
    block.raw.push_back(u);
  }
  return block;
}

TEST(Correlations, OfRowsAreThoseOfTheUniformsSoManyRowsLater) {
  claim::RowCorrelations correlations(2);
  // Row 1 of each draw is 1 less row 0, and draws alternate.
  correlations.add(block_of({.25, .75, .75, .25, .25, .75, .75, .25}));
  correlations.add(block_of({.25, .75}));
  const claim::Exhibit rows = correlations.exhibit();
  const auto at = [&](double row, double later) {
    for (std::size_t n = 0; n < rows.columns.at(0).values.size(); ++n) {
      if (rows.columns[0].values[n] == row && rows.columns[1].values[n] == later) {
        return std::pair(rows.columns.at(2).values[n], rows.columns.at(3).values[n]);
      }
    }
    return std::pair(0., 0.);
  };
  // 12 (1/4)^2 = 3/4, the largest that these two values can give.
  EXPECT_EQ(at(0, 1), std::pair(-.75, 5.)) << "within a draw; pairs never cross answers";
  EXPECT_EQ(at(1, 1), std::pair(.75, 3.)) << "row 1, and row 0 of the next draw";
  EXPECT_EQ(at(0, 2), std::pair(-.75, 3.));
  EXPECT_EQ(at(0, 4), std::pair(.75, 2.));
  EXPECT_EQ(at(1, 7).second, 0) << "no row is so far behind row 1";
}

TEST(Correlations, OfSeedsAreThoseOfSeedsThatDifferInABit) {
  claim::SeedCorrelations correlations(64, 20);
  EXPECT_FALSE(correlations.exhibit());
  correlations.add(64, block_of({.25, .75}));
  EXPECT_FALSE(correlations.exhibit()) << "one is no pair";
  correlations.add(65, block_of({.75, .25}));             // bit 0
  correlations.add(64 + (1 << 8), block_of({.25, .75}));  // bit 8
  correlations.add(64 + 3, block_of({.25, .75}));         // two bits
  correlations.add(64 + (1 << 7), block_of({.25, .75}));  // not shown
  const std::optional<claim::Exhibit> seeds = correlations.exhibit();
  ASSERT_TRUE(seeds);
  EXPECT_EQ(seeds->columns.at(0).values, (std::vector<double>{0, 0, 1}));
  EXPECT_EQ(seeds->columns.at(1).values, (std::vector<double>{1, 9, 9}));
  EXPECT_EQ(seeds->columns.at(2).values, (std::vector<double>{-.75, .75, -.75}));
  EXPECT_EQ(seeds->columns.at(3).values, (std::vector<double>{2, 2, 2}));
}

double strongest(const claim::CheckResult& result, std::string_view kind) {
  const claim::Exhibit* const exhibit = exhibit_of(result, kind);
  double most = 0;
  for (std::size_t n = 0; exhibit != nullptr && n < exhibit->columns.at(2).values.size(); ++n) {
    most = std::max(most, std::fabs(exhibit->columns[2].values[n]) * std::sqrt(exhibit->columns.at(3).values[n]));
  }
  return most;
}

TEST(CorrelationsStatistical, OfARightSubjectAreThoseOfChance) {
  for (const auto& [id, kind, most] :
       {std::tuple("stream/rows", "rows", 8 * 2), std::tuple("stream/distinct", "seeds", 55)}) {
    std::size_t seen = 0;
    for (const claim::CheckResult& result : claim_test::tried(id, {})) {
      const double score = strongest(result, kind);
      if (score == 0) continue;
      ++seen;
      // Hoeffding: terms of at most 3 in size. Of all the cells of a picture at once, 1e-9.
      EXPECT_LT(score, 3 * std::sqrt(2 * std::log(2 * most / 1e-9))) << claim_test::said(result);
    }
    EXPECT_EQ(seen, 4U) << "a picture for each path";
  }
}

TEST(CorrelationsFault, OfRowsThatShareTheirNoiseAndOfSeedsThatLoseABitStandOut) {
  claim_test::Altered shared;
  shared.answer = [](const subject::Question&, subject::Answer& answer) {
    double before = 0;
    claim_test::change_each(answer, "noise",
                            [&](std::size_t i, double value) { return i % 2 == 0 ? before = value : before; });
  };
  const claim::CheckResult rows = claim_test::first_of("stream/rows", shared);
  EXPECT_EQ(rows.verdict, claim::Verdict::refuted) << claim_test::said(rows);
  ASSERT_NE(exhibit_of(rows, "rows"), nullptr);
  EXPECT_NEAR(exhibit_of(rows, "rows")->columns.at(2).values.front(), .5, .1) << "half of the pairs are one number";

  claim_test::Altered halved;
  halved.question = [](subject::Question& question) {
    if (question.seed) *question.seed &= ~std::uint64_t{1};
  };
  const claim::CheckResult seeds = claim_test::first_of("stream/distinct", halved);
  EXPECT_EQ(seeds.verdict, claim::Verdict::refuted) << claim_test::said(seeds);
  ASSERT_NE(exhibit_of(seeds, "seeds"), nullptr);
  EXPECT_NEAR(exhibit_of(seeds, "seeds")->columns.at(2).values.front(), 1, .5);
}

}  // namespace
