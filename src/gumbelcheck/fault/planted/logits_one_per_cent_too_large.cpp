#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault logits_one_per_cent_too_large() {
  return {.id = "logits-one-per-cent-too-large",
          .sentence = "All logits, but not the noise, are multiplied by 1.01.",
          .source = "planted",
          .refuted_by = "concrete/law",
          .open = [] {
            return altered({.operations = {subject::Operation::gumbel_softmax}, .question = [](auto& question) {
                              change_logits(question, [](std::vector<double>& row) {
                                for (double& logit : row) logit *= 1.01;
                              });
                            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
