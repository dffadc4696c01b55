#include <algorithm>
#include <cmath>
#include <limits>

#include "gumbelcheck/statistic/component.hpp"
#include "gumbelcheck/statistic/probability_steps.hpp"

namespace gumbelcheck::statistic {
namespace {

constexpr int kStepsAnOctave = 16;
constexpr double kNegligible = 45;  // nats below the largest: as in log_mean

// One rate r. With p the lightest cell of a step and miss = (1 - r p)/(1 - p), a cell k of the step is bet on with
// r_k = r + (1 - r) t_k, t_k = (p_k - p)/(p_k (1 - p)): then (1 - r_k p_k)/(1 - p_k) = miss.
struct Rate {
  std::vector<double> log_hit;   // ln r_k of each cell; -inf where it is lost
  std::vector<double> log_miss;  // of each step
  std::vector<bool> possible;    // of each step: r p < 1
  std::size_t alternatives = 0;
};

class SteppedSpike final : public Component {
 public:
  explicit SteppedSpike(std::span<const double> probability) : steps_(probability, kStepsAnOctave) {
    for (const double r : kSpikeRates) {
      Rate rate;
      for (std::size_t step = 0; step < steps_.cells.size(); ++step) {
        const double p = steps_.least[step];
        const double left = std::fma(-r, p, 1.0);  // 1 - r p, rounded once: it may be near 0
        const bool possible = left > 0 && p < 1;
        const double change = possible ? (1 - r) * p / (1 - p) : 0;
        // No cancellation where r is near 1 or p is small.
        rate.log_miss.push_back(change > -0.5 ? std::log1p(change) : std::log(left / (1 - p)));
        rate.possible.push_back(possible);
        if (possible) rate.alternatives += steps_.cells[step];
      }
      for (std::size_t k = 0; k < probability.size(); ++k) {
        const double p = steps_.least[steps_.step[k]];
        const double t = p < 1 ? (probability[k] - p) / (probability[k] * (1 - p)) : 0;
        rate.log_hit.push_back(std::log(r + (1 - r) * t));
      }
      alternatives_ += rate.alternatives;
      rates_.push_back(std::move(rate));
    }
  }

  BoundedLog log_e(const Histogram& histogram) const override {
    std::vector<std::size_t> missed = steps_.cells;
    for (const auto& [cell, count] : histogram.hits) --missed[steps_.step[cell]];
    double largest = -std::numeric_limits<double>::infinity();
    double largest_size = 0;
    each_term(histogram, missed, [&](double term, double, double size) {
      largest = std::max(largest, term);
      largest_size = std::max(largest_size, size);
    });
    double sum = 0;
    each_term(histogram, missed, [&](double term, double times, double) {
      if (term > largest - kNegligible) sum += times * std::exp(term - largest);
    });
    const double unit = std::numeric_limits<double>::epsilon();
    const double number = static_cast<double>(alternatives_);
    const double draws = static_cast<double>(histogram.total);
    // As log_mean; rates are off by four units, so the logarithms of a draw as well.
    const double error = unit * (8 * largest_size + 8 * draws + number + 64 + 4 * std::fabs(largest)) +
                         number * std::exp(-kNegligible) + draws * kLawRounding;
    return {largest + std::log(sum) - std::log(number), error};
  }

  std::string name() const override { return "spike"; }
  bool empty() const { return alternatives_ == 0; }

 private:
  // visit(term, how many alternatives have it, the sizes of what it is made of)
  template <class Visit>
  void each_term(const Histogram& histogram, const std::vector<std::size_t>& missed, const Visit& visit) const {
    const double draws = static_cast<double>(histogram.total);
    for (const Rate& rate : rates_) {
      for (std::size_t step = 0; step < missed.size(); ++step) {
        if (missed[step] == 0 || !rate.possible[step]) continue;
        const double term = draws * rate.log_miss[step];
        visit(term, static_cast<double>(missed[step]), std::fabs(term));
      }
      for (const auto& [cell, count] : histogram.hits) {
        const std::size_t step = steps_.step[cell];
        if (!rate.possible[step]) continue;
        const double hit = static_cast<double>(count) * rate.log_hit[cell];
        if (std::isinf(hit)) continue;  // it was hit, so it is not lost
        const double miss = static_cast<double>(histogram.total - count) * rate.log_miss[step];
        visit(hit + miss, 1, std::fabs(hit) + std::fabs(miss));
      }
    }
  }

  ProbabilitySteps steps_;
  std::vector<Rate> rates_;
  std::size_t alternatives_ = 0;
};

}  // namespace

Components stepped_spike(std::span<const double> probability) {
  auto made = std::make_shared<SteppedSpike>(probability);
  if (made->empty()) return {};
  return {std::move(made)};
}

}  // namespace gumbelcheck::statistic
