#pragma once

// Arrays laid out in any way: axes in any order in memory, running backwards, with gaps between. What lies in
// the gaps is watched.

#include <rapidcheck.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include "gumbelcheck/sampling/view.hpp"

namespace gumbelcheck::sampling {

struct Layout {
  std::vector<std::size_t> order;  // of the axes in memory, slowest first
  std::vector<int> backwards;      // 1: the axis runs backwards
  std::vector<int> gap;            // elements left unused after each step of the axis
};

inline rc::Gen<Layout> layout(std::size_t rank) {
  const auto choices = rc::gen::container<std::vector<int>>(rank, rc::gen::inRange(0, 1000));
  return rc::gen::map(choices, [rank](const std::vector<int>& codes) {
    Layout made;
    made.order.resize(rank);
    std::iota(made.order.begin(), made.order.end(), std::size_t{0});
    std::ranges::stable_sort(made.order, {}, [&](std::size_t axis) { return codes[axis] / 100; });
    for (const int code : codes) {
      made.backwards.push_back(code % 2);
      made.gap.push_back(code / 2 % 3);
    }
    return made;
  });
}

// Holds `values`, given in C order, in the layout.
template <class T>
class Strided {
 public:
  static constexpr T kGap = T(-12345);

  Strided(const Shape& shape, const Layout& layout, const std::vector<T>& values) : shape_(shape) {
    Strides strides(shape.size());
    std::ptrdiff_t step = 1, first = 0;
    for (std::size_t i = shape.size(); i-- > 0;) {
      const std::size_t axis = layout.order[i];
      const auto length = static_cast<std::ptrdiff_t>(shape[axis]);
      step += layout.gap[axis];
      strides[axis] = layout.backwards[axis] ? -step : step;
      if (layout.backwards[axis]) first += step * (length - 1);
      step *= length;
    }
    buffer_.assign(static_cast<std::size_t>(std::max<std::ptrdiff_t>(step, 1)), kGap);
    view_ = {buffer_.data() + first, shape, strides};
    for (std::size_t i = 0; i < values.size(); ++i) view_.data[offset(i)] = values[i];
  }
  Strided(const Strided&) = delete;  // the view points into the buffer

  const View<T>& view() const { return view_; }
  std::vector<T> values() const {
    std::vector<T> read(element_count(shape_));
    for (std::size_t i = 0; i < read.size(); ++i) read[i] = view_.data[offset(i)];
    return read;
  }
  bool gaps_untouched() const {
    std::vector<T> left = buffer_;
    const std::ptrdiff_t first = view_.data - buffer_.data();
    for (std::size_t i = 0; i < element_count(shape_); ++i) left[static_cast<std::size_t>(first + offset(i))] = kGap;
    return std::ranges::all_of(left, [](T x) { return x == kGap; });
  }

 private:
  std::ptrdiff_t offset(std::size_t flat) const {
    std::ptrdiff_t sum = 0;
    for (std::size_t axis = shape_.size(); axis-- > 0;) {
      sum += static_cast<std::ptrdiff_t>(flat % shape_[axis]) * view_.strides[axis];
      flat /= shape_[axis];
    }
    return sum;
  }

  Shape shape_;
  std::vector<T> buffer_;
  View<T> view_;
};

}  // namespace gumbelcheck::sampling
