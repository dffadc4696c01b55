#include <algorithm>
#include <numeric>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/index_sampler.hpp"
#include "gumbelcheck/fault/rows.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::fault::planted {

Fault draw_depends_on_other_rows() {
  return {.id = "draw-depends-on-other-rows",
          .sentence = "Every row is drawn against the total weight of the first row of its batch.",
          .source = "sglang#35697",
          .refuted_by = "categorical/law",
          .open = [] {
            return index_sampler({.draw = [](const Batch& batch, std::size_t row) -> IndexSampler::Draw {
              const std::vector<double> first = weights_of(batch.front());
              const double total = std::accumulate(first.begin(), first.end(), 0.0);
              std::vector<double> sums = weights_of(batch[row]);
              std::partial_sum(sums.begin(), sums.end(), sums.begin());
              return [sums, total](random::Stream& stream) {
                const auto found = std::ranges::upper_bound(sums, random::uniform_pair(stream()).lower * total);
                return std::min<std::int64_t>(found - sums.begin(), std::ssize(sums) - 1);
              };
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
