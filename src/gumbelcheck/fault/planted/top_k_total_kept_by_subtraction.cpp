#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/top_k_sampler.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::fault::planted {

Fault top_k_total_kept_by_subtraction() {
  return {.id = "top-k-total-kept-by-subtraction",
          .sentence =
              "In float32 the weight drawn is subtracted from the total: after a heavy class what is left is "
              "mostly rounding.",
          .source = "planted",
          .refuted_by = "gumbel-top-k/law",
          .open = [] {
            return top_k_sampler({.draw = [](std::vector<double> weights, std::size_t k, random::Stream& stream) {
              float total = 0;
              for (const double weight : weights) total += static_cast<float>(weight);
              std::vector<std::int64_t> drawn;
              while (drawn.size() < k) {
                drawn.push_back(class_at(weights, static_cast<double>(total), random::uniform_pair(stream()).lower));
                double& weight = weights[static_cast<std::size_t>(drawn.back())];
                total -= static_cast<float>(weight);
                weight = 0;
              }
              return drawn;
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
