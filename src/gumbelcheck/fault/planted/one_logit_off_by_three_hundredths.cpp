#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault one_logit_off_by_three_hundredths() {
  return {.id = "one-logit-off-by-three-hundredths",
          .sentence = "The logit of the last class is .03 too large in soft samples.",
          .source = "planted",
          .refuted_by = "concrete/law",
          .open = [] {
            return altered({.operations = {subject::Operation::gumbel_softmax}, .question = [](auto& question) {
                              change_logits(question, [](std::vector<double>& row) { row.back() += .03; });
                            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
