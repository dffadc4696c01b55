#include "gumbelcheck/statistic/kolmogorov_smirnov.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "gumbelcheck/statistic/compensated_sum.hpp"

namespace gumbelcheck::statistic {

FixedDrawsTest kolmogorov_smirnov_test(std::span<const std::uint64_t> counts, std::span<const double> probability) {
  if (counts.size() != probability.size()) {
    throw std::invalid_argument(fmt::format("kolmogorov_smirnov_test: {} counts for {} probabilities; one a bin.",
                                            counts.size(), probability.size()));
  }
  const std::uint64_t total = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  if (total == 0) return {.label = "not computed: no draws"};
  const double draws = static_cast<double>(total);
  FixedDrawsTest made{.label = "level bounded by Massart's theorem, at the edges of the bins"};
  std::uint64_t before = 0;
  CompensatedSum mass;
  for (std::size_t k = 0; k + 1 < counts.size(); ++k) {
    before += counts[k];
    mass.add(probability[k]);
    made.statistic = std::max(made.statistic, std::fabs(static_cast<double>(before) / draws - mass.value()));
  }
  made.p_value = std::min(1.0, 2 * std::exp(-2 * draws * made.statistic * made.statistic));
  return made;
}

}  // namespace gumbelcheck::statistic
