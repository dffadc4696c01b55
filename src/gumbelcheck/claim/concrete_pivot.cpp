#include "gumbelcheck/claim/concrete_pivot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace gumbelcheck::claim {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLargestExponent = 1e300;  // beyond it differences of exponents could be NaN

// log(exp(x) - 1), x from 0 on.
double log_expm1(double x) { return x > 1 ? x + std::log1p(-std::exp(-x)) : std::log(std::expm1(x)); }

// log(1 + exp(x))
double softplus(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

// rule   log(1 + x) from above: its series cut off after x^7, where the terms left out are together negative
// domain |x| at most exp(kLargestLogitShift) - 1
// error  below x^8/8: 5e-12 at the ends, a fiftieth of a unit of the ratios
double log1p_from_above(double x) {
  return x * (1 + x * (-1. / 2 + x * (1. / 3 + x * (-1. / 4 + x * (1. / 5 + x * (-1. / 6 + x * (1. / 7)))))));
}

double finite_or_nothing(double log_ratio) { return std::isfinite(log_ratio) ? log_ratio : -kInfinity; }

void require_length(std::size_t found, std::size_t expected) {
  if (found != expected) {
    throw std::invalid_argument(fmt::format(
        "ConcretePivot: the row has {} entries, but there are {} probabilities; one a class.", found, expected));
  }
}

}  // namespace

ConcretePivot::ConcretePivot(Options options) : options_(std::move(options)) {
  possible_ = static_cast<std::size_t>(std::ranges::count_if(options_.probabilities, [](double p) { return p > 0; }));
  if (possible_ < 2) {
    throw std::invalid_argument(fmt::format(
        "ConcretePivot: {} of the probabilities are positive, but at least two classes must be possible.", possible_));
  }
  if (!(options_.temperature > 0 && options_.temperature < kInfinity)) {
    throw std::invalid_argument(
        fmt::format("ConcretePivot: temperature is {}, but it must be positive and finite.", options_.temperature));
  }
  if (!(options_.ratio_limit >= 0 && options_.ratio_limit < 1)) {
    throw std::invalid_argument(
        fmt::format("ConcretePivot: ratio_limit is {}, but it must lie in [0, 1).", options_.ratio_limit));
  }
  if (options_.ratio_limit > 0) limit_gap_ = -std::log(options_.ratio_limit);
  for (const double p : options_.probabilities) log_probabilities_.push_back(std::log(p));
  log_gaps_.resize(options_.probabilities.size());
  is_censored_.resize(options_.probabilities.size());
  uniforms_.resize(possible_ - 1);
  const ConcreteAlternatives& others = options_.others;
  for (const std::size_t k : others.classes) {
    if (k >= options_.probabilities.size()) {
      throw std::invalid_argument(fmt::format("ConcretePivot: others.classes names class {}, but there are {}.", k,
                                              options_.probabilities.size()));
    }
  }
  for (const double shift : others.logit_shifts) {
    if (!(std::fabs(shift) <= kLargestLogitShift)) {
      throw std::invalid_argument(
          fmt::format("ConcretePivot: a logit shift is {}, but its size is at most {}.", shift, kLargestLogitShift));
    }
  }
  for (const double factor : others.logit_factors) {
    std::vector<double>& steps = factor_steps_.emplace_back();
    for (const double log_p : log_probabilities_) {
      steps.push_back(std::isfinite(log_p) ? std::expm1((factor - 1) * log_p) : 0);
    }
  }
  for (const double shift : others.logit_shifts) shift_steps_.push_back(std::expm1(shift));
  log_ratios_.resize(others.size());
  terms_.resize(options_.probabilities.size());
}

ConcretePivot::Row ConcretePivot::from_sample(std::span<const double> sample, random::Stream& randomisation) {
  require_length(sample.size(), options_.probabilities.size());
  largest_ = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    if (!(sample[i] >= 0 && sample[i] < kInfinity)) return {};
    if (options_.probabilities[i] == 0 && sample[i] != 0) return {};
    if (sample[i] > sample[largest_]) largest_ = i;
  }
  const double top = sample[largest_];
  if (!(top > 0)) return {};
  const double limit = options_.ratio_limit * top;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const bool below = sample[i] < limit || sample[i] == 0;
    // A zero without a limit (a sample below the range of its own dtype) has no law to be held to.
    if (below && options_.ratio_limit == 0 && options_.probabilities[i] > 0) return {};
    is_censored_[i] = below;
    log_gaps_[i] = below ? limit_gap_ : std::log(top / sample[i]);
  }
  return transform(randomisation);
}

ConcretePivot::Row ConcretePivot::from_log_sample(std::span<const double> log_sample, random::Stream& randomisation) {
  require_length(log_sample.size(), options_.probabilities.size());
  largest_ = 0;
  for (std::size_t i = 0; i < log_sample.size(); ++i) {
    const bool possible = options_.probabilities[i] > 0;
    if (std::isnan(log_sample[i]) || log_sample[i] == kInfinity) return {};
    if (possible != (log_sample[i] > -kInfinity)) return {};
    if (log_sample[i] > log_sample[largest_]) largest_ = i;
  }
  const double top = log_sample[largest_];
  if (!(top > -kInfinity)) return {};
  for (std::size_t i = 0; i < log_sample.size(); ++i) {
    log_gaps_[i] = top - log_sample[i];
    is_censored_[i] = options_.ratio_limit > 0 && log_gaps_[i] > limit_gap_;
    if (is_censored_[i]) log_gaps_[i] = limit_gap_;
  }
  return transform(randomisation);
}

