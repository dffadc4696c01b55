#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault softmax_over_the_wrong_axis() {
  return {.id = "softmax-over-the-wrong-axis",
          .sentence = "softmax ignores its axis and chooses one by the number of axes, as an implicit dim once did.",
          .source = "planted",
          .refuted_by = "softmax/value",
          .open = [] {
            return altered({.operations = {subject::Operation::softmax}, .question = [](subject::Question& question) {
                              const std::size_t rank = question.find("logits")->shape.size();
                              question.axis = rank == 1 || rank == 3 ? 0 : 1;
                            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
