#include "gumbelcheck/sampling/concrete_density.hpp"

#include <fmt/format.h>

#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>
#include <vector>

#include "gumbelcheck/sampling/accumulator.hpp"
#include "gumbelcheck/sampling/kernels.hpp"
#include "gumbelcheck/sampling/validation.hpp"

namespace gumbelcheck::sampling {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

enum class Point { value, log_value };  // what the caller gave: x or log x
enum class Zeros { have_limits, refused };

const char* argument_name(Point point) { return point == Point::value ? "value" : "log_value"; }

// One row in double, the classes that take part alone.
struct Row {
  std::vector<double> logits;
  std::vector<double> log_value;  // finite
  std::size_t zeros = 0;          // classes that take part and have a zero entry; they are not in the vectors
  double zero_logit = 0;          // of one of them
  bool off_the_face = false;      // a class of probability zero has a positive entry

  std::size_t classes() const { return logits.size() + zeros; }
};

template <class T>
void check_point(const char* function, Point point, std::span<const T> entries, std::size_t row_index) {
  Accumulator<> sum;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const double x = entries[i];
    const bool right = point == Point::value ? std::isfinite(x) && x >= 0 : !std::isnan(x) && x <= kSimplexSlack;
    if (!right) {
      throw std::invalid_argument(
          fmt::format("{}: {} must be {}, but row {} has {} at class {}", function, argument_name(point),
                      point == Point::value ? "finite and not negative" : "at most 0", row_index, entries[i], i));
    }
    sum.add(point == Point::value ? x : std::exp(x));
  }
  if (!(std::abs(sum.sum() - 1) <= kSimplexSlack)) {
    throw std::invalid_argument(fmt::format(
        "{}: {} must lie on the simplex, but {} of row {} is {}, more than {} from 1", function, argument_name(point),
        point == Point::value ? "the sum" : "the sum of the exponentials", row_index, sum.sum(), kSimplexSlack));
  }
}

template <class T>
void read_row(const char* function, Point point, Zeros zeros, std::span<const T> logits, std::span<const T> entries,
              std::size_t row_index, Row& row) {
  check_logits(function, logits, row_index);
  check_point(function, point, entries, row_index);
  row.logits.clear();
  row.log_value.clear();
  row.zeros = 0;
  row.off_the_face = false;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const double x = entries[i];
    const double logit = logits[i];
    const bool zero = point == Point::value ? x == 0 : x == -kInfinity;
    const bool possible = logit != -kInfinity;
    if (possible && !zero) {
      row.logits.push_back(logit);
      row.log_value.push_back(point == Point::value ? std::log(x) : x);
      continue;
    }
    if (possible) {
      ++row.zeros;
      row.zero_logit = logit;
    } else if (!zero) {
      row.off_the_face = true;
    }
    if (zeros == Zeros::refused && possible == zero) {
      throw std::invalid_argument(fmt::format(
          "{}: {} must be {} where the logit is {}, for the gradient to exist, but row {} has {} at class {}", function,
          argument_name(point),
          possible ? (point == Point::value ? "positive" : "finite") : (point == Point::value ? "zero" : "-inf"),
          possible ? "finite" : "-inf", row_index, entries[i], i));
    }
  }
}

double sum_of(const std::vector<double>& terms) {
  Accumulator<> sum;
  for (const double term : terms) sum.add(term);
  return sum.sum();
}

// The limit of the density of x where entries are zero: the power of such an entry is (K-1) t - 1.
double limit_at_zero(const Row& row, double temperature) {
  const auto classes = static_cast<double>(row.classes());
  const double power = std::fma(classes - 1, temperature, -1.0);  // rounded once, so its sign is exact
  if (power > 0) return -kInfinity;
  if (power < 0 || row.zeros > 1) return kInfinity;
  // At power 0 x_i cancels; its term alone makes up the sum over the classes.
  Accumulator<> sum;
  sum.add(boost::math::lgamma(classes));
  sum.add((classes - 1) * std::log(temperature));
  for (std::size_t i = 0; i < row.logits.size(); ++i) {
    sum.add(row.logits[i]);
    sum.add(-(temperature + 1) * row.log_value[i]);
  }
  sum.add(-(classes - 1) * row.zero_logit);
  return sum.sum();
}

double log_density_of(Point point, const Row& row, double temperature, std::vector<double>& weights) {
  if (row.off_the_face) return -kInfinity;
  if (row.zeros > 0) return point == Point::value ? limit_at_zero(row, temperature) : -kInfinity;
  weights.resize(row.logits.size());
  const double log_product = concrete_log_density_row<double>(row.logits, row.log_value, temperature, weights);
  const double of_log = log_product + boost::math::lgamma(static_cast<double>(row.classes()));
  return point == Point::value ? of_log - sum_of(row.log_value) : of_log;
}

// The rows of logits and points side by side, checked.
template <class T, class Use>
void each_row(const char* function, Point point, Zeros zeros, const View<const T>& logits, const View<const T>& entries,
              std::size_t axis, Use use) {
  check_view(function, argument_name(point), entries);
  check_shape(function, argument_name(point), entries.shape, logits.shape);
  const std::size_t rows = element_count(logits.shape) / logits.shape[axis];
  RowWalk<const T> o(logits, axis);
  RowWalk<const T> x(entries, axis);
  Row row;
  for (std::size_t index = 0; index < rows; ++index, o.next(), x.next()) {
    const std::span<const T> o_row = o.read();
    const std::span<const T> x_row = x.read();
    read_row(function, point, zeros, o_row, x_row, index, row);
    use(row, o_row, x_row);
  }
}

