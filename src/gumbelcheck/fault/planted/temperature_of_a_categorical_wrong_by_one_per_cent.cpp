#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault temperature_of_a_categorical_wrong_by_one_per_cent() {
  return {
      .id = "temperature-of-a-categorical-wrong-by-one-per-cent",
      .sentence = "Logits are divided by 1.01 before a class is drawn.",
      .source = "planted",
      .refuted_by = "categorical/law",
      .open = [] {
        return altered({.operations = {subject::Operation::categorical}, .question = [](subject::Question& question) {
                          change_logits(question, [](std::vector<double>& row) {
                            for (double& logit : row) logit /= 1.01;
                          });
                        }});
      }};
}

}  // namespace gumbelcheck::fault::planted
