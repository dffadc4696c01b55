#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"
#include "gumbelcheck/sampling/noise.hpp"

namespace gumbelcheck::fault::planted {

Fault gumbel_softmax_without_subtracting_the_maximum() {
  return {
      .id = "gumbel-softmax-without-subtracting-the-maximum",
      .sentence =
          "Gumbel-softmax takes exp of (logits + noise) / temperature as they are: at a low temperature that "
          "overflows, and the sample is NaN.",
      .source = "tensorflow#2774",
      .refuted_by = "gumbel-softmax/simplex",
      .open = [] {
        return noise_sampler({.operations = {subject::Operation::gumbel_softmax},
                              .noise = [](std::uint64_t word) { return sampling::gumbel(random::uniform_pair(word)); },
                              .subtract_maximum = false});
      }};
}

}  // namespace gumbelcheck::fault::planted
