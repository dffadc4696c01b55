#include "gumbelcheck/claim/plackett_luce.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "gumbelcheck/law/softmax.hpp"

namespace gumbelcheck::claim {

namespace {

constexpr double kLeastTotal = 0x1p-500;  // below, weights next to the heaviest that is left lose their precision

}  // namespace

PlackettLuceRow::PlackettLuceRow(std::vector<double> logits, std::size_t k)
    : logits_(std::move(logits)), weights_(law::softmax_double(logits_, 1.0)) {
  for (const double logit : logits_) possible_.push_back(std::isfinite(logit) ? 1 : 0);
  const auto possible = static_cast<std::size_t>(std::ranges::count(possible_, 1));
  if (k < 1 || k > possible) {
    throw std::invalid_argument(
        fmt::format("PlackettLuceRow: k is {}; it must be from 1 to {}, the number of possible classes", k, possible));
  }
  coordinates_ = std::min(k, possible - 1);
}

PlackettLuceRow::Sums PlackettLuceRow::sums_around(std::size_t drawn) const {
  const auto sum = [&](const auto& weight) {
    Sums sums;
    for (std::size_t i = 0; i < drawn; ++i) sums.before += left_[i] ? weight(i) : 0;
    for (std::size_t i = drawn + 1; i < left_.size(); ++i) sums.after += left_[i] ? weight(i) : 0;
    sums.own = weight(drawn);
    return sums;
  };
  const Sums sums = sum([&](std::size_t i) { return weights_[i]; });
  if (sums.total() >= kLeastTotal) return sums;
  // Everything heavy is gone: weights anew, beside the heaviest that is left.
  double largest = -HUGE_VAL;
  for (std::size_t i = 0; i < left_.size(); ++i) {
    if (left_[i]) largest = std::max(largest, logits_[i]);
  }
  return sum([&](std::size_t i) { return std::exp(logits_[i] - largest); });
}

std::string PlackettLuceRow::look(std::span<const std::int64_t> drawn, random::Stream& randomisation,
                                  std::span<random::UniformPair> uniforms) {
  left_ = possible_;
  for (std::size_t j = 0; j < drawn.size(); ++j) {
    if (drawn[j] < 0 || drawn[j] >= static_cast<std::int64_t>(left_.size())) {
      return fmt::format("place {} holds class {}; there are classes 0 to {}", j, drawn[j], left_.size() - 1);
    }
    const auto k = static_cast<std::size_t>(drawn[j]);
    if (!possible_[k]) return fmt::format("place {} holds class {}, whose probability is 0", j, k);
    if (!left_[k]) return fmt::format("class {} was drawn twice, the second time at place {}", k, j);
    if (j < coordinates_) {
      const Sums sums = sums_around(k);
      const random::UniformPair v = random::uniform_pair(randomisation());
      const double lower = (sums.before + v.lower * sums.own) / sums.total();
      const double upper = (sums.after + v.upper * sums.own) / sums.total();
      // Both round, so that in the very middle both could come out above one half.
      uniforms[j] = {std::min(lower, std::max(.5, 1 - upper)), std::min(upper, std::max(.5, 1 - lower))};
    }
    left_[k] = 0;
  }
  return "";
}

}  // namespace gumbelcheck::claim
