#include <cmath>
#include <limits>

#include "gumbelcheck/statistic/component.hpp"

namespace gumbelcheck::statistic {
namespace {

// One alternative: the cell's rate times r, all other cells scaled alike.
struct Alternative {
  std::size_t cell = 0;
  double log_hit = 0;   // log r; -inf when the cell is lost
  double log_miss = 0;  // log((1 - r p)/(1 - p))
};

class Spike final : public Component {
 public:
  explicit Spike(std::span<const double> probability) {
    for (std::size_t cell = 0; cell < probability.size(); ++cell) {
      const double p = probability[cell];
      for (const double rate : kSpikeRates) {
        const double left = std::fma(-rate, p, 1.0);  // 1 - r p, rounded once: it may be near 0
        if (left <= 0 || p >= 1) continue;
        // (1 - r p)/(1 - p) = 1 + (1 - r) p/(1 - p): no cancellation where r is near 1 or p is small.
        const double change = (1 - rate) * p / (1 - p);
        const double log_miss = change > -0.5 ? std::log1p(change) : std::log(left / (1 - p));
        alternatives_.push_back({cell, std::log(rate), log_miss});
      }
    }
  }

  BoundedLog log_e(const Histogram& histogram) const override {
    const std::uint64_t total = histogram.total;
    std::vector<double> terms;
    terms.reserve(alternatives_.size());
    double largest_size = 0;
    for (const Alternative& alternative : alternatives_) {
      const std::uint64_t hits = histogram.counts[alternative.cell];
      const double misses = static_cast<double>(total - hits) * alternative.log_miss;
      double term = misses;
      double size = std::fabs(misses);
      if (hits > 0) {
        const double hit = static_cast<double>(hits) * alternative.log_hit;
        term += hit;
        if (std::isfinite(hit)) size += std::fabs(hit);
      }
      largest_size = std::max(largest_size, size);
      terms.push_back(term);
    }
    const double unit = std::numeric_limits<double>::epsilon();
    return log_mean(terms, terms.size(), 8 * unit * largest_size + static_cast<double>(total) * kLawRounding);
  }

  std::string name() const override { return "spike"; }
  bool empty() const { return alternatives_.empty(); }

 private:
  std::vector<Alternative> alternatives_;
};

}  // namespace

Components spike(std::span<const double> probability) {
  auto made = std::make_shared<Spike>(probability);
  if (made->empty()) return {};
  return {std::move(made)};
}

}  // namespace gumbelcheck::statistic
