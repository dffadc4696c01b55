#include "gumbelcheck/sampling/gumbel_softmax.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "gumbelcheck/sampling/kernels.hpp"
#include "gumbelcheck/sampling/validation.hpp"

namespace gumbelcheck::sampling {

namespace {

// Walks the rows and leaves logits + noise in the result's room, where `finish` works in place.
template <class T, class Finish>
void each_perturbed_row(const char* function, const View<const T>& logits, const View<const T>& noise, int axis_given,
                        const char* out_name, const View<T>& out, Finish finish) {
  const std::size_t axis = checked_axis(function, logits, axis_given);
  check_view(function, "noise", noise);
  check_shape(function, "noise", noise.shape, logits.shape);
  check_view(function, out_name, out);
  check_shape(function, out_name, out.shape, logits.shape);
  const std::size_t rows = element_count(logits.shape) / logits.shape[axis];
  RowWalk<const T> o(logits, axis);
  RowWalk<const T> g(noise, axis);
  RowWalk<T> result(out, axis);
  for (std::size_t row = 0; row < rows; ++row, o.next(), g.next(), result.next()) {
    const std::span<const T> o_row = o.read();
    const std::span<const T> g_row = g.read();
    check_logits(function, o_row, row);
    check_finite(function, "noise", g_row, row);
    const std::span<T> room = result.room();
    perturbed_row(o_row, g_row, room);
    finish(room, row);
    result.store();
  }
}

}  // namespace

template <class T>
void gumbel_softmax(Input<T> logits, Input<T> noise, GumbelSoftmaxOptions options, View<T> sample) {
  constexpr const char* kName = "gumbel_softmax";
  const T temperature = checked_temperature<T>(kName, options.temperature);
  each_perturbed_row<T>(kName, logits, noise, options.axis, "sample", sample, [&](std::span<T> row, std::size_t) {
    if (options.hard) {
      const std::size_t winner = largest<T>(row);
      std::fill(row.begin(), row.end(), T{0});
      row[winner] = 1;
    } else {
      scaled_row<T>(row, temperature, row);
      softmax_of_scaled_row<T>(row, row);
    }
  });
}

template <class T>
void log_gumbel_softmax(Input<T> logits, Input<T> noise, GumbelSoftmaxOptions options, View<T> log_sample) {
  constexpr const char* kName = "log_gumbel_softmax";
  if (options.hard) {
    throw std::invalid_argument(
        "log_gumbel_softmax: hard must be false, but it is true: a hard sample has no logarithm");
  }
  const T temperature = checked_temperature<T>(kName, options.temperature);
  each_perturbed_row<T>(kName, logits, noise, options.axis, "log_sample", log_sample,
                        [&](std::span<T> row, std::size_t) {
                          scaled_row<T>(row, temperature, row);
                          log_softmax_of_scaled_row<T>(row, row);
                        });
}

template <class T>
void gumbel_softmax_gradient(Input<T> logits, Input<T> noise, Input<T> cotangent, GumbelSoftmaxOptions options,
                             View<T> gradient, std::type_identity_t<View<T>> temperature_gradient) {
  constexpr const char* kName = "gumbel_softmax_gradient";
  const T temperature = checked_temperature<T>(kName, options.temperature);
  const std::size_t axis = checked_axis<T>(kName, logits, options.axis);
  check_view(kName, "cotangent", cotangent);
  check_shape(kName, "cotangent", cotangent.shape, logits.shape);
  std::optional<RowWalk<T>> by_temperature;
  if (temperature_gradient.data != nullptr) {
    check_view(kName, "temperature_gradient", temperature_gradient);
    check_shape(kName, "temperature_gradient", temperature_gradient.shape, without_axis(logits.shape, axis));
    by_temperature.emplace(element_walk(temperature_gradient, axis));
  }
  RowWalk<const T> v(cotangent, axis);
  std::vector<T> y(logits.shape[axis]);
  each_perturbed_row<T>(kName, logits, noise, options.axis, "gradient", gradient,
                        [&](std::span<T> row, std::size_t index) {
                          const std::span<const T> v_row = v.read();
                          check_finite(kName, "cotangent", v_row, index);
                          scaled_row<T>(row, temperature, row);
                          softmax_of_scaled_row<T>(row, y);
                          if (by_temperature) {
                            by_temperature->room()[0] = temperature_gradient_row<T>(y, row, v_row, temperature);
                            by_temperature->store();
                            by_temperature->next();
                          }
                          softmax_gradient_row<T>(y, v_row, temperature, row);
                          v.next();
                        });
}

template void gumbel_softmax<float>(Input<float>, Input<float>, GumbelSoftmaxOptions, View<float>);
template void gumbel_softmax<double>(Input<double>, Input<double>, GumbelSoftmaxOptions, View<double>);
template void log_gumbel_softmax<float>(Input<float>, Input<float>, GumbelSoftmaxOptions, View<float>);
template void log_gumbel_softmax<double>(Input<double>, Input<double>, GumbelSoftmaxOptions, View<double>);
template void gumbel_softmax_gradient<float>(Input<float>, Input<float>, Input<float>, GumbelSoftmaxOptions,
                                             View<float>, View<float>);
template void gumbel_softmax_gradient<double>(Input<double>, Input<double>, Input<double>, GumbelSoftmaxOptions,
                                              View<double>, View<double>);

}  // namespace gumbelcheck::sampling
