#pragma once

// Arrays of any shape and any strides, and a walk over their rows along one axis. The functions of this
// folder walk rows and hand contiguous spans to the row kernels (kernels.hpp): a faster kernel replaces one
// of those and never sees a shape.

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace gumbelcheck::sampling {

using Shape = std::vector<std::size_t>;
using Strides = std::vector<std::ptrdiff_t>;  // in elements; 0 repeats, negative runs backwards

// An array that somebody else owns.
template <class T>
struct View {
  T* data = nullptr;
  Shape shape;
  Strides strides;

  operator View<const T>() const  // NOLINT(google-explicit-constructor): reading is always allowed
      requires(!std::is_const_v<T>) {
    return {data, shape, strides};
  }
};

// A parameter that takes part in no deduction, so that a View<T> is welcome where a View<const T> is read.
template <class T>
using Input = std::type_identity_t<View<const T>>;

// throws  std::length_error when the product does not fit
std::size_t element_count(const Shape& shape);

// rule  C order: the last axis has stride 1
Strides contiguous_strides(const Shape& shape);

template <class T>
View<T> contiguous(T* data, Shape shape) {
  Strides strides = contiguous_strides(shape);
  return {data, std::move(shape), std::move(strides)};
}

// rule    axis counted from the front; negative axes count from the end, as in NumPy and PyTorch
// throws  std::invalid_argument when it is not in [-rank, rank)
std::size_t resolved_axis(const char* function, const Shape& shape, int axis);

Shape without_axis(Shape shape, std::size_t axis);

// The rows of a view along one axis, in C order of the other axes. A row whose elements lie side by side is
// used in place; any other is gathered into one buffer that is kept, and written back by `store`.
//
// domain  a view that check_view accepts
template <class T>
class RowWalk {
 public:
  RowWalk(const View<T>& view, std::size_t axis)
      : data_(view.data), length_(view.shape[axis]), step_(view.strides[axis]) {
    for (std::size_t i = 0; i < view.shape.size(); ++i) {
      if (i == axis) continue;
      outer_shape_.push_back(view.shape[i]);
      outer_strides_.push_back(view.strides[i]);
    }
    index_.assign(outer_shape_.size(), 0);
    if (!in_place()) buffer_.resize(length_);
  }

  std::span<const T> read() {
    if (in_place()) return {data_ + offset_, length_};
    for (std::size_t i = 0; i < length_; ++i) buffer_[i] = data_[place(i)];
    return buffer_;
  }
  std::span<T> room() {
    if (in_place()) return {data_ + offset_, length_};
    return buffer_;
  }
  void store() {
    if (in_place()) return;
    for (std::size_t i = 0; i < length_; ++i) data_[place(i)] = buffer_[i];
  }
  void next() {
    for (std::size_t i = outer_shape_.size(); i-- > 0;) {
      offset_ += outer_strides_[i];
      if (++index_[i] < outer_shape_[i]) return;
      offset_ -= outer_strides_[i] * static_cast<std::ptrdiff_t>(outer_shape_[i]);
      index_[i] = 0;
    }
  }

 private:
  bool in_place() const { return step_ == 1 || length_ == 1; }
  std::ptrdiff_t place(std::size_t i) const { return offset_ + static_cast<std::ptrdiff_t>(i) * step_; }

  T* data_;
  std::ptrdiff_t offset_ = 0;  // of the row's first element; never a pointer, which may not leave its array
  std::size_t length_;
  std::ptrdiff_t step_;
  Shape outer_shape_;
  Strides outer_strides_;
  std::vector<std::size_t> index_;
  std::vector<std::remove_const_t<T>> buffer_;
};

// A result with one element a row (shape of the logits without the axis), as rows of length one.
template <class T>
RowWalk<T> element_walk(View<T> view, std::size_t axis) {
  view.shape.insert(view.shape.begin() + static_cast<std::ptrdiff_t>(axis), 1);
  view.strides.insert(view.strides.begin() + static_cast<std::ptrdiff_t>(axis), 0);
  return RowWalk<T>(view, axis);
}

}  // namespace gumbelcheck::sampling
