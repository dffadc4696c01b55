#include <algorithm>
#include <cmath>
#include <limits>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

namespace {

bool bad(const std::vector<double>& row) {
  return std::ranges::any_of(row, [](double logit) { return std::isnan(logit) || logit == HUGE_VAL; }) ||
         std::ranges::all_of(row, [](double logit) { return logit == -HUGE_VAL; });
}

bool bad_temperature(const subject::Question& question) { return !(question.temperature.value_or(1) > 0); }

}  // namespace

Fault acquittal_bad_input_answered_with_nan() {
  return {.id = "acquittal-bad-input-answered-with-nan",
          .sentence = "Bad input is answered with NaN throughout what it affects: the other honest answer.",
          .source = "planted",
          .refuted_by = "",
          .open = [] {
            return altered({.operations = {subject::Operation::softmax},
                            .question =
                                [](subject::Question& question) {
                                  change_logits(question, [](std::vector<double>& row) {
                                    if (bad(row)) std::ranges::fill(row, 0.0);
                                  });
                                  if (bad_temperature(question)) question.temperature = 1;
                                },
                            .answer =
                                [](const subject::Question& asked, subject::Answer& answer) {
                                  for (const subject::NamedArray& given : std::vector(answer.arrays)) {
                                    change_rows(asked, answer, given.name,
                                                [&](const std::vector<double>& logits, std::vector<double>& row) {
                                                  if (!bad(logits) && !bad_temperature(asked)) return;
                                                  std::ranges::fill(row, std::numeric_limits<double>::quiet_NaN());
                                                });
                                  }
                                }});
          }};
}

}  // namespace gumbelcheck::fault::planted
