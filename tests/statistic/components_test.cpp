// Every component against values with 50 digits and more: from a table made elsewhere, and from Boost.Multiprecision
// over counts of every size. `value` plus or minus `error` must hold the exact one.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/math/special_functions/gamma.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>
#include <map>
#include <numeric>

#include "gumbelcheck/statistic/component.hpp"
#include "gumbelcheck/statistic/engine.hpp"
#include "statistic/tables.hpp"

namespace gumbelcheck::statistic {
namespace {

using Exact = boost::multiprecision::cpp_bin_float_100;

std::uint64_t total_of(const std::vector<std::uint64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

// What rounding may cost at most, in nats: nothing that a verdict at 28 nats would notice.
double tolerable(double value, std::uint64_t draws) {
  return 1e-13 * (static_cast<double>(draws) + std::fabs(value)) + 1e-12;
}

void expect_encloses(const BoundedLog& found, double expected, std::uint64_t draws, const std::string& what) {
  const double slack = std::fabs(expected) * 2.3e-16;  // the table's own rounding to double
  EXPECT_LE(found.value - found.error, expected + slack) << what;
  EXPECT_GE(found.value + found.error, expected - slack) << what;
  EXPECT_LE(found.error, tolerable(expected, draws)) << what;
}

void expect_encloses(const nlohmann::json& row) {
  const auto probability = row["probability"].get<std::vector<double>>();
  const auto counts = row["counts"].get<std::vector<std::uint64_t>>();
  const std::uint64_t total = total_of(counts);
  const Components ladder = dirichlet_multinomial(probability);
  ASSERT_EQ(ladder.size(), row["dirichlet_multinomial"].size());
  for (std::size_t i = 0; i < ladder.size(); ++i) {
    expect_encloses(ladder[i]->log_e(Histogram(counts)), row["dirichlet_multinomial"][i].get<double>(), total,
                    ladder[i]->name() + " of " + row["counts"].dump());
  }
  expect_encloses(spike(probability).at(0)->log_e(Histogram(counts)), row["spike"].get<double>(), total,
                  "spike of " + row["counts"].dump());
  expect_encloses(temperature(probability).at(0)->log_e(Histogram(counts)), row["temperature"].get<double>(), total,
                  "temperature of " + row["counts"].dump());
}

TEST(ComponentTables, EncloseIndependentValues) {
  for (const auto& row : tables()["engine"]) expect_encloses(row);
}

TEST(ComponentTables, EncloseIndependentValuesOfExtremeCounts) {
  for (const auto& row : tables()["extremes"]) expect_encloses(row);
}

TEST(EngineTables, LowerAndUpperEncloseTheAverage) {
  for (const auto& row : tables()["engine"]) {
    const auto counts = row["counts"].get<std::vector<std::uint64_t>>();
    const Engine engine(
        {{.name = "classes", .probability = row["probability"].get<std::vector<double>>(), .temperature = true}});
    const LogE found = engine.log_e({.tables = {counts}, .ratios = {}, .rows = total_of(counts)});
    const double expected = row["engine"].get<double>();
    EXPECT_LE(found.lower, expected + std::fabs(expected) * 2.3e-16);
    EXPECT_GE(found.upper, expected - std::fabs(expected) * 2.3e-16);
    EXPECT_LT(found.upper - found.lower, 1e-10);
  }
}

Exact exact_dirichlet_multinomial(const std::vector<double>& p, const std::vector<std::uint64_t>& counts,
                                  int exponent) {
  const Exact c = Exact(p.size() - 1) * boost::multiprecision::ldexp(Exact(1), -2 * exponent);
  const auto rising = [](const Exact& a, std::uint64_t n) -> Exact {
    return boost::math::lgamma(Exact(a + n)) - boost::math::lgamma(a);
  };
  Exact value = -rising(c, total_of(counts));
  for (std::size_t k = 0; k < p.size(); ++k) {
    if (counts[k] > 0) value += rising(c * p[k], counts[k]) - counts[k] * log(Exact(p[k]));
  }
  return value;
}

Exact exact_log_mean(const std::vector<Exact>& terms) {
  const Exact top = *std::max_element(terms.begin(), terms.end());
  Exact sum = 0;
  for (const Exact& term : terms) sum += exp(term - top);
  return top + log(sum) - log(Exact(terms.size()));
}

Exact exact_spike(const std::vector<double>& p, const std::vector<std::uint64_t>& counts) {
  std::vector<Exact> terms;
  const Exact lost = -Exact("1e30");  // exp of it is 0
  for (std::size_t k = 0; k < p.size(); ++k) {
    for (const double rate : {0.0, 0.5, 0.9, 0.97, 1.03, 1.1, 2.0, 4.0}) {
      const Exact left = 1 - Exact(rate) * p[k];
      if (left <= 0 || p[k] >= 1) continue;
      Exact term = (total_of(counts) - counts[k]) * log(left / (1 - Exact(p[k])));
      if (counts[k] > 0) term += rate == 0 ? lost : Exact(counts[k] * log(Exact(rate)));
      terms.push_back(term);
    }
  }
  return exact_log_mean(terms);
}

Exact exact_temperature(const std::vector<double>& p, const std::vector<std::uint64_t>& counts) {
  std::vector<Exact> terms;
  for (const double power : {0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1.005, 1.01, 1.02, 1.05, 1.1, 1.25, 2.0}) {
    Exact mass = 0;
    for (const double cell : p) mass += pow(Exact(cell), power);
    Exact term = 0;
    for (std::size_t k = 0; k < p.size(); ++k) {
      if (counts[k] > 0) term += counts[k] * ((Exact(power) - 1) * log(Exact(p[k])) - log(mass));
    }
    terms.push_back(term);
  }
  return exact_log_mean(terms);
}

// The classification of cells by their probability in double; everything after it exact.
struct ExactSteps {
  ExactSteps(const std::vector<double>& p, int an_octave) {
    std::map<int, std::vector<std::size_t>> members;
    for (std::size_t k = 0; k < p.size(); ++k) {
      members[static_cast<int>(std::floor(an_octave * std::log2(p[k])))].push_back(k);
    }
    mean.resize(p.size());
    least.resize(p.size());
    for (const auto& [level, cells] : members) {
      Exact mass = 0;
      double lightest = 1;
      for (const std::size_t k : cells) mass += p[k], lightest = std::min(lightest, p[k]);
      for (const std::size_t k : cells) mean[k] = mass / cells.size(), least[k] = lightest;
    }
  }
  std::vector<Exact> mean;
  std::vector<double> least;
};

Exact exact_gamma_poisson(const std::vector<double>& p, const std::vector<std::uint64_t>& counts, double variation) {
  const ExactSteps steps(p, 4);
  Exact sum = 0;
  for (const double cell : p) sum += pow(Exact(cell), Exact(2) / 3);
  Exact value = 0;
  for (std::size_t k = 0; k < p.size(); ++k) {
    const Exact deviation = std::min<Exact>(2, 2 * Exact(variation) * pow(steps.mean[k], -Exact(1) / 3) / sum);
    const Exact s = 1 / (deviation * deviation) * p[k] / steps.mean[k];
    const Exact expected = total_of(counts) * Exact(p[k]);
    value += expected - (s + counts[k]) * log(1 + expected / s) - counts[k] * log(s) +
             boost::math::lgamma(Exact(s + counts[k])) - boost::math::lgamma(s);
  }
  return value;
}

Exact exact_stepped_spike(const std::vector<double>& p, const std::vector<std::uint64_t>& counts) {
  const ExactSteps steps(p, 16);
  std::vector<Exact> terms;
  for (std::size_t k = 0; k < p.size(); ++k) {
    for (const double rate : kSpikeRates) {
      const Exact lightest = steps.least[k];
      if (1 - Exact(rate) * lightest <= 0 || steps.least[k] >= 1) continue;
      const Exact miss = (1 - Exact(rate) * lightest) / (1 - lightest);
      // (1 - miss (1 - p_k)) / p_k over one denominator, where nothing is rounded before the division: for the lightest
      // cell at rate 0 the numerator is 0, and 1e-101 in its place would be 230 nats a draw in place of a lost bet.
      const Exact hit = (Exact(p[k]) - lightest + Exact(rate) * lightest * (1 - Exact(p[k]))) / ((1 - lightest) * p[k]);
      Exact term = (total_of(counts) - counts[k]) * log(miss);
      if (counts[k] > 0) term += hit <= 0 ? -Exact("1e30") : Exact(counts[k] * log(hit));
      terms.push_back(term);
    }
  }
  return exact_log_mean(terms);
}

// Laws from even to one class in a trillion, and counts from none to two thousand million, near the law and far
// from it.
std::vector<double> any_law() {
  const std::size_t cells = *rc::gen::inRange<std::size_t>(2, 12);
  std::vector<double> p;
  double sum = 0;
  for (std::size_t k = 0; k < cells; ++k) {
    p.push_back(std::exp2(-*rc::gen::inRange(0, *rc::gen::element(2, 6, 40))) * *rc::gen::inRange(1, 1000));
    sum += p.back();
  }
  for (double& cell : p) cell /= sum;
  return p;
}

std::vector<std::uint64_t> any_counts(const std::vector<double>& p) {
  const double draws = std::exp2(*rc::gen::inRange(0, 31));
  const bool near = *rc::gen::arbitrary<bool>();
  std::vector<std::uint64_t> counts;
  for (const double cell : p) {
    const double expected = draws * cell;
    const double count =
        near ? expected + *rc::gen::inRange(-3, 4) * std::sqrt(expected)
             : expected * *rc::gen::element(0.0, 0.5, 0.9, 1.0, 1.1, 2.0, 5.0) + *rc::gen::inRange(0, 3);
    counts.push_back(static_cast<std::uint64_t>(std::max(0.0, count)));
  }
  return counts;
}

// An enclosure in double of a value with 100 digits: compared there, not after rounding.
void require_encloses(const BoundedLog& found, const Exact& exact, std::uint64_t draws) {
  RC_ASSERT(Exact(found.value) - found.error <= exact);
  RC_ASSERT(Exact(found.value) + found.error >= exact);
  RC_ASSERT(found.error <= tolerable(static_cast<double>(exact), draws));
}

RC_GTEST_PROP(ComponentProperty, DirichletMultinomialEnclosesItsExactValue, ()) {
  const std::vector<double> p = any_law();
  const std::vector<std::uint64_t> counts = any_counts(p);
  const int step = *rc::gen::inRange(0, kLargestEffectExponent - kSmallestEffectExponent + 1);
  const auto component = dirichlet_multinomial(p).at(static_cast<std::size_t>(step));
  require_encloses(component->log_e(Histogram(counts)),
                   exact_dirichlet_multinomial(p, counts, kSmallestEffectExponent + step), total_of(counts));
}

RC_GTEST_PROP(ComponentProperty, SpikeEnclosesItsExactValue, ()) {
  const std::vector<double> p = any_law();
  const std::vector<std::uint64_t> counts = any_counts(p);
  require_encloses(spike(p).at(0)->log_e(Histogram(counts)), exact_spike(p, counts), total_of(counts));
}

RC_GTEST_PROP(ComponentProperty, TemperatureEnclosesItsExactValue, ()) {
  const std::vector<double> p = any_law();
  const std::vector<std::uint64_t> counts = any_counts(p);
  require_encloses(temperature(p).at(0)->log_e(Histogram(counts)), exact_temperature(p, counts), total_of(counts));
}

RC_GTEST_PROP(ComponentProperty, GammaPoissonEnclosesItsExactValue, ()) {
  const std::vector<double> p = any_law();
  const std::vector<std::uint64_t> counts = any_counts(p);
  const double variations[] = {0.005, 0.0113, 0.0257, 0.0583, 0.132, 0.3};
  const auto which = *rc::gen::inRange<std::size_t>(0, 6);
  require_encloses(gamma_poisson(p).at(which)->log_e(Histogram(counts)),
                   exact_gamma_poisson(p, counts, variations[which]), total_of(counts));
}

RC_GTEST_PROP(ComponentProperty, SteppedSpikeEnclosesItsExactValue, ()) {
  std::vector<double> p = any_law();
  p.insert(p.end(), p.begin(), p.end());  // so that steps have several cells, some a little heavier
  double sum = 0;
  for (std::size_t k = 0; k < p.size(); ++k) sum += p[k] *= k < p.size() / 2 ? 1 : 1 + .001 * static_cast<double>(k);
  for (double& cell : p) cell /= sum;
  const std::vector<std::uint64_t> counts = any_counts(p);
  require_encloses(stepped_spike(p).at(0)->log_e(Histogram(counts)), exact_stepped_spike(p, counts), total_of(counts));
}

TEST(Components, AStepsLightestCellIsLostWhereItWasHit) {
  // One hit where 10^9 were expected: at rate 0 the bet would win 10^9 nats, were it not lost.
  const std::vector<double> p = {119 / 1024., 120 / 1024., 300 / 1024., 485 / 1024.};
  const std::vector<std::uint64_t> counts = {1, 1900000000, 3000000000, 4600000000};
  require_encloses(stepped_spike(p).at(0)->log_e(Histogram(counts)), exact_stepped_spike(p, counts), total_of(counts));
}

TEST(Components, ASpikeNearCertaintyKeepsItsDigits) {
  // r p is 1 - 2^-38 for r = 4: to miss such a cell has probability 2^-38, and a difference from 1 that was rounded
  // before would be off by 1e-5 of itself, a miss.
  const std::vector<double> p = {0.25 - 0x1p-40, 0.75 + 0x1p-40};
  const std::vector<std::uint64_t> counts = {std::uint64_t{1} << 31, 1000000};
  const BoundedLog found = spike(p).at(0)->log_e(Histogram(counts));
  const Exact exact = exact_spike(p, counts);
  EXPECT_LE(Exact(found.value) - found.error, exact);
  EXPECT_GE(Exact(found.value) + found.error, exact);
}

TEST(Components, NeedTwoCells) {
  EXPECT_TRUE(dirichlet_multinomial(std::vector<double>{1.0}).empty());
  EXPECT_TRUE(spike(std::vector<double>{1.0}).empty());
  EXPECT_TRUE(stepped_spike(std::vector<double>{1.0}).empty());
  EXPECT_TRUE(gamma_poisson(std::vector<double>{1.0}).empty());
  EXPECT_TRUE(temperature(std::vector<double>{1.0}).empty());
}

TEST(LogMean, LeavesOutOnlyWhatItsErrorHolds) {
  const std::vector<double> terms = {0, -46, -46};
  const BoundedLog found = log_mean(terms, terms.size(), 0);
  const double exact = std::log1p(2 * std::exp(-46.0)) - std::log(3.0);
  EXPECT_LE(found.value, exact);
  EXPECT_GE(found.value + found.error, exact);
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(log_mean(std::vector<double>{-infinity, -infinity}, 2, 0).value, -infinity);
}

}  // namespace
}  // namespace gumbelcheck::statistic
