#include <numeric>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/top_k_sampler.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::fault::planted {

Fault top_k_without_renormalisation() {
  return {
      .id = "top-k-without-renormalisation",
      .sentence = "A class that was drawn gets weight 0, but the total stays: what it leaves goes to the last class.",
      .source = "planted",
      .refuted_by = "gumbel-top-k/law",
      .open = [] {
        return top_k_sampler({.draw = [](std::vector<double> weights, std::size_t k, random::Stream& stream) {
          const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
          std::vector<std::int64_t> drawn;
          while (drawn.size() < k) {
            drawn.push_back(class_at(weights, total, random::uniform_pair(stream()).lower));
            weights[static_cast<std::size_t>(drawn.back())] = 0;
          }
          return drawn;
        }});
      }};
}

}  // namespace gumbelcheck::fault::planted
