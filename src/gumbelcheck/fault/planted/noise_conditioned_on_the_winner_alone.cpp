#include <algorithm>
#include <cmath>
#include <numeric>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/rows.hpp"
#include "gumbelcheck/fault/with_gradient.hpp"
#include "gumbelcheck/random/uniform.hpp"
#include "gumbelcheck/sampling/noise.hpp"

namespace gumbelcheck::fault::planted {

namespace {

// Noise given the hard class, as the conditional estimator wants it, but for one step: the chosen class gets the
// maximum's law, and the others are not cut off below it.
std::vector<double> resampled(const ForwardRow& row, random::Stream& stream) {
  const auto gumbel = [&] { return sampling::gumbel(random::uniform_pair(stream())); };
  const std::vector<double> weights = weights_of(row.logits);
  const double largest = *std::ranges::max_element(row.logits);
  std::vector<double> soft(row.logits.size());
  const double log_total = largest + std::log(std::accumulate(weights.begin(), weights.end(), 0.0));
  for (std::size_t i = 0; i < soft.size(); ++i) soft[i] = (i == row.chosen ? log_total : row.logits[i]) + gumbel();
  for (double& score : soft) score /= row.temperature;
  soft = weights_of(soft);
  const double sum = std::accumulate(soft.begin(), soft.end(), 0.0);
  for (double& weight : soft) weight /= sum;
  return soft;
}

}  // namespace

Fault noise_conditioned_on_the_winner_alone() {
  return {
      .id = "noise-conditioned-on-the-winner-alone",
      .sentence =
          "The backward pass draws its noise anew given the hard class, the winner's from the law of the "
          "maximum, and forgets to cut the others off below it; the noise of a seed is not frozen.",
      .source = "planted",
      .refuted_by = "straight-through/expectation",
      .open = [] {
        return with_gradient(
            {.gradient = [stream = random::Stream({.seed = 1, .purpose = random::Purpose::second_noise})](
                             const ForwardRow& row) mutable { return softmax_backward(resampled(row, stream), row); },
             .frozen_noise = false});
      }};
}

}  // namespace gumbelcheck::fault::planted
