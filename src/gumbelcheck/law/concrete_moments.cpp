#include "gumbelcheck/law/concrete_moments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "gumbelcheck/law/validation.hpp"

namespace gumbelcheck::law {

namespace {

constexpr std::size_t kPowers = ConcreteMoments::kMostPower + 1;
// Both integrands are analytic in a strip; with this many steps to its half-width over pi/2 the rule's error is below
// exp(-39).
constexpr double kStep = .25;
constexpr double kLeastLog = -46;  // exp of it is 1e-20: what is left out on either side
constexpr double kLargestLogTerm = 5;

// M_n(a) for all n at once. The race: T = exp(-g) is exponential, and s = log T has the density exp(s - exp(s)).
class NoiseMeans {
 public:
  explicit NoiseMeans(double temperature) : temperature_(temperature), step_(kStep * std::min(1.0, temperature)) {
    const auto count = static_cast<std::size_t>(std::ceil((kLargestLogTerm - kLeastLog) / step_)) + 1;
    weight_.resize(count);
    above_.resize(count + 1);
    for (std::size_t i = count; i-- > 0;) {
      weight_[i] = step_ * std::exp(at(i) - std::exp(at(i)));
      above_[i] = above_[i + 1] + weight_[i];
    }
  }

  std::array<double, kPowers> at_shift(double a) const {
    // S = exp(a - s / temperature): above exp(5) nothing is left of S^n exp(-S), below exp(-46) all of exp(-S) and
    // nothing of S.
    const std::size_t first = index_of(temperature_ * (a - kLargestLogTerm));
    const std::size_t last = index_of(temperature_ * (a - kLeastLog));
    std::array<double, kPowers> means{};
    means[0] = above_[last];
    for (std::size_t i = first; i < last; ++i) {
      const double term = std::exp(a - at(i) / temperature_);
      double product = weight_[i] * std::exp(-term);
      for (double& mean : means) {
        mean += product;
        product *= term;
      }
    }
    return means;
  }

 private:
  double at(std::size_t i) const { return kLeastLog + step_ * static_cast<double>(i); }
  std::size_t index_of(double s) const {
    const double place = std::ceil((s - kLeastLog) / step_);
    return static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(weight_.size())));
  }

  double temperature_;
  double step_;
  std::vector<double> weight_;  // of each node
  std::vector<double> above_;   // of all nodes from here on
};

}  // namespace

ConcreteMoments::ConcreteMoments(std::span<const double> logits, double temperature)
    : classes_(logits.size()), step_(kStep * (1 + 1 / temperature)) {
  check_logits("ConcreteMoments", reals(logits));
  check_finite("ConcreteMoments", "logits", reals(logits));
  if (!(temperature >= kLeastTemperature && temperature <= kLargestTemperature)) {
    throw std::invalid_argument(fmt::format("ConcreteMoments: temperature is {}; it must be between {} and {}.",
                                            temperature, kLeastTemperature, kLargestTemperature));
  }
  const NoiseMeans noise(temperature);
  // Below, every M_n with n > 0 falls like exp(a min(n, temperature)); above, the M of the largest logit falls like
  // exp(-exp(a / (1 + 1/temperature))).
  const double low = kLeastLog / std::min(1.0, temperature);
  const double high = kLargestLogTerm * (1 + 1 / temperature);
  nodes_ = static_cast<std::size_t>(std::ceil((high - low) / step_)) + 1;
  const double top = *std::ranges::max_element(logits);
  means_.reserve(nodes_ * classes_ * kPowers);
  for (std::size_t node = 0; node < nodes_; ++node) {
    const double a = low + step_ * static_cast<double>(node);
    for (const double logit : logits) {
      const std::array<double, kPowers> means = noise.at_shift(a + (logit - top) / temperature);
      means_.insert(means_.end(), means.begin(), means.end());
    }
  }
}

double ConcreteMoments::product(std::span<const unsigned> powers, std::size_t node) const {
  double product = 1;
  for (std::size_t i = 0; i < classes_; ++i) product *= means_[(node * classes_ + i) * kPowers + powers[i]];
  return product;
}

double ConcreteMoments::operator()(std::span<const unsigned> powers) const {
  check_length("ConcreteMoments", "powers", powers.size(), classes_);
  unsigned degree = 0;
  for (std::size_t i = 0; i < classes_; ++i) {
    if (powers[i] > kMostPower) {
      throw std::invalid_argument(
          fmt::format("ConcreteMoments: powers[{}] is {}; at most {} is allowed.", i, powers[i], kMostPower));
    }
    degree += powers[i];
  }
  if (degree == 0) throw std::invalid_argument("ConcreteMoments: all powers are zero; one must be positive.");
  double sum = 0;
  for (std::size_t node = 0; node < nodes_; ++node) sum += product(powers, node);
  return step_ * sum / std::tgamma(static_cast<double>(degree));
}

std::vector<double> ConcreteMoments::scaled_gradient(std::span<const double> cotangent) const {
  check_length("ConcreteMoments", "cotangent", cotangent.size(), classes_);
  std::vector<double> means(classes_);
  std::vector<unsigned> powers(classes_);
  for (std::size_t j = 0; j < classes_; ++j) {
    for (std::size_t k = 0; k < classes_; ++k) {
      if (k == j) continue;
      powers[j] = powers[k] = 1;
      means[j] += (cotangent[j] - cotangent[k]) * (*this)(powers);
      powers[j] = powers[k] = 0;
    }
  }
  return means;
}

std::vector<double> ConcreteMoments::squared_scaled_gradient(std::span<const double> cotangent) const {
  check_length("ConcreteMoments", "cotangent", cotangent.size(), classes_);
  std::vector<double> means(classes_);
  std::vector<unsigned> powers(classes_);
  for (std::size_t j = 0; j < classes_; ++j) {
    powers[j] = 2;
    for (std::size_t k = 0; k < classes_; ++k) {
      for (std::size_t l = 0; l < classes_; ++l) {
        if (k == j || l == j) continue;
        ++powers[k];
        ++powers[l];
        means[j] += (cotangent[j] - cotangent[k]) * (cotangent[j] - cotangent[l]) * (*this)(powers);
        --powers[k];
        --powers[l];
      }
    }
    powers[j] = 0;
  }
  return means;
}

}  // namespace gumbelcheck::law
