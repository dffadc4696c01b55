// The claims on the whole of the Concrete law: its limits in the temperature, the integral of its density, convexity,
// and that a row keeps its law whatever its batch holds.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "claim/altered_subject.hpp"
#include "gumbelcheck/claim/density_points.hpp"
#include "gumbelcheck/claim/entry_gaps.hpp"
#include "gumbelcheck/claim/simplex_quadrature.hpp"
#include "gumbelcheck/law/concrete.hpp"
#include "gumbelcheck/law/softmax.hpp"

namespace {

using namespace gumbelcheck;
using claim::CheckResult;
using claim::GapCells;
using claim::SimplexNodes;
using claim::Verdict;
using claim_test::Altered;
using claim_test::first_of;
using claim_test::said;
using subject::Operation;
using subject::Question;

Altered with_each(const char* array, std::function<double(std::size_t, double)> change) {
  return {.answer = [=](const Question&, subject::Answer& answer) { claim_test::change_each(answer, array, change); }};
}

void expect(Verdict verdict, std::string_view id, const Altered& altered, const claim_test::Trial& trial) {
  const CheckResult result = first_of(id, altered, trial);
  EXPECT_EQ(result.verdict, verdict) << said(result);
  EXPECT_EQ(result.finding.empty(), verdict == Verdict::upheld) << result.finding;
}

// ---- cells of gaps

// The chance that the nearest entry is farther than an edge is that of all others being below its ratio.
TEST(GapCells, HaveTheLawOfTheNearestEntry) {
  const law::Concrete concrete{.logits = {1, law::Real(-.5), 0, 2}, .temperature = law::Real(.1)};
  const std::vector<law::Real> pi = law::softmax(concrete.logits, 1);
  for (std::size_t m = 0; m < 4; ++m) {
    const GapCells cells(1 - law::nearest_double(pi[m]), .1, HUGE_VAL);
    double beyond = 1;
    ASSERT_EQ(cells.edges.size() + 1, cells.probability.size());
    for (std::size_t c = 0; c < cells.edges.size(); ++c) {
      beyond -= cells.probability[c];
      const law::Real ratio = exp(-law::Real(cells.edges[c]));
      EXPECT_NEAR(beyond, law::nearest_double(law::mass_below_ratio(concrete, m, ratio)), 1e-13) << m << ", cell " << c;
    }
  }
}

TEST(GapCells, PutAllBeyondTheLimitInTheLast) {
  const GapCells cells(.25, .01, 85);
  EXPECT_NEAR(std::accumulate(cells.probability.begin(), cells.probability.end(), 0.0), 1, 1e-15);
  EXPECT_NEAR(cells.probability.back(), 1 / (1 + .25 * std::expm1(.85)), 1e-15);
  std::size_t empty = 0;
  for (std::size_t c = 0; c < GapCells::kCells; ++c) empty += cells.probability[c] == 0;
  EXPECT_GT(empty, 5u) << "the limit lies within the law";
  EXPECT_EQ(cells.cell_of(HUGE_VAL), GapCells::kCells - 1);
  EXPECT_EQ(cells.cell_of(0), 0u);
  // What is held exactly, however close to the limit, is in a cell that is not empty.
  EXPECT_GT(cells.probability[cells.cell_of(85)], 0);
  EXPECT_GT(cells.probability[cells.cell_of(std::nextafter(85, 0))], 0);
}

TEST(EntryGaps, CensorWhatTheDtypeMayFlush) {
  claim::Case tried;
  tried.shape = {3};
  tried.logits = {0, 1, -1};
  tried.dtype = subject::Dtype::float32;
  claim::EntryGaps gaps(tried, false);
  gaps.look({.25, .75, 0x1p-126});
  EXPECT_EQ(gaps.largest(), 1u);
  EXPECT_DOUBLE_EQ(gaps.gap(0), std::log(3.0));
  EXPECT_EQ(gaps.gap(2), HUGE_VAL);
  EXPECT_THROW(gaps.look({.5, .5, -.1}), claim::Ended);
  EXPECT_THROW(gaps.look({std::nan(""), .5, .5}), claim::Ended);
  EXPECT_THROW(gaps.look({0, 0, 0}), claim::Ended);
  claim::EntryGaps logs(tried, true);
  logs.look({-2, -1e-9, -1e5});
  EXPECT_DOUBLE_EQ(logs.gap(2), 1e5 - 1e-9);
  tried.logits = {0, 1, -HUGE_VAL};
  claim::EntryGaps two(tried, false);
  two.look({.5, .5, 0});
  EXPECT_THROW(two.look({.5, .4, .1}), claim::Ended);
  // Too unlikely for a double, and yet possible: its entry is what it is.
  tried.logits = {0, 1, -800};
  tried.dtype = subject::Dtype::float64;
  claim::EntryGaps unlikely(tried, false);
  unlikely.look({.5, .5, 1e-88});
  EXPECT_EQ(unlikely.kept().size(), 2u);
  tried.logits = {0, -HUGE_VAL, -HUGE_VAL};
  EXPECT_THROW(claim::EntryGaps(tried, false), claim::Ended);
}

// ---- points and weights

double integral(const SimplexNodes& nodes, const std::vector<double>& logits, double temperature) {
  std::vector<double> density;
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    density.push_back(law::concrete_log_density_double(
        logits, temperature, std::span<const double>(nodes.points).subspan(n * nodes.classes, nodes.classes)));
  }
  const claim::Integral found = claim::integrate(nodes, density);
  EXPECT_NEAR(found.coarse, found.value, 1e-3 * found.value);
  return found.value;
}

