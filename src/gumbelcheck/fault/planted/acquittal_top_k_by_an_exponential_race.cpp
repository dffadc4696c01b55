#include <algorithm>
#include <cmath>
#include <numeric>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/top_k_sampler.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::fault::planted {

Fault acquittal_top_k_by_an_exponential_race() {
  return {.id = "acquittal-top-k-by-an-exponential-race",
          .sentence =
              "gumbel_top_k takes the k largest of weight over exponential, without logarithms of noise: the "
              "same race on another clock.",
          .source = "planted",
          .refuted_by = "",
          .open = [] {
            return top_k_sampler({.draw = [](std::vector<double> weights, std::size_t k, random::Stream& stream) {
              for (double& weight : weights) {
                const random::UniformPair u = random::uniform_pair(stream());
                weight /= u.lower < .5 ? -std::log(u.lower) : -std::log1p(-u.upper);
              }
              std::vector<std::int64_t> order(weights.size());
              std::iota(order.begin(), order.end(), std::int64_t{0});
              std::ranges::sort(order, [&](std::int64_t a, std::int64_t b) {
                return weights[static_cast<std::size_t>(a)] > weights[static_cast<std::size_t>(b)];
              });
              order.resize(k);
              return order;
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
