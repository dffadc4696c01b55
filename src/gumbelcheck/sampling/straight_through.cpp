#include "gumbelcheck/sampling/straight_through.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "gumbelcheck/sampling/validation.hpp"

namespace gumbelcheck::sampling {

namespace {

GumbelSoftmaxOptions with_hard(StraightThroughOptions options, bool hard) {
  return {.temperature = options.temperature, .hard = hard, .axis = options.axis};
}

}  // namespace

template <class T>
void straight_through(Input<T> logits, Input<T> noise, StraightThroughOptions options, View<T> value) {
  gumbel_softmax<T>(logits, noise, with_hard(options, true), value);
}

template <class T>
void straight_through_gradient(Input<T> logits, Input<T> noise, Input<T> cotangent, StraightThroughOptions options,
                               View<T> gradient, std::type_identity_t<View<T>> temperature_gradient) {
  gumbel_softmax_gradient<T>(logits, noise, cotangent, with_hard(options, true), gradient, temperature_gradient);
}

template <class T>
void straight_through_tangent(Input<T> logits, Input<T> noise, Input<T> logits_tangent, StraightThroughOptions options,
                              View<T> tangent) {
  check_view("straight_through_tangent", "logits_tangent", logits_tangent);
  check_shape("straight_through_tangent", "logits_tangent", logits_tangent.shape, logits.shape);
  gumbel_softmax_gradient<T>(logits, noise, logits_tangent, with_hard(options, true), tangent);
}

template <class T>
void composed_straight_through(Input<T> hard, Input<T> soft, View<T> composed) {
  constexpr const char* kName = "composed_straight_through";
  check_view(kName, "hard", hard);
  check_view(kName, "soft", soft);
  check_shape(kName, "soft", soft.shape, hard.shape);
  check_view(kName, "composed", composed);
  check_shape(kName, "composed", composed.shape, hard.shape);
  // Elements are rows of length one along an axis of their own.
  const std::size_t count = element_count(hard.shape);
  RowWalk<const T> h = element_walk(hard, hard.shape.size());
  RowWalk<const T> y = element_walk(soft, hard.shape.size());
  RowWalk<T> out = element_walk(composed, hard.shape.size());
  for (std::size_t i = 0; i < count; ++i, h.next(), y.next(), out.next()) {
    const T hard_i = h.read()[0];
    const T soft_i = y.read()[0];
    if (hard_i != 0 && hard_i != 1) {
      throw std::invalid_argument(fmt::format("{}: hard must be 0 or 1, but element {} is {}", kName, i, hard_i));
    }
    if (!(soft_i >= 0 && soft_i <= 1)) {
      throw std::invalid_argument(fmt::format("{}: soft must lie in [0, 1], but element {} is {}", kName, i, soft_i));
    }
    out.room()[0] = (hard_i - soft_i) + soft_i;
    out.store();
  }
}

template void straight_through<float>(Input<float>, Input<float>, StraightThroughOptions, View<float>);
template void straight_through<double>(Input<double>, Input<double>, StraightThroughOptions, View<double>);
template void straight_through_gradient<float>(Input<float>, Input<float>, Input<float>, StraightThroughOptions,
                                               View<float>, View<float>);
template void straight_through_gradient<double>(Input<double>, Input<double>, Input<double>, StraightThroughOptions,
                                                View<double>, View<double>);
template void straight_through_tangent<float>(Input<float>, Input<float>, Input<float>, StraightThroughOptions,
                                              View<float>);
template void straight_through_tangent<double>(Input<double>, Input<double>, Input<double>, StraightThroughOptions,
                                               View<double>);
template void composed_straight_through<float>(Input<float>, Input<float>, View<float>);
template void composed_straight_through<double>(Input<double>, Input<double>, View<double>);

}  // namespace gumbelcheck::sampling
