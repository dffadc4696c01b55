#include <algorithm>
#include <cmath>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault perturbed_logits_cut_off_below_the_largest() {
  return {
      .id = "perturbed-logits-cut-off-below-the-largest",
      .sentence =
          "Logits plus noise that are more than 6 below the largest are raised to 6 below it, so that no exponential "
          "gets small: the farthest entry is never as far as it should be.",
      .source = "planted",
      .refuted_by = "concrete/hot",
      .open = [] {
        return altered({.operations = {subject::Operation::gumbel_softmax},
                        .answer = [](const subject::Question& asked, subject::Answer& answer) {
                          const double least = std::exp(-6 / *asked.temperature);  // of the largest
                          change_rows(asked, answer, "sample", [&](const auto&, std::vector<double>& row) {
                            const double largest = *std::ranges::max_element(row);
                            double sum = 0;
                            for (double& x : row) sum += x = std::max(x, least * largest);
                            for (double& x : row) x /= sum;
                          });
                        }});
      }};
}

}  // namespace gumbelcheck::fault::planted
