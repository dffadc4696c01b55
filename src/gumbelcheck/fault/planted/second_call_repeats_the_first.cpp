#include <cstdint>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault second_call_repeats_the_first() {
  return {
      .id = "second-call-repeats-the-first",
      .sentence = "A call does not move the generator on: the next one starts where it started.",
      .source = "pytorch#37403, mlx-lm#1439",
      .refuted_by = "stream/calls",
      .open = [] {
        return altered(
            {.operations = {subject::Operation::gumbel},
             .description = [](subject::Description& description) { description.seeding = subject::Seeding::stream; },
             .question =
                 [kept = std::uint64_t{0}](subject::Question& question) mutable {
                   if (question.seed) kept = *question.seed;
                   question.seed = kept;
                 }});
      }};
}

}  // namespace gumbelcheck::fault::planted
