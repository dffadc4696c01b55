#include <algorithm>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/index_sampler.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::fault::planted {

Fault heavy_class_absorbs_light_ones() {
  return {.id = "heavy-class-absorbs-light-ones",
          .sentence =
              "A float32 running sum, taken from the last class to the first: a heavy class absorbs the "
              "light ones that are added after it, and not those before.",
          .source = "pytorch#28390, pytorch#43115",
          .refuted_by = "categorical/law",
          .open = [] {
            return index_sampler({.draw = [](const Batch& batch, std::size_t row) -> IndexSampler::Draw {
              const std::vector<double> reversed(batch[row].rbegin(), batch[row].rend());
              return [sums = float32_running_sum(reversed)](random::Stream& stream) {
                const double target = random::uniform_pair(stream()).lower * static_cast<double>(sums.back());
                return sums.end() - std::ranges::upper_bound(sums, target) - 1;
              };
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