double mass(const std::vector<double>& logits, double temperature, double gap) {
  const law::Concrete concrete{.logits = law::reals(logits), .temperature = temperature};
  return law::nearest_double(law::mass_within_ratio(concrete, exp(-law::Real(gap))));
}

// The integral of 1 is a length, an area.
TEST(SimplexQuadrature, MeasuresTheSimplex) {
  const SimplexNodes length = claim::gap_nodes({0, 0}, 1, 1.5);
  EXPECT_NEAR(claim::integrate(length, std::vector<double>(length.size())).value, std::tanh(.75), 1e-12);
  const SimplexNodes area = claim::gap_nodes({0, 1, -1}, 1, 40);
  EXPECT_NEAR(claim::integrate(area, std::vector<double>(area.size())).value, .5, 1e-12);
}

TEST(SimplexQuadrature, FindsTheMassOfADensity) {
  const std::vector<double> two = {1.5, 0}, three = {.5, -1, 0}, four = {.5, -1, 0, .25};
  EXPECT_NEAR(integral(claim::gap_nodes(two, .1, 85), two, .1), mass(two, .1, 85), 1e-12);
  EXPECT_NEAR(integral(claim::gap_nodes(three, .01, 85), three, .01), mass(three, .01, 85), 1e-12);
  // Nodes made for one law, density of another: they know nothing of what they integrate.
  EXPECT_NEAR(integral(claim::gap_nodes(two, .1, 85), {-1, .5}, .12), mass({-1, .5}, .12, 85), 1e-9);
  const std::vector<double> pi = law::softmax_double(four, 1);
  EXPECT_NEAR(integral(claim::anchored_nodes(pi, .02, 85), {.25, -1, .25, .5}, .03), mass({.25, -1, .25, .5}, .03, 85),
              1e-4);
}

TEST(SimplexQuadrature, GivesEveryPointOfTheLawTheSameTerm) {
  const std::vector<double> logits = {.5, -1, 0, .25, 2, -2, 1};
  random::Stream stream({.seed = 3, .purpose = random::Purpose::calibration});
  const SimplexNodes nodes = claim::law_points(law::softmax_double(logits, 1), .7, 64, stream);
  EXPECT_NEAR(integral(nodes, logits, .7), 1, 1e-12);
}

// ---- the claims on the built-in implementation, and on what is wrong

TEST(ConcreteLimitsStatistical, AreUpheld) {
  expect(Verdict::upheld, "concrete/cold", {}, {.request = {}, .label = "5 classes, float32, temperature 0.01"});
  expect(Verdict::upheld, "concrete/cold", {}, {.request = {}, .label = "2 classes"});
  expect(Verdict::upheld, "concrete/cold", {}, {.request = {}, .label = "log samples"});
  expect(Verdict::upheld, "concrete/hot", {}, {.request = {}, .label = "5 classes, float32, temperature 100"});
  // Other temperatures than their own, an impossible class, more groups than classes have cells.
  const claim_test::Trial given{
      .request = {.logits = {{0, 1, -HUGE_VAL, .5, 2, -1, 0, 0, 1, 1}}, .temperatures = {.02}}, .label = "float32"};
  expect(Verdict::upheld, "concrete/cold", {}, given);
  expect(Verdict::upheld, "concrete/hot", {}, given);
}

