#include <cmath>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault softmax_without_subtracting_the_maximum() {
  return {.id = "softmax-without-subtracting-the-maximum",
          .sentence = "softmax takes exp of the logits as they are: logits of 1000 overflow.",
          .source = "tensorflow#2774",
          .refuted_by = "softmax/shift",
          .open = [] {
            return altered({.operations = {subject::Operation::softmax},
                            .answer = [](const subject::Question& asked, subject::Answer& answer) {
                              change_rows(asked, answer, "value",
                                          [&](const std::vector<double>& logits, std::vector<double>& row) {
                                            double sum = 0;
                                            for (std::size_t k = 0; k < row.size(); ++k) {
                                              row[k] = subject::rounded_to(
                                                  asked.dtype, std::exp(logits[k] / asked.temperature.value_or(1)));
                                              sum += row[k];
                                            }
                                            for (double& value : row) value /= sum;
                                          });
                            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
