#include <algorithm>
#include <numeric>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/rows.hpp"

namespace gumbelcheck::fault::planted {

namespace {

// The rows from the one with the largest logit to the one with the smallest.
std::vector<std::size_t> sorted_rows(const subject::Array& logits, const Rows& rows) {
  std::vector<double> largest;
  for (std::size_t row = 0; row < rows.starts.size(); ++row) {
    largest.push_back(std::ranges::max(row_of(logits, rows, 0, row)));
  }
  std::vector<std::size_t> order(largest.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return largest[a] > largest[b]; });
  return order;
}

// Every draw of `values` with row `from[i]` moved to row `to[i]`.
subject::Array moved(const subject::Array& values, const Rows& rows, const std::vector<std::size_t>& from,
                     const std::vector<std::size_t>& to, subject::Dtype dtype) {
  std::vector<double> placed(values.size());
  for (std::size_t draw = 0; draw < values.size() / rows.elements; ++draw) {
    for (std::size_t i = 0; i < from.size(); ++i) {
      const std::vector<double> row = row_of(values, rows, draw, from[i]);
      for (std::size_t k = 0; k < rows.classes; ++k) placed[draw * rows.elements + rows.at(to[i], k)] = row[k];
    }
  }
  return subject::real_array(values.shape, placed, dtype);
}

std::vector<std::size_t> in_order(std::size_t rows) {
  std::vector<std::size_t> order(rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

}  // namespace

Fault rows_sorted_before_the_noise_is_drawn() {
  return {.id = "rows-sorted-before-the-noise-is-drawn",
          .sentence =
              "The rows of a batch are sorted by their largest logit, drawn, and put back: which noise a row "
              "gets depends on the other rows, and its law does not.",
          .source = "planted",
          .refuted_by = "gumbel-softmax/batch",
          .open = [] {
            return altered({.operations = {subject::Operation::gumbel_softmax},
                            .description =
                                [](subject::Description& description) {
                                  subject::Offer& offer = description.operations[subject::Operation::gumbel_softmax];
                                  offer.gradient = offer.temperature_gradient = offer.noise = false;
                                },
                            .question =
                                [](subject::Question& question) {
                                  subject::Array& logits = array(question.arrays, "logits");
                                  const Rows rows = rows_along(logits.shape, question.axis.value_or(-1));
                                  const std::vector<std::size_t> order = sorted_rows(logits, rows);
                                  logits = moved(logits, rows, order, in_order(order.size()), question.dtype);
                                },
                            .answer =
                                [](const subject::Question& asked, subject::Answer& answer) {
                                  const subject::Array& logits = *asked.find("logits");
                                  const Rows rows = rows_along(logits.shape, asked.axis.value_or(-1));
                                  const std::vector<std::size_t> order = sorted_rows(logits, rows);
                                  subject::Array& sample = array(answer.arrays, "sample");
                                  sample = moved(sample, rows, in_order(order.size()), order, asked.dtype);
                                }});
          }};
}

}  // namespace gumbelcheck::fault::planted
