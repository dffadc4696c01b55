#include <algorithm>
#include <cmath>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault acquittal_log_probabilities_for_logits() {
  return {
      .id = "acquittal-log-probabilities-for-logits",
      .sentence = "Log probabilities take the place of the logits: the same but for a constant.",
      .source = "baselines#1219",
      .refuted_by = "",
      .open = [] {
        return altered({.operations = {subject::Operation::categorical}, .question = [](subject::Question& question) {
                          change_logits(question, [](std::vector<double>& row) {
                            const double largest = *std::ranges::max_element(row);
                            double sum = 0;
                            for (const double logit : row) sum += std::exp(logit - largest);
                            for (double& logit : row) logit -= largest + std::log(sum);
                          });
                        }});
      }};
}

}  // namespace gumbelcheck::fault::planted
