#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"
#include "gumbelcheck/sampling/noise.hpp"

namespace gumbelcheck::fault::planted {

namespace {

// The first entry of each pair is as drawn; the second one's normal score is the first one's times .05, plus its own
// with what is left of the variance.
std::uint64_t correlated(std::uint64_t first, std::uint64_t own) {
  constexpr double correlation = .05;
  const boost::math::normal normal;
  const double score = correlation * quantile(normal, random::uniform_pair(first).lower) +
                       std::sqrt(1 - correlation * correlation) * quantile(normal, random::uniform_pair(own).lower);
  return static_cast<std::uint64_t>(std::min(std::ldexp(cdf(normal, score), 64), 0x1.fffffffffffffp63));
}

}  // namespace

Fault correlated_neighbours() {
  return {
      .id = "correlated-neighbours",
      .sentence = "The noise of entries 2k and 2k + 1 has a normal copula of correlation .05.",
      .source = "planted",
      .refuted_by = "concrete/law",
      .open = [] {
        return noise_sampler({.operations = {subject::Operation::gumbel_softmax},
                              .noise = [](std::uint64_t word) { return sampling::gumbel(random::uniform_pair(word)); },
                              .words = [](std::uint64_t seed) -> Words {
                                return [words = philox_words(seed)](std::uint64_t position) {
                                  if (position % 2 == 0) return words(position);
                                  const std::uint64_t first = words(position - 1);
                                  return correlated(first, words(position));
                                };
                              }});
      }};
}

}  // namespace gumbelcheck::fault::planted
