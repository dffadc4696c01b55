#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "gumbelcheck/statistic/component.hpp"

namespace gumbelcheck::statistic {
namespace {

constexpr std::array kPowers = {0.5,  0.8,   0.9,  0.95, 0.98, 0.99, 0.995,
                                1.005, 1.01, 1.02, 1.05, 1.1,  1.25, 2.0};

class Temperature final : public Component {
 public:
  explicit Temperature(std::span<const double> probability) {
    for (const double p : probability) log_probability_.push_back(std::log(p));
    const double largest = *std::max_element(log_probability_.begin(), log_probability_.end());
    for (const double power : kPowers) {
      // Beside the largest, so that no power under- or overflows as a whole.
      double sum = 0;
      for (const double log_p : log_probability_) sum += std::exp(power * (log_p - largest));
      log_total_.push_back(power * largest + std::log(sum));
    }
  }

  BoundedLog log_e(std::span<const std::uint64_t> counts, std::uint64_t total) const override {
    const double draws = static_cast<double>(total);
    double log_likelihood = 0;
    for (std::size_t k = 0; k < counts.size(); ++k) {
      log_likelihood += static_cast<double>(counts[k]) * log_probability_[k];
    }
    std::array<double, kPowers.size()> terms{};
    double largest_size = 0;
    for (std::size_t i = 0; i < kPowers.size(); ++i) {
      const double law = (kPowers[i] - 1) * log_likelihood;
      const double normaliser = draws * log_total_[i];
      terms[i] = law - normaliser;
      largest_size = std::max(largest_size, std::fabs(law) + std::fabs(normaliser));
    }
    const double unit = std::numeric_limits<double>::epsilon();
    const double cells = static_cast<double>(counts.size());
    // The running sums over cells, here and in the normaliser, are off by one unit a cell at most.
    const double error = unit * (8 + cells) * largest_size + draws * (kLawRounding + unit * (8 + cells));
    return log_mean(terms, terms.size(), error);
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
