#include "gumbelcheck/sampling/softmax.hpp"

#include "gumbelcheck/sampling/kernels.hpp"
#include "gumbelcheck/sampling/validation.hpp"

namespace gumbelcheck::sampling {

namespace {

// Walks the rows: checks one, scales it into `out`, and lets `finish` turn it into the result in place.
template <class T, class Finish>
void each_scaled_row(const char* function, const View<const T>& logits, SoftmaxOptions options, const View<T>& out,
                     Finish finish) {
  const T temperature = checked_temperature<T>(function, options.temperature);
  const std::size_t axis = checked_axis(function, logits, options.axis);
  check_view(function, "out", out);
  check_shape(function, "out", out.shape, logits.shape);
  const std::size_t rows = element_count(logits.shape) / logits.shape[axis];
  RowWalk<const T> in(logits, axis);
  RowWalk<T> result(out, axis);
  for (std::size_t row = 0; row < rows; ++row, in.next(), result.next()) {
    const std::span<const T> scores = in.read();
    check_logits(function, scores, row);
    const std::span<T> room = result.room();
    scaled_row(scores, temperature, room);
    finish(room, row);
    result.store();
  }
}

}  // namespace

template <class T>
void softmax(Input<T> logits, SoftmaxOptions options, View<T> out) {
  each_scaled_row<T>("softmax", logits, options, out,
                     [](std::span<T> row, std::size_t) { softmax_of_scaled_row<T>(row, row); });
}

template <class T>
void log_softmax(Input<T> logits, SoftmaxOptions options, View<T> out) {
  each_scaled_row<T>("log_softmax", logits, options, out,
                     [](std::span<T> row, std::size_t) { log_softmax_of_scaled_row<T>(row, row); });
}

template <class T>
void softmax_gradient(Input<T> logits, Input<T> cotangent, SoftmaxOptions options, View<T> gradient) {
  constexpr const char* kName = "softmax_gradient";
  const T temperature = checked_temperature<T>(kName, options.temperature);
  const std::size_t axis = checked_axis<T>(kName, logits, options.axis);
  check_view(kName, "cotangent", cotangent);
  check_shape(kName, "cotangent", cotangent.shape, logits.shape);
  RowWalk<const T> v(cotangent, axis);
  each_scaled_row<T>(kName, logits, options, gradient, [&](std::span<T> row, std::size_t index) {
    const std::span<const T> v_row = v.read();
    check_finite(kName, "cotangent", v_row, index);
    softmax_of_scaled_row<T>(row, row);
    softmax_gradient_row<T>(row, v_row, temperature, row);
    v.next();
  });
}

template void softmax<float>(Input<float>, SoftmaxOptions, View<float>);
template void softmax<double>(Input<double>, SoftmaxOptions, View<double>);
template void log_softmax<float>(Input<float>, SoftmaxOptions, View<float>);
template void log_softmax<double>(Input<double>, SoftmaxOptions, View<double>);
template void softmax_gradient<float>(Input<float>, Input<float>, SoftmaxOptions, View<float>);
template void softmax_gradient<double>(Input<double>, Input<double>, SoftmaxOptions, View<double>);

}  // namespace gumbelcheck::sampling