TEST(ConcreteLimitsFault, AreRefuted) {
  const Altered wrong{.question = [](Question& question) { *question.temperature *= 1.05; }};
  for (const char* label : {"float32, temperature 0.01", "float64, temperature 0.1", "log samples"}) {
    expect(Verdict::refuted, "concrete/cold", wrong, {.request = {}, .label = label});
  }
  for (const char* label : {"float32, temperature 10", "float64, temperature 100", "2 classes"}) {
    expect(Verdict::refuted, "concrete/hot", wrong, {.request = {}, .label = label});
  }
  for (const char* id : {"concrete/cold", "concrete/hot"}) {
    expect(Verdict::refuted, id, with_each("sample", [](std::size_t i, double x) { return i == 77 ? -x : x; }), {});
  }
}

TEST(ConcreteWhole, IsUpheld) {
  for (const char* id : {"concrete/normalised", "concrete/convexity", "gumbel-softmax/batch"}) {
    const std::vector<CheckResult> results = claim_test::tried(id, {});
    EXPECT_GE(results.size(), 4u);
    for (const CheckResult& result : results) EXPECT_EQ(result.verdict, Verdict::upheld) << said(result);
  }
}

TEST(ConcreteWholeFault, AnIntegralOffByAFactorIsRefuted) {
  const auto plus = [](double amount) { return with_each("log_density", [=](auto, double d) { return d + amount; }); };
  const char* const id = "concrete/normalised";
  expect(Verdict::refuted, id, plus(1e-6), {.request = {}, .label = "2 classes, float64, temperature 0.01"});
  expect(Verdict::refuted, id, plus(-1e-6), {.request = {}, .label = "3 classes, float64, temperature 100"});
  expect(Verdict::refuted, id, plus(1e-3), {.request = {}, .label = "3 classes, float32, temperature 1"});
  expect(Verdict::refuted, id, plus(1e-3), {.request = {}, .label = "4 classes, float64, temperature 0.01"});
  expect(Verdict::refuted, id, plus(-1e-6), {.request = {}, .label = "32 classes, float64"});
  expect(Verdict::refuted, id, plus(HUGE_VAL), {.request = {}, .label = "2 classes"});
  expect(Verdict::refuted, id, with_each("log_density", [](std::size_t i, double d) { return i == 5 ? NAN : d; }),
         {.request = {}, .label = "3 classes"});
  // The density of the log-sample, without the Jacobian.
  const Altered of_logs{.answer = [](const Question& asked, subject::Answer& answer) {
    const subject::Array& value = *asked.find("value");
    const std::size_t classes = value.shape.back();
    claim_test::change_each(answer, "log_density", [&](std::size_t i, double d) {
      for (std::size_t k = 0; k < classes; ++k) d += std::log(value.real(i * classes + k));
      return d;
    });
  }};
  expect(Verdict::refuted, id, of_logs, {.request = {}, .label = "2 classes, float64, temperature 1"});
}

// 20% too much between the points of the coarse rule, which shows in the fine one alone: how far the two lie apart on
// the judged density is no room for its error. Without that room, the mass that is too much refutes.
TEST(ConcreteWholeFault, ADensityThatIsOffBetweenThePointsOfTheCoarseRuleIsRefuted) {
  const auto beside_the_coarse_points = [](double factor) {
    return Altered{.answer = [factor](const Question& asked, subject::Answer& answer) {
      const subject::Array& value = *asked.find("value");
      claim_test::change_each(answer, "log_density", [&](std::size_t i, double d) {
        const double place = *asked.temperature * std::abs(std::log(value.real(2 * i) / value.real(2 * i + 1)));
        return place > 1.3 && place < 1.7 ? d + std::log(factor) : d;
      });
    }};
  };
  for (const double factor : {1.2, .8}) {
    for (const CheckResult& result : claim_test::tried("concrete/normalised", beside_the_coarse_points(factor),
                                                       {.request = {}, .label = "2 classes"})) {
      // In float32 at .01 the region ends at .85 already.
      const double end = -result.tried.temperature * std::log(2 * subject::smallest_normal(result.tried.dtype));
      EXPECT_EQ(result.verdict, end > 1.7 ? Verdict::refuted : Verdict::upheld) << said(result);
    }
  }
}

