#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault sample_kept_in_half_precision() {
  return {.id = "sample-kept-in-half-precision",
          .sentence =
              "The float32 sample was held in float16 on its way out: at a high temperature, where all entries "
              "are nearly equal, its differences are lost.",
          .source = "planted",
          .refuted_by = "concrete/hot",
          .open = [] {
            return altered({.operations = {subject::Operation::gumbel_softmax},
                            .dtypes = {subject::Dtype::float32},
                            .answer = [](const subject::Question& asked, subject::Answer& answer) {
                              change_rows(asked, answer, "sample",
                                          [](const std::vector<double>&, std::vector<double>& row) {
                                            for (double& x : row) x = subject::rounded_to(subject::Dtype::float16, x);
                                          });
                            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
