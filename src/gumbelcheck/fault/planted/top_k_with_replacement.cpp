#include <numeric>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/top_k_sampler.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::fault::planted {

Fault top_k_with_replacement() {
  return {.id = "top-k-with-replacement",
          .sentence = "The k classes are drawn one by one from the same probabilities: some come twice.",
          .source = "pytorch#25030",
          .refuted_by = "gumbel-top-k/law",
          .open = [] {
            return top_k_sampler({.draw = [](std::vector<double> weights, std::size_t k, random::Stream& stream) {
              const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
              std::vector<std::int64_t> drawn;
              while (drawn.size() < k) {
                drawn.push_back(class_at(weights, total, random::uniform_pair(stream()).lower));
              }
              return drawn;
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
