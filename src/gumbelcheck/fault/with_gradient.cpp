#include "gumbelcheck/fault/with_gradient.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/rows.hpp"
#include "gumbelcheck/subject/reference.hpp"

namespace gumbelcheck::fault {

namespace {

void replace_gradient(const subject::Question& asked, const BackwardPass& backward, subject::Answer& answer) {
  const subject::Array* cotangent = asked.find("cotangent");
  if (cotangent == nullptr) return;
  subject::Question seen = asked;
  if (seen.seed) seen.seed = backward.seed(*seen.seed);
  const subject::Array soft = soft_samples(std::move(seen));
  const subject::Array& logits = *asked.find("logits");
  const Rows rows = rows_along(logits.shape, asked.axis.value_or(-1));
  std::vector<double> gradient(cotangent->size());
  for (std::size_t draw = 0; draw < asked.draws.value_or(1); ++draw) {
    for (std::size_t row = 0; row < rows.starts.size(); ++row) {
      ForwardRow forward{.logits = row_of(logits, rows, 0, row),
                         .soft = row_of(soft, rows, draw, row),
                         .cotangent = row_of(*cotangent, rows, draw, row),
                         .temperature = *asked.temperature,
                         .hard = asked.hard.value_or(false)};
      forward.chosen = static_cast<std::size_t>(std::ranges::max_element(forward.soft) - forward.soft.begin());
      const std::vector<double> entries = backward.gradient(forward);
      for (std::size_t k = 0; k < rows.classes; ++k) gradient[draw * rows.elements + rows.at(row, k)] = entries[k];
    }
  }
  array(answer.arrays, "gradient") = subject::real_array(cotangent->shape, gradient, asked.dtype);
}

}  // namespace

subject::Array soft_samples(subject::Question asked) {
  asked.hard = false;
  std::erase_if(asked.arrays, [](const subject::NamedArray& named) { return named.name == "cotangent"; });
  subject::Answer answer = std::get<subject::Answer>(subject::Reference().ask(asked));
  return std::move(array(answer.arrays, "sample"));
}

std::vector<double> softmax_backward(const std::vector<double>& weights, const ForwardRow& row) {
  const double mean = std::inner_product(weights.begin(), weights.end(), row.cotangent.begin(), 0.0);
  std::vector<double> gradient(weights.size());
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    gradient[i] = weights[i] * (row.cotangent[i] - mean) / row.temperature;
  }
  return gradient;
}

subject::Subject with_gradient(BackwardPass backward) {
  return altered({.operations = {subject::Operation::gumbel_softmax},
                  .description =
                      [frozen = backward.frozen_noise](subject::Description& description) {
                        description.operations[subject::Operation::gumbel_softmax].frozen_noise = frozen;
                      },
                  .answer = [backward = std::move(backward)](
                                const subject::Question& asked,
                                subject::Answer& answer) { replace_gradient(asked, backward, answer); }});
}

}  // namespace gumbelcheck::fault
