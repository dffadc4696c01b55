#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault strided_rows_read_as_if_contiguous() {
  return {.id = "strided-rows-read-as-if-contiguous",
          .sentence = "The rows of a strided view are read as if they were contiguous.",
          .source = "pytorch#5062",
          .refuted_by = "gumbel-softmax/axis",
          .open = [] {
            return altered(
                {.operations = {subject::Operation::gumbel_softmax}, .question = [](subject::Question& question) {
                   const subject::Array logits = *question.find("logits");
                   std::size_t next = 0;
                   change_logits(question, [&](std::vector<double>& row) {
                     for (double& logit : row) logit = logits.real(next++);
                   });
                 }});
          }};
}

}  // namespace gumbelcheck::fault::planted
