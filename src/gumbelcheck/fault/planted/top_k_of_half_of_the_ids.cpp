#include <numeric>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/top_k_sampler.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::fault::planted {

Fault top_k_of_half_of_the_ids() {
  return {.id = "top-k-of-half-of-the-ids",
          .sentence =
              "A kernel of two lanes writes the even lane's class for both: an odd id comes only after its neighbour.",
          .source = "planted",
          .refuted_by = "gumbel-top-k/law",
          .open = [] {
            return top_k_sampler({.draw = [](std::vector<double> weights, std::size_t k, random::Stream& stream) {
              std::vector<std::int64_t> drawn;
              while (drawn.size() < k) {
                const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
                std::int64_t found = class_at(weights, total, random::uniform_pair(stream()).lower);
                const std::int64_t even = found - found % 2;
                if (weights[static_cast<std::size_t>(even)] > 0) found = even;
                drawn.push_back(found);
                weights[static_cast<std::size_t>(found)] = 0;
              }
              return drawn;
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
