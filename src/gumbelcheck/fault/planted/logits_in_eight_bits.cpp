#include <cmath>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault logits_in_eight_bits() {
  return {
      .id = "logits-in-eight-bits",
      .sentence =
          "Logits pass through a format of eight bits, four of them significant: every class is a few per "
          "cent too frequent or too rare.",
      .source = "planted",
      .refuted_by = "categorical/law",
      .open = [] {
        return altered({.operations = {subject::Operation::categorical}, .question = [](subject::Question& question) {
                          change_logits(question, [](std::vector<double>& row) {
                            for (double& logit : row) {
                              if (logit == 0 || !std::isfinite(logit)) continue;
                              const double step = std::ldexp(1.0, std::ilogb(logit) - 3);
                              logit = std::round(logit / step) * step;
                            }
                          });
                        }});
      }};
}

}  // namespace gumbelcheck::fault::planted
