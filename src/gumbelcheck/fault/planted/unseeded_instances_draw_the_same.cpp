#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault unseeded_instances_draw_the_same() {
  return {.id = "unseeded-instances-draw-the-same",
          .sentence = "Every generator that is made without a seed starts from the same one.",
          .source = "planted",
          .refuted_by = "stream/calls",
          .open = [] {
            return altered(
                {.operations = {subject::Operation::gumbel_softmax},
                 .description = [](subject::Description& description) { description.seeding = subject::Seeding::none; },
                 .question = [](subject::Question& question) { question.seed = question.seed.value_or(5489); }});
          }};
}

}  // namespace gumbelcheck::fault::planted
