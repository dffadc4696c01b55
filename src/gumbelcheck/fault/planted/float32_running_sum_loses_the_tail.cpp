#include <algorithm>
#include <numeric>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/index_sampler.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::fault::planted {

Fault float32_running_sum_loses_the_tail() {
  return {.id = "float32-running-sum-loses-the-tail",
          .sentence =
              "Probabilities, sorted, are added up in float32: behind the heavy classes the sum no longer "
              "grows, and the tail of a large vocabulary is never drawn.",
          .source = "torch7#418",
          .refuted_by = "categorical/law",
          .open = [] {
            return index_sampler({.draw = [](const Batch& batch, std::size_t row) -> IndexSampler::Draw {
              std::vector<std::size_t> order(batch[row].size());
              std::iota(order.begin(), order.end(), std::size_t{0});
              std::ranges::stable_sort(order, [&](auto a, auto b) { return batch[row][a] > batch[row][b]; });
              std::vector<double> sorted;
              for (const std::size_t k : order) sorted.push_back(batch[row][k]);
              return [order, sums = float32_running_sum(sorted)](random::Stream& stream) {
                const double target = random::uniform_pair(stream()).lower * static_cast<double>(sums.back());
                const auto found = std::ranges::upper_bound(sums, target);
                return static_cast<std::int64_t>(order[static_cast<std::size_t>(found - sums.begin())]);
              };
            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
