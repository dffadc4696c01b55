// The pivot of the Concrete distribution, held to samples made without the library: right ones of every temperature stay
// uniform under censoring, and a temperature that is off is seen.

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "gumbelcheck/claim/concrete_pivot.hpp"
#include "gumbelcheck/statistic/sequential.hpp"
#include "gumbelcheck/statistic/uniform_tables.hpp"

namespace {

using namespace gumbelcheck;
using claim::ConcretePivot;

constexpr double kSmallestNormal = 0x1p-126;  // of float32

std::vector<double> weights(std::vector<double> relative) {
  const double sum = std::accumulate(relative.begin(), relative.end(), 0.0);
  for (double& w : relative) w /= sum;
  return relative;
}

// Samples made here from exponentials, without any code of the library: x_k is proportional to
// (alpha_k / E_k)^(1/temperature), and rounded like a float32 softmax.
struct Simulated {
  std::vector<double> alpha;
  double temperature = 1;
  double true_temperature = 1;
  enum class Zeros { gradual, flushed, clamped } zeros = Zeros::gradual;
};

std::vector<double> drawn(const Simulated& simulated, const std::vector<double>& p, random::Stream& noise) {
  std::vector<double> x(p.size());
  float top = -HUGE_VALF;
  std::vector<float> z(p.size());
  for (std::size_t k = 0; k < x.size(); ++k) {
    const double exponential = -std::log(random::uniform_pair(noise()).lower);
    z[k] = static_cast<float>((std::log(p[k]) - std::log(exponential)) / simulated.true_temperature);
    top = std::max(top, z[k]);
  }
  float sum = 0;
  for (float& value : z) sum += value = std::exp(value - top);
  for (std::size_t k = 0; k < x.size(); ++k) {
    float value = z[k] / sum;
    if (simulated.zeros == Simulated::Zeros::flushed && value < kSmallestNormal) value = 0;
    if (simulated.zeros == Simulated::Zeros::clamped) value = std::max(value, static_cast<float>(kSmallestNormal));
    x[k] = value;
  }
  return x;
}

struct Judged {
  statistic::Decision decision = statistic::Decision::go_on;
  double censored_share = 0;  // of coordinates
  statistic::Evidence evidence;
};

Judged judged(const Simulated& simulated, std::uint64_t draws, double ratio_limit_in_normals = -1) {
  const std::vector<double> p = weights(simulated.alpha);
  const double normals = ratio_limit_in_normals < 0 ? static_cast<double>(p.size()) : ratio_limit_in_normals;
  ConcretePivot pivot({.probabilities = p,
                       .temperature = simulated.temperature,
                       .ratio_limit = normals * kSmallestNormal,
                       .others = {.temperatures = {.99 * simulated.temperature, 1.01 * simulated.temperature}}});
  const statistic::UniformTables tables(
      {.coordinates = p.size() - 1, .tail_bits_at_one = claim::tail_bits_at_one(simulated.temperature, 0x1p-24)});
  statistic::SequentialTest test(statistic::Engine(tables.laws(), {{"temperature", {"x .99", "x 1.01"}}}),
                                 {.budget = {.miss_rate = 1e-3},
                                  .effect = .02,
                                  .draws = draws,
                                  .control_stream = {.purpose = random::Purpose::control}});
  statistic::Counts counts = test.engine().empty();
  random::Stream noise({.seed = 11, .purpose = random::Purpose::calibration});
  random::Stream randomisation({.seed = 11, .purpose = random::Purpose::randomisation});
  std::uint64_t censored = 0;
  Judged made;
  for (const std::uint64_t look : test.schedule()) {
    statistic::UniformTables::BlockState state;
    for (; counts.rows < look; ++counts.rows) {
      const auto row = pivot.from_sample(drawn(simulated, p, noise), randomisation);
      EXPECT_TRUE(row.valid);
      censored += row.censored;
      tables.add(row.uniforms, state, counts);
      for (std::size_t t = 0; t < 2; ++t) counts.ratios[0][t] += statistic::ratio_units(row.log_ratios[t]);
    }
    made.decision = test.look(counts);
    if (made.decision != statistic::Decision::go_on) break;
  }
  made.censored_share = static_cast<double>(censored) / static_cast<double>(counts.rows * (p.size() - 1));
  made.evidence = test.evidence();
  return made;
}

const std::vector<double> kFour = {5, 1, 2, .5};
constexpr std::uint64_t kDraws = 1u << 18;

TEST(ConcretePivotStatistical, StaysUniformUnderCensoring) {
  for (const auto zeros : {Simulated::Zeros::gradual, Simulated::Zeros::flushed}) {
    for (const double temperature : {.001, .01, .1, 1.0, 10.0, 100.0}) {
      const Judged found = judged({kFour, temperature, temperature, zeros}, kDraws);
      EXPECT_EQ(found.decision, statistic::Decision::upheld)
          << "temperature " << temperature << ": " << found.evidence.leading;
      EXPECT_TRUE(temperature > .001 || found.censored_share > .9) << found.censored_share;
    }
  }
  // Ten even classes at .01: nearly every row has an entry that float32 cannot hold.
  const Judged ten = judged({std::vector<double>(10, 1.0), .01, .01}, kDraws);
  EXPECT_EQ(ten.decision, statistic::Decision::upheld) << ten.evidence.leading;
  EXPECT_GT(ten.censored_share, .8);
}

TEST(ConcretePivotStatistical, LikelihoodRatiosHaveMeanOne) {
  constexpr std::uint64_t rows = 1u << 17;
  for (const double temperature : {.01, .1, 1.0}) {
    const std::vector<double> p = weights(kFour);
    claim::ConcreteAlternatives others{.temperatures = {.9, .97, .99, 1.01, 1.03, 1.1},
                                       .logit_factors = {.9, .99, 1.1},
                                       .classes = {0, 3},
                                       .logit_shifts = {-.05, .01, .05}};
    for (double& other : others.temperatures) other *= temperature;
    ConcretePivot pivot(
        {.probabilities = p, .temperature = temperature, .ratio_limit = 4 * kSmallestNormal, .others = others});
    random::Stream noise({.seed = 12, .purpose = random::Purpose::calibration});
    random::Stream randomisation({.seed = 12, .purpose = random::Purpose::randomisation});
    std::vector<double> sum(others.size()), squares(others.size());
    for (std::uint64_t i = 0; i < rows; ++i) {
      const auto row = pivot.from_sample(drawn({kFour, temperature, temperature}, p, noise), randomisation);
      for (std::size_t t = 0; t < others.size(); ++t) {
        const double excess = std::expm1(row.log_ratios[t]);
        sum[t] += excess;
        squares[t] += excess * excess;
      }
    }
    for (std::size_t t = 0; t < others.size(); ++t) {
      const double n = static_cast<double>(rows);
      EXPECT_LT(std::abs(sum[t] / n), 6 * std::sqrt(squares[t]) / n) << "temperature " << temperature << ", " << t;
      EXPECT_GT(squares[t], 0) << t;
      EXPECT_LT(std::abs(sum[t] / n), .005);
    }
  }
}

TEST(ConcretePivotStatistical, CensoringIsNotAboveItsBound) {
  const std::vector<double> p = weights(kFour);
  for (const double temperature : {.01, .03, .1}) {
    ConcretePivot pivot({.probabilities = p, .temperature = temperature, .ratio_limit = 4 * kSmallestNormal});
    random::Stream noise({.seed = 13, .purpose = random::Purpose::calibration});
    random::Stream randomisation({.seed = 13, .purpose = random::Purpose::randomisation});
    constexpr std::uint64_t rows = 1u << 14;
    std::uint64_t censored = 0;
    for (std::uint64_t i = 0; i < rows; ++i) {
      const auto row = pivot.from_sample(drawn({kFour, temperature, temperature}, p, noise), randomisation);
      censored += row.censored > 0 ? 1 : 0;
    }
    const double share = static_cast<double>(censored) / rows;
    EXPECT_LE(share, pivot.censoring() + 5 * std::sqrt(.25 / rows)) << temperature;
    EXPECT_GE(4 * share + 5 * std::sqrt(.25 / rows), std::min(1.0, pivot.censoring())) << temperature;
  }
  // At 1 in float32 it is out of the question.
  EXPECT_LT(ConcretePivot({.probabilities = p, .temperature = 1, .ratio_limit = 4 * kSmallestNormal}).censoring(),
            1e-30);
}

TEST(ConcretePivotFault, ATemperatureThatIsOffIsSeen) {
  // At .01 four fifths of the entries are censored and say little: it takes more draws.
  for (const auto& [temperature, draws] : {std::pair(.01, 4 * kDraws), {1.0, kDraws}, {10.0, kDraws}}) {
    EXPECT_EQ(judged({kFour, temperature, 1.02 * temperature}, draws).decision, statistic::Decision::refuted)
        << "temperature " << temperature;
  }
  EXPECT_EQ(judged({kFour, 1, 1.01}, kDraws).decision, statistic::Decision::refuted);
}

TEST(ConcretePivotFault, ClampingWhatTheDtypeCannotHoldIsSeen) {
  // What a check without censoring would have to do at low temperature: it would refute a right subject.
  EXPECT_EQ(judged({kFour, .01, .01, Simulated::Zeros::clamped}, kDraws, 1e-30).decision, statistic::Decision::refuted);
}

}  // namespace
