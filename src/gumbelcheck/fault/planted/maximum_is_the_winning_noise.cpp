#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/rows.hpp"

namespace gumbelcheck::fault::planted {

Fault maximum_is_the_winning_noise() {
  return {.id = "maximum-is-the-winning-noise",
          .sentence = "The maximum is the noise of the winning class: its logit is left out.",
          .source = "planted",
          .refuted_by = "gumbel-max/maximum",
          .open = [] {
            return altered({.operations = {subject::Operation::gumbel_max},
                            .answer = [](const subject::Question& asked, subject::Answer& answer) {
                              const AskedRows rows = asked_rows(asked);
                              const subject::Array& index = array(answer.arrays, "index");
                              subject::Array& maximum = array(answer.arrays, "maximum");
                              std::vector<double> noise(maximum.size());
                              for (std::size_t i = 0; i < noise.size(); ++i) {
                                const auto winner = static_cast<std::size_t>(index.as<std::int64_t>()[i]);
                                noise[i] = maximum.real(i) - rows.logits[i % rows.logits.size()][winner];
                              }
                              maximum = subject::real_array(maximum.shape, noise, asked.dtype);
                            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
