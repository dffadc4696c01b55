#include <cmath>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault nan_logits_taken_for_zero() {
  return {.id = "nan-logits-taken-for-zero",
          .sentence = "NaN logits are taken for 0 without a word.",
          .source = "planted",
          .refuted_by = "edge/refusal",
          .open = [] {
            return altered({.operations = {subject::Operation::softmax, subject::Operation::gumbel_softmax},
                            .question = [](subject::Question& question) {
                              change_logits(question, [](std::vector<double>& row) {
                                for (double& logit : row) logit = std::isnan(logit) ? 0 : logit;
                              });
                            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