template <class T>
void log_density(const char* function, Point point, const View<const T>& logits, const View<const T>& entries,
                 ConcreteOptions options, const View<T>& out) {
  const double temperature = checked_temperature<T>(function, options.temperature);
  const std::size_t axis = checked_axis(function, logits, options.axis);
  check_view(function, "log_density", out);
  check_shape(function, "log_density", out.shape, without_axis(logits.shape, axis));
  RowWalk<T> result = element_walk(out, axis);
  std::vector<double> weights;
  each_row(function, point, Zeros::have_limits, logits, entries, axis,
           [&](const Row& row, std::span<const T>, std::span<const T>) {
             result.room()[0] = static_cast<T>(log_density_of(point, row, temperature, weights));
             result.store();
             result.next();
           });
}

// A result that may be absent.
template <class T>
std::optional<RowWalk<T>> wanted(const char* function, const char* argument, const View<T>& view, const Shape& shape,
                                 std::size_t axis, bool whole_rows) {
  if (view.data == nullptr) return std::nullopt;
  check_view(function, argument, view);
  check_shape(function, argument, view.shape, shape);
  return whole_rows ? RowWalk<T>(view, axis) : element_walk(view, axis);
}

template <class T>
void density_gradient(const char* function, Point point, const View<const T>& logits, const View<const T>& entries,
                      ConcreteOptions options, const DensityGradient<T>& gradient) {
  const double temperature = checked_temperature<T>(function, options.temperature);
  const std::size_t axis = checked_axis(function, logits, options.axis);
  auto by_logits = wanted(function, "gradient.logits", gradient.logits, logits.shape, axis, true);
  auto by_value = wanted(function, "gradient.value", gradient.value, logits.shape, axis, true);
  auto by_temperature =
      wanted(function, "gradient.temperature", gradient.temperature, without_axis(logits.shape, axis), axis, false);
  std::vector<double> weights;
  const auto finish = [](std::optional<RowWalk<T>>& walk) {
    if (!walk) return;
    walk->store();
    walk->next();
  };
  each_row(function, point, Zeros::refused, logits, entries, axis,
           [&](const Row& row, std::span<const T> o_row, std::span<const T> x_row) {
             weights.resize(row.classes());
             concrete_log_density_row<double>(row.logits, row.log_value, temperature, weights);
             const auto classes = static_cast<double>(row.classes());
             Accumulator<> total;
             total.add((classes - 1) / temperature);
             std::size_t at = 0;
             for (std::size_t i = 0; i < o_row.size(); ++i) {
               const bool possible = o_row[i] != -std::numeric_limits<T>::infinity();
               const double excess = possible ? classes * weights[at] - 1 : 0;
               if (by_logits) by_logits->room()[i] = static_cast<T>(0 - excess);
               if (by_value) {
                 const double slope = point == Point::value ? (temperature * excess - 1) / static_cast<double>(x_row[i])
                                                            : temperature * excess;
                 by_value->room()[i] = possible ? static_cast<T>(slope) : T{0};
               }
               if (!possible) continue;
               total.add(excess * row.log_value[at]);
               ++at;
             }
             if (by_temperature) by_temperature->room()[0] = static_cast<T>(total.sum());
             finish(by_logits);
             finish(by_value);
             finish(by_temperature);
           });
}

}  // namespace

template <class T>
void concrete_log_density(Input<T> logits, Input<T> value, ConcreteOptions options, View<T> out) {
  log_density<T>("concrete_log_density", Point::value, logits, value, options, out);
}

template <class T>
void log_concrete_log_density(Input<T> logits, Input<T> log_value, ConcreteOptions options, View<T> out) {
  log_density<T>("log_concrete_log_density", Point::log_value, logits, log_value, options, out);
}

template <class T>
void concrete_log_density_gradient(Input<T> logits, Input<T> value, ConcreteOptions options,
                                   std::type_identity_t<DensityGradient<T>> gradient) {
  density_gradient<T>("concrete_log_density_gradient", Point::value, logits, value, options, gradient);
}

template <class T>
void log_concrete_log_density_gradient(Input<T> logits, Input<T> log_value, ConcreteOptions options,
                                       std::type_identity_t<DensityGradient<T>> gradient) {
  density_gradient<T>("log_concrete_log_density_gradient", Point::log_value, logits, log_value, options, gradient);
}

template void concrete_log_density<float>(Input<float>, Input<float>, ConcreteOptions, View<float>);
template void concrete_log_density<double>(Input<double>, Input<double>, ConcreteOptions, View<double>);
template void log_concrete_log_density<float>(Input<float>, Input<float>, ConcreteOptions, View<float>);
template void log_concrete_log_density<double>(Input<double>, Input<double>, ConcreteOptions, View<double>);
template void concrete_log_density_gradient<float>(Input<float>, Input<float>, ConcreteOptions, DensityGradient<float>);
template void concrete_log_density_gradient<double>(Input<double>, Input<double>, ConcreteOptions,
                                                    DensityGradient<double>);
template void log_concrete_log_density_gradient<float>(Input<float>, Input<float>, ConcreteOptions,
                                                       DensityGradient<float>);
template void log_concrete_log_density_gradient<double>(Input<double>, Input<double>, ConcreteOptions,
                                                        DensityGradient<double>);

}  // namespace gumbelcheck::sampling
