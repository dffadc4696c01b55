#include "gumbelcheck/claim/rounded_coin.hpp"

#include <algorithm>
#include <cmath>

namespace gumbelcheck::claim {

void RoundedCoin::add(double chance, double uniform, std::vector<std::uint64_t>& cells) {
  ++draws_;
  if (std::abs(uniform - chance) <= rounding_) {
    ++open_;
  } else if (uniform < chance) {
    ++heads_;
  }
  // Open draws change sides as the others come in: what counts is the whole at a look.
  const auto nearest = static_cast<std::uint64_t>(std::llround(probability_ * static_cast<double>(draws_)));
  cells[0] = std::clamp(nearest, heads_, heads_ + open_);
  cells[1] = draws_ - cells[0];
}

}  // namespace gumbelcheck::claim
