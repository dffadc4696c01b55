#include "gumbelcheck/statistic/component.hpp"

namespace gumbelcheck::statistic {

Histogram::Histogram(std::vector<std::uint64_t> all_counts) : counts(std::move(all_counts)) {
  for (std::size_t k = 0; k < counts.size(); ++k) {
    if (counts[k] == 0) continue;
    hits.push_back({k, counts[k]});
    total += counts[k];
  }
}

}  // namespace gumbelcheck::statistic
