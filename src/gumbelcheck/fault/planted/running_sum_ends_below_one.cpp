#include <algorithm>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/index_sampler.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::fault::planted {

Fault running_sum_ends_below_one() {
  return {.id = "running-sum-ends-below-one",
          .sentence =
              "The running sum of the probabilities ends below 1: a uniform above it runs off the end and "
              "returns a class that does not exist.",
          .source = "tensorflow#2774, PsyNeuLink#3535",
          .refuted_by = "categorical/law",
          .open = [] {
            return index_sampler({.draw = [](const Batch& batch, std::size_t row) -> IndexSampler::Draw {
              return [sums = float32_running_sum(batch[row])](random::Stream& stream) {
                return std::ranges::upper_bound(sums, random::uniform_pair(stream()).lower) - sums.begin();
              };
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
