#include "gumbelcheck/sampling/validation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <type_traits>

namespace gumbelcheck::sampling {

template <class T>
T checked_temperature(const char* function, double temperature) {
  const T rounded = static_cast<T>(temperature);
  if (!(rounded > 0) || !std::isfinite(rounded)) {
    throw std::invalid_argument(fmt::format("{}: temperature must be positive and finite{}, but it is {}", function,
                                            sizeof(T) == sizeof(float) ? " as a float32" : "", temperature));
  }
  return rounded;
}

template <class T>
void check_view(const char* function, const char* argument, const View<T>& view) {
  if (view.strides.size() != view.shape.size()) {
    throw std::invalid_argument(fmt::format("{}: {} must have one stride for each of its {} axes, but it has {}",
                                            function, argument, view.shape.size(), view.strides.size()));
  }
  if (element_count(view.shape) == 0) return;
  if (view.data == nullptr) {
    throw std::invalid_argument(fmt::format("{}: {} must point at its elements, but it is null", function, argument));
  }
  if constexpr (!std::is_const_v<T>) {
    for (std::size_t i = 0; i < view.shape.size(); ++i) {
      if (view.strides[i] != 0 || view.shape[i] <= 1) continue;
      throw std::invalid_argument(
          fmt::format("{}: {} must have a place for each result, but its stride is 0 along axis {} of length {}",
                      function, argument, i, view.shape[i]));
    }
  }
}

void check_shape(const char* function, const char* argument, const Shape& shape, const Shape& expected) {
  if (shape == expected) return;
  throw std::invalid_argument(fmt::format("{}: {} must have shape ({}), but it has ({})", function, argument,
                                          fmt::join(expected, ", "), fmt::join(shape, ", ")));
}

template <class T>
std::size_t checked_axis(const char* function, const View<const T>& logits, int axis) {
  check_view(function, "logits", logits);
  const std::size_t resolved = resolved_axis(function, logits.shape, axis);
  if (logits.shape[resolved] == 0) {
    throw std::invalid_argument(
        fmt::format("{}: logits must have at least one class along axis {}, but it has none", function, axis));
  }
  return resolved;
}

template <class T>
void check_logits(const char* function, std::span<const T> row, std::size_t row_index) {
  bool possible = false;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (std::isnan(row[i]) || row[i] == std::numeric_limits<T>::infinity()) {
      throw std::invalid_argument(fmt::format("{}: logits must be finite or -inf, but row {} has {} at class {}",
                                              function, row_index, row[i], i));
    }
    possible = possible || row[i] != -std::numeric_limits<T>::infinity();
  }
  if (!possible) {
    throw std::invalid_argument(
        fmt::format("{}: logits must be finite for at least one class of a row, but row {} is -inf at all {} classes",
                    function, row_index, row.size()));
  }
}

template <class T>
void check_finite(const char* function, const char* argument, std::span<const T> row, std::size_t row_index) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!std::isfinite(row[i])) {
      throw std::invalid_argument(fmt::format("{}: {} must be finite, but row {} has {} at class {}", function,
                                              argument, row_index, row[i], i));
    }
  }
}

template float checked_temperature<float>(const char*, double);
template double checked_temperature<double>(const char*, double);
template void check_view(const char*, const char*, const View<float>&);
template void check_view(const char*, const char*, const View<double>&);
template void check_view(const char*, const char*, const View<const float>&);
template void check_view(const char*, const char*, const View<const double>&);
template void check_view(const char*, const char*, const View<std::int64_t>&);
template std::size_t checked_axis<float>(const char*, const View<const float>&, int);
template std::size_t checked_axis<double>(const char*, const View<const double>&, int);
template void check_logits<float>(const char*, std::span<const float>, std::size_t);
template void check_logits<double>(const char*, std::span<const double>, std::size_t);
template void check_finite<float>(const char*, const char*, std::span<const float>, std::size_t);
template void check_finite<double>(const char*, const char*, std::span<const double>, std::size_t);

}  // namespace gumbelcheck::sampling
