#include "gumbelcheck/claim/density_points.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gumbelcheck/claim/reals.hpp"
#include "gumbelcheck/claim/tolerance.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::claim {

std::vector<double> simplex_point(random::Stream& stream, std::size_t classes, std::size_t number,
                                  subject::Dtype dtype) {
  constexpr double kSpreads[] = {0, 1, 4, 16};
  const double spread = kSpreads[number % 4];
  std::vector<double> point(classes);
  for (double& x : point) x = std::exp(spread * (2 * random::uniform_pair(stream()).lower - 1));
  const double sum = std::accumulate(point.begin(), point.end(), 0.0);
  for (double& x : point) x = subject::rounded_to(dtype, x / sum);
  return point;
}

double density_rounding(std::span<const double> logits, double temperature, std::span<const double> point,
                        subject::Dtype dtype) {
  const double classes = static_cast<double>(logits.size());
  double size = std::lgamma(classes) + (classes - 1) * std::abs(std::log(temperature)) + 1;
  double largest = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const double log_x = std::abs(std::log(point[i]));
    size += std::abs(logits[i]) + (temperature + 1) * log_x;
    largest = std::max(largest, std::abs(logits[i]) + temperature * log_x);
  }
  size += 2 * classes * (largest + std::log(classes));
  return (classes + kRoundingsOfDensity) * subject::unit_roundoff(dtype) * size;
}

double point_rounding(std::size_t classes, double temperature, subject::Dtype dtype) {
  return static_cast<double>(classes) * (2 * temperature + 2) * subject::unit_roundoff(dtype);
}

std::vector<double> asked_log_density(Inquiry& inquiry, const std::vector<double>& points) {
  const Case& tried = inquiry.tried();
  const std::size_t classes = tried.logits.size();
  const std::vector<double> logits = rounded_logits(tried);
  std::vector<double> repeated;
  repeated.reserve(points.size());
  while (repeated.size() < points.size()) repeated.insert(repeated.end(), logits.begin(), logits.end());
  const subject::Shape shape = {points.size() / classes, classes};
  subject::Question question = inquiry.question(subject::Operation::concrete_log_density);
  if (question.axis) question.axis = -1;
  question.arrays = {{"logits", subject::real_array(shape, repeated, tried.dtype)},
                     {"value", subject::real_array(shape, points, tried.dtype)}};
  const subject::Answer answer = inquiry.ask(question);
  const Reals density(array(answer, "log_density"));
  std::vector<double> values(density.size());
  for (std::size_t n = 0; n < values.size(); ++n) values[n] = density[n];
  return values;
}

}  // namespace gumbelcheck::claim
