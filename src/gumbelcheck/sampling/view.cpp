#include "gumbelcheck/sampling/view.hpp"

#include <fmt/format.h>

#include <limits>
#include <stdexcept>

namespace gumbelcheck::sampling {

std::size_t element_count(const Shape& shape) {
  for (const std::size_t length : shape) {
    if (length == 0) return 0;
  }
  // Offsets are signed, so half the range is the limit.
  constexpr std::size_t kLimit = std::numeric_limits<std::ptrdiff_t>::max();
  std::size_t count = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] > kLimit / count) {
      throw std::length_error(
          fmt::format("element_count: shape must have a product of at most {}, but axis {} of length {} exceeds it",
                      kLimit, i, shape[i]));
    }
    count *= shape[i];
  }
  return count;
}

Strides contiguous_strides(const Shape& shape) {
  element_count(shape);
  Strides strides(shape.size());
  std::ptrdiff_t step = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    strides[i] = step;
    step *= static_cast<std::ptrdiff_t>(shape[i]);
  }
  return strides;
}

std::size_t resolved_axis(const char* function, const Shape& shape, int axis) {
  const auto rank = static_cast<long long>(shape.size());
  if (axis < -rank || axis >= rank) {
    throw std::invalid_argument(
        fmt::format("{}: axis must be at least {} and below {} for an array of {} axes, but it is {}", function, -rank,
                    rank, rank, axis));
  }
  return static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
}

Shape without_axis(Shape shape, std::size_t axis) {
  shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
  return shape;
}

}  // namespace gumbelcheck::sampling
