#pragma once

// What every public function of this folder asks of its arguments. Each throws std::invalid_argument with a
// sentence that names function, argument, value, index and rule; kernels only assume it.

#include <span>
#include <string>

#include "gumbelcheck/sampling/view.hpp"

namespace gumbelcheck::sampling {

// rule    positive and finite, also when rounded to T (1e-60 is 0 as a float)
// throws  std::invalid_argument
template <class T>
T checked_temperature(const char* function, double temperature);

// rule    as many strides as axes, data present unless empty, product of the shape representable; where T is
//         not const, that is for a result, no stride of 0 along an axis longer than 1
// throws  std::invalid_argument, std::length_error
template <class T>
void check_view(const char* function, const char* argument, const View<T>& view);

// throws  std::invalid_argument when the shapes differ
void check_shape(const char* function, const char* argument, const Shape& shape, const Shape& expected);

// rule    the axis, resolved, of logits with at least one class along it
// throws  std::invalid_argument
template <class T>
std::size_t checked_axis(const char* function, const View<const T>& logits, int axis);

// rule    finite or -inf, and not all -inf
// throws  std::invalid_argument
template <class T>
void check_logits(const char* function, std::span<const T> row, std::size_t row_index);

// rule    finite
// throws  std::invalid_argument
template <class T>
void check_finite(const char* function, const char* argument, std::span<const T> row, std::size_t row_index);

}  // namespace gumbelcheck::sampling
