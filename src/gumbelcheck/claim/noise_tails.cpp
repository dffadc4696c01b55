#include "gumbelcheck/claim/noise_tails.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numbers>
#include <utility>

#include "gumbelcheck/statistic/exact_tails.hpp"

namespace gumbelcheck::claim {

namespace {

// use(a, b, spacing) for the pieces of [from, 128] on which the spacing is constant, below -6 left out.
template <class Use>
void each_spacing(double from, double unit_roundoff, Use use) {
  for (int binade = -20; binade < 7; ++binade) {  // |g| in [2^binade, 2^(binade + 1))
    const double low = std::ldexp(1.0, binade);
    const double high = 2 * low;
    // Noise near 0 comes through a logarithm of numbers near 1, whose spacing it keeps.
    const double spacing = 2 * unit_roundoff * std::max(low, .5);
    for (const auto& [a, b] : {std::pair(low, high), std::pair(-high, -low)}) {
      if (b > from && b >= -6) use(std::max(a, std::max(from, -6.0)), b, spacing);
    }
  }
}

}  // namespace

double chance_of_repeat(double from, double unit_roundoff) {
  // With w = exp(-g) the antiderivative of f^2 is (w/2 + 1/4) exp(-2 w).
  const auto antiderivative = [](double g) {
    const double w = std::exp(-g);
    return (w / 2 + .25) * std::exp(-2 * w);
  };
  double chance = 0;
  each_spacing(from, unit_roundoff, [&](double a, double b, double spacing) {
    chance += (antiderivative(b) - antiderivative(a)) * spacing;
  });
  return chance;
}

double largest_chance_of_a_value(double from, double unit_roundoff) {
  double largest = 0;
  each_spacing(from, unit_roundoff, [&](double a, double b, double spacing) {
    const double g = std::clamp(0.0, a, b);  // nearest to the mode
    largest = std::max(largest, std::exp(-g - std::exp(-g)) * spacing);
  });
  return largest;
}

namespace {

constexpr std::uint64_t kKept = std::uint64_t{1} << 15;       // of the largest values, about
constexpr std::uint64_t kBodyDraws = std::uint64_t{1} << 16;  // whose repeats are counted

std::uint64_t repeats(std::vector<double> values) {
  std::ranges::sort(values);
  return static_cast<std::uint64_t>(values.end() - std::unique(values.begin(), values.end()));
}

TailTest repeat_test(const std::string& where, const std::vector<double>& values, double all_draws, double from,
                     double unit_roundoff) {
  const std::uint64_t seen = repeats(values);
  const double mean = std::exp2(kLostBits) * all_draws * all_draws / 2 * chance_of_repeat(from, unit_roundoff);
  const double crowding = std::exp2(kLostBits) * all_draws * largest_chance_of_a_value(from, unit_roundoff);
  return {fmt::format("{} exact repeats among {} {}, at most {:.3g} expected", seen, values.size(), where, mean),
          statistic::repeats_upper_bound(seen, mean, crowding)};
}

// How often the extreme value itself was drawn. On the scale on which U, or 1 - U, is exp(-w) the draws are
// exponential, and their ordered values are apart by independent exponentials of rates 1, 2, ...: that j + 1
// of them share a cell of width c at the end has probability at most j! c^j. `slope` is dw/dg there.
TailTest cap_test(const char* end, double value, std::uint64_t count, double slope, double unit_roundoff) {
  const double cell = std::exp2(kLostBits) * 2 * unit_roundoff * std::max(std::abs(value), .5) * slope;
  double p_value = 1;
  for (std::uint64_t i = 1; i < count && p_value > 0; ++i) p_value *= std::min(1.0, static_cast<double>(i) * cell);
  return {fmt::format("the {} value, {:.6g}, was drawn {} times", end, value, count), p_value};
}

// The value beyond which a share of the largest lies.
double upper_quantile(double share) { return -std::log(-std::log1p(-share)); }

}  // namespace

NoiseTails::NoiseTails(std::uint64_t draws, double unit_roundoff)
    : draws_(static_cast<double>(draws)),
      unit_roundoff_(unit_roundoff),
      threshold_(upper_quantile(std::min(.25, static_cast<double>(kKept) / draws_))),
      lower_depth_(kDeepest + 1),
      upper_depth_(kDeepest + 1),
      below_(kDeepest + 1),
      above_(kDeepest + 1) {
  // Where U = exp(-exp(-g)) falls below 2^-k, and where 1 - U does, as values of g: no draw needs a
  // logarithm.
  for (std::size_t k = kShallowest; k <= kDeepest; ++k) {
    lower_depth_[k] = -std::log(static_cast<double>(k) * std::numbers::ln2);
    upper_depth_[k] = upper_quantile(std::exp2(-static_cast<double>(k)));
  }
}

void NoiseTails::add(double g) {
  smallest_.add(-g);
  greatest_.add(g);
  for (std::size_t k = kShallowest; k <= kDeepest && g < lower_depth_[k]; ++k) ++below_[k];
  for (std::size_t k = kShallowest; k <= kDeepest && g > upper_depth_[k]; ++k) ++above_[k];
  if (g > threshold_ && largest_.size() < 8 * kKept) largest_.push_back(g);
  if (first_.size() < kBodyDraws) first_.push_back(g);
}

std::vector<TailTest> NoiseTails::tests() const {
  std::vector<TailTest> made;
  for (std::size_t k = kShallowest; k <= kDeepest; ++k) {
    const double p = std::exp2(-static_cast<double>(k));
    const auto count = [&](const char* end, std::uint64_t seen) {
      made.push_back({fmt::format("{} values beyond the {} 2^-{} quantile, {:.3g} expected", seen, end, k, draws_ * p),
                      statistic::binomial_two_sided(seen, static_cast<std::uint64_t>(draws_), p)});
    };
    count("lower", below_[k]);
    count("upper", above_[k]);
  }
  made.push_back(cap_test("smallest", smallest(), smallest_.count, std::exp(-smallest()), unit_roundoff_));
  made.push_back(cap_test("largest", greatest(), greatest_.count, 1, unit_roundoff_));
  made.push_back(repeat_test("of the largest values", largest_, draws_, threshold_, unit_roundoff_));
  made.push_back(
      repeat_test("of the first values", first_, static_cast<double>(first_.size()), -HUGE_VAL, unit_roundoff_));
  return made;
}

TailTest NoiseTails::on_coarse_grid() const {
  std::vector<double> coarse;
  for (const double g : largest_) coarse.push_back(std::round(std::ldexp(-std::expm1(-std::exp(-g)), 24)));
  return repeat_test("of a coarse grid", coarse, draws_, threshold_, unit_roundoff_);
}

}  // namespace gumbelcheck::claim
