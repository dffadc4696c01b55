#include <cmath>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault last_class_left_out() {
  return {
      .id = "last-class-left-out",
      .sentence = "The loop over the classes ends one too early: the last class is never drawn.",
      .source = "planted",
      .refuted_by = "gumbel-max/law",
      .open = [] {
        return altered({.operations = {subject::Operation::gumbel_max}, .question = [](subject::Question& question) {
                          change_logits(question, [](std::vector<double>& row) {
                            if (row.size() > 1) row.back() = -HUGE_VAL;
                          });
                        }});
      }};
}

}  // namespace gumbelcheck::fault::planted