// Too much at the points of the coarse rule, and as much too little at the others: the fine rule finds the right mass,
// and the coarse one shows that it is not to be trusted on this density.
TEST(ConcreteWholeFault, ADensityOnWhichTheRulesDisagreeIsNotUpheld) {
  const Altered balanced{.answer = [](const Question& asked, subject::Answer& answer) {
    const subject::Array& logits = *asked.find("logits");
    const double gap = -std::log(2 * subject::smallest_normal(asked.dtype));
    const SimplexNodes nodes = claim::gap_nodes({logits.real(0), logits.real(1)}, *asked.temperature, gap);
    double coarse = 0, others = 0;
    claim_test::change_each(answer, "log_density", [&](std::size_t i, double d) {
      (nodes.coarse_shares.at(i) > 0 ? coarse : others) += std::exp(d + nodes.log_weights.at(i));
      return d;
    });
    claim_test::change_each(answer, "log_density", [&](std::size_t i, double d) {
      return d + (nodes.coarse_shares[i] > 0 ? std::log1p(.1) : std::log1p(-.1 * coarse / others));
    });
  }};
  const CheckResult result =
      first_of("concrete/normalised", balanced, {.request = {}, .label = "2 classes, float64, temperature 1"});
  EXPECT_EQ(result.verdict, Verdict::inconclusive) << said(result);
  EXPECT_NE(result.finding.find("rules differ"), std::string::npos) << result.finding;
}

// Temperatures and logits at which two rules agree better with each other than with the exact mass, or where the panels
// are wider than the law bends: right subjects are never refuted.
TEST(ConcreteWhole, AnIntegralOfARightDensityIsNeverRefuted) {
  const std::vector<double> temperatures = {.01, .02, .03, .05, .15, .7, 30};
  for (const std::vector<double>& logits :
       {std::vector<double>{0, 1, -1, .5}, {12, 0, 0, 0}, {0, 60, 900}, {-30, 10, 10}, {0, 200}, {0, 1e4}}) {
    std::size_t upheld = 0;
    for (const CheckResult& result :
         claim_test::tried("concrete/normalised", {}, {.request = {.logits = logits, .temperatures = temperatures}})) {
      EXPECT_TRUE(result.verdict == Verdict::upheld || result.verdict == Verdict::unsupported) << said(result);
      upheld += result.verdict == Verdict::upheld;
    }
    const auto [low, high] = std::ranges::minmax(logits);
    EXPECT_TRUE(upheld > 5 || high - low > 50) << upheld;
  }
}

TEST(ConcreteWhole, AnIntegralThatCannotBeToldIsSaid) {
  const auto of = [](std::vector<double> logits, double temperature) {
    return claim_test::Trial{.request = {.logits = logits, .temperatures = {temperature}}, .label = "float32"};
  };
  const char* const id = "concrete/normalised";
  expect(Verdict::unsupported, id, {}, of({0, 1, .5, 2, 0, 1}, .01));
  expect(Verdict::upheld, id, {}, of({0, 1, .5, 2, 0, 1, -HUGE_VAL}, 2));
  expect(Verdict::unsupported, id, {}, of({0, 1, .5}, 1e5));
  // A density so rough that no rule of these points knows its integral.
  const Altered rough = with_each("log_density", [](std::size_t i, double d) { return i % 2 == 0 ? d + 4 : d - 60; });
  EXPECT_NE(first_of(id, rough, of({0, 1}, 1)).verdict, Verdict::upheld);
}

TEST(ConcreteWholeFault, ADensityThatBendsTheOtherWayIsRefuted) {
  const char* const id = "concrete/convexity";
  const Altered reversed = with_each("log_density", [](auto, double d) { return -d; });
  for (const char* label : {"2 classes, float32, temperature 1", "17 classes, float64, temperature 0.01"}) {
    expect(Verdict::refuted, id, reversed, {.request = {}, .label = label});
  }
  expect(Verdict::refuted, id, with_each("log_density", [](std::size_t i, double d) { return i == 7 ? NAN : d; }), {});
  // It does not bend at all: nothing was seen.
  expect(Verdict::inconclusive, id, with_each("log_density", [](auto, double) { return 3; }), {});
  expect(Verdict::unsupported, id, {},
         {.request = {.logits = {{0, 1, 2, 0, 1}}, .temperatures = {1}}, .label = "float32"});
}