double ConcretePivot::censoring() const {
  if (options_.ratio_limit == 0) return 0;
  double sum = 0;
  for (const double p : options_.probabilities) {
    if (p > 0) sum += 1 / (1 + p * std::expm1(options_.temperature * limit_gap_));
  }
  return sum;
}

// 1 + S over all classes is the sum of pi_k exp(temperature L_k), since the probabilities sum to 1 and L of the
// largest is 0.
double ConcretePivot::log_sum(double temperature) {
  double top = log_probabilities_[largest_];
  for (std::size_t i = 0; i < log_gaps_.size(); ++i) {
    if (options_.probabilities[i] > 0) top = std::max(top, log_probabilities_[i] + temperature * log_gaps_[i]);
  }
  sum_ = 0;
  for (std::size_t i = 0; i < log_gaps_.size(); ++i) {
    if (options_.probabilities[i] == 0) continue;
    terms_[i] = std::exp(log_probabilities_[i] + temperature * log_gaps_[i] - top);
    sum_ += terms_[i];
  }
  return top + std::log(sum_);
}

ConcretePivot::Row ConcretePivot::transform(random::Stream& randomisation) {
  const double temperature = options_.temperature;
  double log_one_plus_sum = 0;  // log(1 + S)
  double gaps = 0;
  std::size_t seen = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < log_gaps_.size(); ++i) {
    if (i == largest_ || options_.probabilities[i] == 0) continue;
    const double log_growth = log_probabilities_[i] + log_expm1(std::min(temperature * log_gaps_[i], kLargestExponent));
    const double step = softplus(log_growth - log_one_plus_sum);
    double log_u = -static_cast<double>(seen + 1) * step;
    if (is_censored_[i]) {
      log_u += std::log(random::uniform_pair(randomisation()).lower);
    } else {
      ++seen;
      gaps += log_gaps_[i];
    }
    log_one_plus_sum += step;
    uniforms_[at++] = {std::exp(log_u), std::fabs(std::expm1(log_u))};
  }
  if (!log_ratios_.empty()) {
    compare_temperatures(seen, gaps);
    compare_logits(seen);
  }
  return {.valid = true,
          .largest = largest_,
          .censored = possible_ - 1 - seen,
          .uniforms = uniforms_,
          .log_ratios = log_ratios_,
          .weights = terms_};
}

// Leaves the terms of the case's own temperature behind.
void ConcretePivot::compare_temperatures(std::size_t seen, double gaps) {
  const double temperature = options_.temperature;
  const double count = static_cast<double>(seen);
  const std::vector<double>& others = options_.others.temperatures;
  for (std::size_t t = 0; t < others.size(); ++t) log_ratios_[t] = log_sum(others[t]);
  const double own = log_sum(temperature);
  for (std::size_t t = 0; t < others.size(); ++t) {
    log_ratios_[t] = finite_or_nothing(count * std::log(others[t] / temperature) + (others[t] - temperature) * gaps -
                                       (count + 1) * (log_ratios_[t] - own));
  }
}

// With other logits o' only pi and S change: sum of o'_i - o_i over the largest class and those observed, less
// (q + 1) log of the mean of exp(o' - o) by the shares pi_i exp(temperature L_i) / (1 + S).
void ConcretePivot::compare_logits(std::size_t seen) {
  const ConcreteAlternatives& others = options_.others;
  const double power = static_cast<double>(seen + 1);
  double* log_ratio = log_ratios_.data() + others.temperatures.size();
  double log_observed = 0;
  if (!others.logit_factors.empty()) {
    for (std::size_t i = 0; i < is_censored_.size(); ++i) {
      if (options_.probabilities[i] > 0 && (i == largest_ || !is_censored_[i])) log_observed += log_probabilities_[i];
    }
  }
  for (std::size_t f = 0; f < others.logit_factors.size(); ++f) {
    double change = 0;
    for (std::size_t i = 0; i < terms_.size(); ++i) change += terms_[i] * factor_steps_[f][i];
    *log_ratio++ = finite_or_nothing((others.logit_factors[f] - 1) * log_observed - power * std::log1p(change / sum_));
  }
  for (const std::size_t k : others.classes) {
    const bool possible = options_.probabilities[k] > 0;
    const double share = possible ? terms_[k] / sum_ : 0;
    const double own = possible && (k == largest_ || !is_censored_[k]) ? 1 : 0;
    for (std::size_t s = 0; s < others.logit_shifts.size(); ++s) {
      *log_ratio++ =
          finite_or_nothing(own * others.logit_shifts[s] - power * log1p_from_above(share * shift_steps_[s]));
    }
  }
}

int tail_bits_at_one(double temperature, double unit_roundoff) {
  const double bits = std::floor(-std::log2(32 * temperature * unit_roundoff));
  return static_cast<int>(std::clamp(bits, -1.0, 22.0));
}

}  // namespace gumbelcheck::claim
