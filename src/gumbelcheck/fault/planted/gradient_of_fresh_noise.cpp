#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/with_gradient.hpp"
#include "gumbelcheck/random/stream.hpp"

namespace gumbelcheck::fault::planted {

Fault gradient_of_fresh_noise() {
  return {.id = "gradient-of-fresh-noise",
          .sentence = "The backward pass draws its noise anew in place of keeping the noise that made the value.",
          .source = "planted",
          .refuted_by = "straight-through/gradient",
          .open = [] {
            return with_gradient(
                {.gradient = [](const ForwardRow& row) { return softmax_backward(row.soft, row); },
                 .seed =
                     [](std::uint64_t seed) {
                       return random::Stream({.seed = seed, .purpose = random::Purpose::second_noise})() >> 11;
                     }});
          }};
}

}  // namespace gumbelcheck::fault::planted
