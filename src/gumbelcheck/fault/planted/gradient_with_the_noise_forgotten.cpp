#include <numeric>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/rows.hpp"
#include "gumbelcheck/fault/with_gradient.hpp"

namespace gumbelcheck::fault::planted {

Fault gradient_with_the_noise_forgotten() {
  return {.id = "gradient-with-the-noise-forgotten",
          .sentence = "The gradient is that of softmax(logits / temperature): the backward pass forgets the noise.",
          .source = "planted",
          .refuted_by = "straight-through/gradient",
          .open = [] {
            return with_gradient({.gradient = [](const ForwardRow& row) {
              std::vector<double> scaled = row.logits;
              for (double& logit : scaled) logit /= row.temperature;
              std::vector<double> weights = weights_of(scaled);
              const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
              for (double& weight : weights) weight /= sum;
              return softmax_backward(weights, row);
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
