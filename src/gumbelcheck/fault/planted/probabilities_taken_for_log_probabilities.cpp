#include <numeric>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/rows.hpp"

namespace gumbelcheck::fault::planted {

Fault probabilities_taken_for_log_probabilities() {
  return {
      .id = "probabilities-taken-for-log-probabilities",
      .sentence = "Probabilities are given to a sampler that takes log probabilities.",
      .source = "sglang-omni#824",
      .refuted_by = "gumbel-max/law",
      .open = [] {
        return altered({.operations = {subject::Operation::gumbel_max}, .question = [](subject::Question& question) {
                          change_logits(question, [](std::vector<double>& row) {
                            row = weights_of(row);
                            const double sum = std::accumulate(row.begin(), row.end(), 0.0);
                            for (double& weight : row) weight /= sum;
                          });
                        }});
      }};
}

}  // namespace gumbelcheck::fault::planted
