#include "gumbelcheck/statistic/valiant_valiant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "gumbelcheck/statistic/compensated_sum.hpp"

namespace gumbelcheck::statistic {
namespace {

double weight(double mean) { return std::pow(std::max(mean, 0.01), -2. / 3); }

double log_poisson(double x, double mean) { return x * std::log(mean) - mean - std::lgamma(x + 1); }

// One cell, its counts from `first` to `last`.
struct PoissonCell {
  double mean = 0;
  double weight = 0;
  double first = 0;
  double last = 0;
  double log_first = 0;  // log of the probability of `first`
};

// The derivatives of log E exp(s T) over the counts that are kept.
struct Cumulants {
  double zeroth = 0, first = 0, second = 0, third = 0;
};

class CumulantFunction {
 public:
  explicit CumulantFunction(std::span<const double> means) {
    const double left_out = kLeftOut / (2 * static_cast<double>(means.size()));
    const double reach = std::sqrt(-2 * std::log(left_out));
    limit_ = std::numeric_limits<double>::infinity();
    for (const double mean : means) {
      PoissonCell cell{.mean = mean, .weight = weight(mean)};
      // P(N < mean - d) <= exp(-d^2 / (2 mean)).
      cell.first = std::max(0.0, std::floor(mean - reach * std::sqrt(mean)));
      cell.log_first = log_poisson(cell.first, mean);
      // P(N > x) <= P(N = x + 1) (x + 2)/(x + 2 - mean).
      cell.last = std::ceil(mean);
      double next = std::exp(log_poisson(cell.last + 1, mean));
      while (next * (cell.last + 2) / (cell.last + 2 - mean) > left_out) {
        ++cell.last;
        next *= mean / (cell.last + 1);
      }
      for (const double x : {cell.first, mean, cell.last}) {
        limit_ = std::min(limit_, 300 / (cell.weight * std::fabs((x - mean) * (x - mean) - x) + 1e-300));
      }
      cells_.push_back(cell);
    }
  }

  // s up to here keeps every term within the range of a double.
  double limit() const { return limit_; }

  // From one count to the next the Poisson probability changes by mean/(x + 1) and (x - mean)^2 - x by 2 (x - mean):
  // products alone, after three exponentials a cell.
  Cumulants at(double s) const {
    CompensatedSum zeroth, first, second, third;
    for (const PoissonCell& cell : cells_) {
      const double tilt = s * cell.weight;
      double distance = cell.first - cell.mean;
      double term = std::exp(cell.log_first + tilt * (distance * distance - cell.first));
      double step = std::exp(2 * tilt * distance);
      const double growth = std::exp(2 * tilt);
      double mass = 0, sum = 0, squares = 0, cubes = 0;
      for (double x = cell.first; x <= cell.last; ++x, ++distance) {
        const double value = cell.weight * (distance * distance - x);
        mass += term;
        sum += term * value;
        squares += term * value * value;
        cubes += term * value * value * value;
        term *= step * cell.mean / (x + 1);
        step *= growth;
      }
      const double m1 = sum / mass, m2 = squares / mass, m3 = cubes / mass;
      zeroth.add(std::log(mass));
      first.add(m1);
      second.add(m2 - m1 * m1);
      third.add(m3 - 3 * m1 * m2 + 2 * m1 * m1 * m1);
    }
    return {zeroth.value(), first.value(), second.value(), third.value()};
  }

 private:
  std::vector<PoissonCell> cells_;
  double limit_ = 0;
};

}  // namespace

PoissonTail valiant_valiant_tail(double statistic, std::span<const double> means) {
  if (means.empty()) return {};
  const CumulantFunction function(means);
  // Newton's method for first(s) = statistic, kept between ends that only close in.
  double low = -function.limit();
  double high = function.limit();
  double s = 0;
  Cumulants here = function.at(s);
  const Cumulants at_zero = here;
  for (int step = 0; step < 60; ++step) {
    (here.first < statistic ? low : high) = s;
    const double newton = s + (statistic - here.first) / here.second;
    const double next = newton > low && newton < high ? newton : (low + high) / 2;
    const double moved = std::fabs(next - s);
    s = next;
    here = function.at(s);
    if (moved * std::sqrt(here.second) < 1e-9) break;
  }
  const boost::math::normal normal;
  const double bound = std::min(1.0, (s > 0 ? std::exp(here.zeroth - s * statistic) : 1.0) + kLeftOut);
  if (std::fabs(here.first - statistic) > 1e-3 * std::sqrt(here.second)) {
    // Beyond the largest s: the bound holds at any s, the approximation at the saddlepoint only.
    return statistic > here.first ? PoissonTail{bound, bound} : PoissonTail{1, 1};
  }
  const double spread = s * std::sqrt(here.second);
  double tail = 0;
  if (std::fabs(spread) < 0.02) {
    // The two terms of the formula cancel here; its limit is Edgeworth's first correction.
    const double sigma = std::sqrt(at_zero.second);
    const double z = (statistic - at_zero.first) / sigma;
    tail = cdf(complement(normal, z)) + at_zero.third / (6 * sigma * sigma * sigma) * (z * z - 1) * pdf(normal, z);
  } else {
    const double w = std::copysign(std::sqrt(2 * std::max(0.0, s * statistic - here.zeroth)), s);
    tail = cdf(complement(normal, w)) + pdf(normal, w) * (1 / spread - 1 / w);
  }
  return {std::clamp(tail, 0.0, bound), bound};
}

FixedDrawsTest valiant_valiant_test(std::span<const std::uint64_t> counts, std::span<const double> probability) {
  if (counts.size() != probability.size()) {
    throw std::invalid_argument(fmt::format("valiant_valiant_test: {} counts for {} probabilities; one a cell.",
                                            counts.size(), probability.size()));
  }
  std::uint64_t total = 0;
  for (const std::uint64_t count : counts) total += count;
  if (total == 0) return {.label = "not computed: no draws"};
  std::vector<double> means;
  CompensatedSum statistic;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    const double count = static_cast<double>(counts[k]);
    if (probability[k] == 0) {
      if (counts[k] == 0) continue;
      return {.statistic = std::numeric_limits<double>::infinity(),
              .p_value = 0,
              .label = fmt::format("{} draws in cell {} of probability 0", counts[k], k)};
    }
    const double mean = static_cast<double>(total) * probability[k];
    means.push_back(mean);
    statistic.add(weight(mean) * ((count - mean) * (count - mean) - count));
  }
  const PoissonTail tail = valiant_valiant_tail(statistic.value(), means);
  return {
      .statistic = statistic.value(),
      .p_value = tail.saddlepoint,
      .label = fmt::format("as for a Poisson number of draws: Lugannani and Rice's tail; by Chernoff at most {:.3g}",
                           tail.chernoff)};
}

}  // namespace gumbelcheck::statistic
