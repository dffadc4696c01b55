#include <cmath>
#include <numeric>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/rows.hpp"

namespace gumbelcheck::fault::planted {

Fault maximum_of_normalised_logits() {
  return {
      .id = "maximum-of-normalised-logits",
      .sentence = "The logits are made log probabilities first: the index is right, the maximum has location 0.",
      .source = "planted",
      .refuted_by = "gumbel-max/maximum",
      .open = [] {
        return altered({.operations = {subject::Operation::gumbel_max}, .question = [](subject::Question& question) {
                          change_logits(question, [](std::vector<double>& row) {
                            const std::vector<double> weights = weights_of(row);
                            const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
                            for (std::size_t k = 0; k < row.size(); ++k) row[k] = std::log(weights[k] / sum);
                          });
                        }});
      }};
}

}  // namespace gumbelcheck::fault::planted
