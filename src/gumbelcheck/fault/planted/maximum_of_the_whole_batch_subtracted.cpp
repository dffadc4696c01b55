#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/noise_sampler.hpp"
#include "gumbelcheck/sampling/noise.hpp"

namespace gumbelcheck::fault::planted {

Fault maximum_of_the_whole_batch_subtracted() {
  return {
      .id = "maximum-of-the-whole-batch-subtracted",
      .sentence =
          "Softmax subtracts the largest score of the whole batch in place of the row's own: beside a row of large "
          "logits every entry underflows, and the row is 0/0.",
      .source = "planted",
      .refuted_by = "gumbel-softmax/batch",
      .open = [] {
        return noise_sampler({.operations = {subject::Operation::gumbel_softmax},
                              .noise = [](std::uint64_t word) { return sampling::gumbel(random::uniform_pair(word)); },
                              .maximum_of_batch = true});
      }};
}

}  // namespace gumbelcheck::fault::planted
