#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault a_single_minus_infinity_refused() {
  return {
      .id = "a-single-minus-infinity-refused",
      .sentence = "A single logit of -inf, a class of probability zero, is refused as if it were bad input.",
      .source = "planted",
      .refuted_by = "edge/impossible",
      .open = [] {
        return altered({.operations = {subject::Operation::gumbel_max}, .question = [](subject::Question& question) {
                          change_logits(question, [](std::vector<double>& row) {
                            if (std::ranges::find(row, -HUGE_VAL) != row.end()) {
                              throw std::invalid_argument("logits must be finite");
                            }
                          });
                        }});
      }};
}

}  // namespace gumbelcheck::fault::planted