// ---- gumbel-softmax/batch

bool holds_extremes(const Question& question) {
  const subject::Array* logits = question.find("logits");
  for (std::size_t i = 0; logits != nullptr && i < logits->size(); ++i) {
    if (logits->real(i) >= 1e4) return true;
  }
  return false;
}

TEST(BatchFault, ARowThatKnowsItsMatesIsRefuted) {
  const Altered warmed{.question = [](Question& q) {
    if (holds_extremes(q)) *q.temperature *= 1 + 1e-3;
  }};
  expect(Verdict::refuted, "gumbel-softmax/batch", warmed, {.request = {}, .label = "axis -1, float64"});
  // Only one place in the batch, and only beside certain rows.
  const Altered once{.answer = [](const Question& asked, subject::Answer& answer) {
    const subject::Array& logits = *asked.find("logits");
    if (asked.call != Operation::gumbel_softmax || !std::isinf(logits.real(logits.size() - 1))) return;
    claim_test::change_each(answer, "sample", [](std::size_t i, double x) { return i == 9 ? x * (1 + 1e-3) : x; });
  }};
  expect(Verdict::refuted, "gumbel-softmax/batch", once, {.request = {}, .label = "axis -1, float64"});
}

TEST(BatchStatistical, WithoutFrozenNoiseTheLawIsJudged) {
  for (const bool soft : {true, false}) {
    Altered fresh{.description = [soft](subject::Description& d) {
      d.operations[Operation::gumbel_softmax].frozen_noise = false;
      d.operations[Operation::gumbel_softmax].soft = soft;
    }};
    const claim_test::Trial trial{.request = {}, .label = soft ? "axis 0, float32" : "axis -1, float64"};
    const CheckResult right = first_of("gumbel-softmax/batch", fresh, trial);
    EXPECT_EQ(right.verdict, Verdict::upheld) << said(right);
    EXPECT_TRUE(right.evidence && right.evidence->control && right.evidence->control->refuted);
    EXPECT_EQ(right.tried.variant.starts_with("hard"), !soft);
    // Beside extreme rows every logit is pulled towards zero.
    fresh.question = [](Question& q) {
      if (!holds_extremes(q)) return;
      for (subject::NamedArray& named : q.arrays) {
        if (named.name != "logits") continue;
        std::vector<double> logits;
        for (std::size_t i = 0; i < named.array.size(); ++i) logits.push_back(.9 * named.array.real(i));
        named.array = subject::real_array(named.array.shape, logits, q.dtype);
      }
    };
    expect(Verdict::refuted, "gumbel-softmax/batch", fresh, trial);
  }
}

// One-hot but for rounding: a row that agrees with itself there says next to nothing, and NaN is wrong even so.
TEST(Batch, SaysHowManyEntriesWouldShowNoiseThatIsOff) {
  const auto at = [](double temperature, const Altered& altered = {}) {
    return first_of("gumbel-softmax/batch", altered,
                    {.request = {.temperatures = {temperature}}, .label = "axis -1, float32"});
  };
  const CheckResult cold = at(.001);
  EXPECT_EQ(cold.verdict, Verdict::inconclusive) << said(cold);
  EXPECT_NE(cold.finding.find("of 11520 entries"), std::string::npos) << cold.finding;
  const CheckResult usual = at(1);
  EXPECT_EQ(usual.verdict, Verdict::upheld) << said(usual);
  EXPECT_NE(usual.exact->bound.find("of 11520 entries 11520 would show"), std::string::npos) << usual.exact->bound;
  EXPECT_EQ(at(.001, with_each("sample", [](std::size_t i, double x) { return i == 9 ? NAN : x; })).verdict,
            Verdict::refuted);
  // So few that a tenth is asked for.
  expect(Verdict::upheld, "gumbel-softmax/batch", {}, {.request = {.draws = 4}, .label = "axis -1, float64"});
}

TEST(Batch, IsNotAskedWhereRoundingHidesTheNoise) {
  for (const double temperature : {1e-6, 1e7}) {
    expect(Verdict::unsupported, "gumbel-softmax/batch", {},
           {.request = {.temperatures = {temperature}}, .label = "float32"});
  }
}

}  // namespace
