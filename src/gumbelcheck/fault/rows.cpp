#include "gumbelcheck/fault/rows.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "gumbelcheck/sampling/validation.hpp"
#include "gumbelcheck/sampling/view.hpp"

namespace gumbelcheck::fault {

Rows rows_along(const subject::Shape& shape, int axis) {
  const std::size_t at = sampling::resolved_axis("rows_along", shape, axis);
  Rows rows;
  rows.classes = shape[at];
  rows.elements = subject::element_count(shape);
  rows.reduced = sampling::without_axis(shape, at);
  for (std::size_t i = at + 1; i < shape.size(); ++i) rows.stride *= shape[i];
  const std::size_t span = rows.stride * rows.classes;
  if (span == 0) return rows;
  for (std::size_t outer = 0; outer < rows.elements; outer += span) {
    for (std::size_t inner = 0; inner < rows.stride; ++inner) rows.starts.push_back(outer + inner);
  }
  return rows;
}

std::vector<double> row_of(const subject::Array& values, const Rows& rows, std::size_t draw, std::size_t row) {
  std::vector<double> entries(rows.classes);
  const std::size_t first = draw * rows.elements;
  for (std::size_t k = 0; k < rows.classes; ++k) entries[k] = values.real(first + rows.at(row, k));
  return entries;
}

AskedRows asked_rows(const subject::Question& question) {
  const subject::Array* logits = question.find("logits");
  if (logits == nullptr) throw std::invalid_argument("the question has no array \"logits\"");
  if (question.temperature) sampling::checked_temperature<float>("fault", *question.temperature);
  AskedRows asked;
  asked.rows = rows_along(logits->shape, question.axis.value_or(-1));
  for (std::size_t row = 0; row < asked.rows.starts.size(); ++row) {
    asked.logits.push_back(row_of(*logits, asked.rows, 0, row));
    sampling::check_logits<double>("fault", asked.logits.back(), row);
  }
  return asked;
}

subject::Shape with_draws(const subject::Question& question, subject::Shape shape) {
  if (question.draws) shape.insert(shape.begin(), static_cast<std::size_t>(*question.draws));
  return shape;
}

std::vector<double> weights_of(const std::vector<double>& logits) {
  const double largest = *std::ranges::max_element(logits);
  std::vector<double> weights = logits;
  for (double& weight : weights) weight = std::exp(weight - largest);
  return weights;
}

}  // namespace gumbelcheck::fault
