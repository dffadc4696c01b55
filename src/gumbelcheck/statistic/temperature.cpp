#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "gumbelcheck/statistic/compensated_sum.hpp"
#include "gumbelcheck/statistic/component.hpp"

namespace gumbelcheck::statistic {
namespace {

constexpr std::array kPowers = {0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1.005, 1.01, 1.02, 1.05, 1.1, 1.25, 2.0};

class Temperature final : public Component {
 public:
  explicit Temperature(std::span<const double> probability) {
    for (const double p : probability) log_probability_.push_back(std::log(p));
    const double largest = *std::max_element(log_probability_.begin(), log_probability_.end());
    for (const double power : kPowers) {
      // Beside the largest, so that no power under- or overflows as a whole.
      CompensatedSum sum;
      for (const double log_p : log_probability_) sum.add(std::exp(power * (log_p - largest)));
      log_total_.push_back(power * largest + std::log(sum.value()));
    }
  }

  BoundedLog log_e(const Histogram& histogram) const override {
    const double draws = static_cast<double>(histogram.total);
    CompensatedSum sum;
    for (const auto& [cell, count] : histogram.hits) sum.add(static_cast<double>(count) * log_probability_[cell]);
    const double log_likelihood = sum.value();
    std::array<double, kPowers.size()> terms{};
    double largest_size = 0;
    for (std::size_t i = 0; i < kPowers.size(); ++i) {
      const double law = (kPowers[i] - 1) * log_likelihood;
      const double normaliser = draws * log_total_[i];
      terms[i] = law - normaliser;
      largest_size = std::max(largest_size, std::fabs(law) + std::fabs(normaliser));
    }
    // In the normaliser, a cell g nats below the largest is off by 2 g units, with a share of at most e^-g of
    // one: with K cells that is 4 + 2 ln K units a draw at most.
    const double unit = std::numeric_limits<double>::epsilon();
    const double a_draw = kLawRounding + unit * (8 + 2 * std::log(static_cast<double>(log_probability_.size())));
    return log_mean(terms, terms.size(), unit * 8 * largest_size + draws * a_draw);
  }

  std::string name() const override { return "temperature"; }

 private:
  std::vector<double> log_probability_;
  std::vector<double> log_total_;
};

}  // namespace

Components temperature(std::span<const double> probability) {
  if (probability.size() < 2) return {};
  return {std::make_shared<Temperature>(probability)};
}

}  // namespace gumbelcheck::statistic
