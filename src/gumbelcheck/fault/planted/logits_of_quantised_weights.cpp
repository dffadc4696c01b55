#include <cmath>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/random/stream.hpp"

namespace gumbelcheck::fault::planted {

Fault logits_of_quantised_weights() {
  return {
      .id = "logits-of-quantised-weights",
      .sentence =
          "The weights behind the logits are kept in four bits: every class has a logit that is .2 too large or too "
          "small, whatever its size and its neighbours.",
      .source = "planted",
      .refuted_by = "categorical/law",
      .open = [] {
        return altered({.operations = {subject::Operation::categorical}, .question = [](subject::Question& question) {
                          change_logits(question, [](std::vector<double>& row) {
                            random::Stream signs({.seed = 4, .purpose = random::Purpose::fault});
                            for (double& logit : row) logit += signs() >> 63 != 0 ? .2 : -.2;
                          });
                        }});
      }};
}

}  // namespace gumbelcheck::fault::planted
