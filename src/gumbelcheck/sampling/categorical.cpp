#include "gumbelcheck/sampling/categorical.hpp"

#include <algorithm>
#include <cmath>

#include "gumbelcheck/sampling/accumulator.hpp"
#include "gumbelcheck/sampling/kernels.hpp"
#include "gumbelcheck/sampling/validation.hpp"

namespace gumbelcheck::sampling {

namespace {

// The first k whose running sum exceeds `target`: never a class of weight zero, whose sum is its
// forerunner's.
std::size_t first_above(const std::vector<double>& sums, double target) {
  return static_cast<std::size_t>(std::upper_bound(sums.begin(), sums.end(), target) - sums.begin());
}

}  // namespace

template <class T>
IntervalTable<T>::IntervalTable(std::span<const T> logits, std::size_t row_index) {
  check_logits("categorical", logits, row_index);
  const double maximum = logits[largest(logits)];
  std::vector<double> weights(logits.size());
  for (std::size_t i = 0; i < logits.size(); ++i) weights[i] = std::exp(static_cast<double>(logits[i]) - maximum);
  const auto running = [](auto begin, auto end, std::vector<double>& sums) {
    Accumulator<> total;
    double last = 0;
    for (auto weight = begin; weight != end; ++weight) {
      total.add(*weight);
      if (*weight > 0) last = std::max(last, total.sum());  // a rounded sum may not fall
      sums.push_back(last);
    }
  };
  front_.reserve(weights.size());
  back_.reserve(weights.size());
  running(weights.begin(), weights.end(), front_);
  running(weights.rbegin(), weights.rend(), back_);
}

template <class T>
std::size_t IntervalTable<T>::draw(random::UniformPair uniform) const {
  // Either target is at most about half the total, so some sum exceeds it.
  if (uniform.lower < 0.5) return first_above(front_, uniform.lower * front_.back());
  return size() - 1 - first_above(back_, uniform.upper * back_.back());
}

template <class T>
void categorical(Input<T> logits, int axis, const random::UniformSource& source, View<std::int64_t> index) {
  const std::size_t resolved = checked_axis<T>("categorical", logits, axis);
  check_view("categorical", "index", index);
  check_shape("categorical", "index", index.shape, without_axis(logits.shape, resolved));
  const std::size_t rows = element_count(logits.shape) / logits.shape[resolved];
  RowWalk<const T> in(logits, resolved);
  RowWalk<std::int64_t> out = element_walk(index, resolved);
  for (std::size_t row = 0; row < rows; ++row, in.next(), out.next()) {
    const IntervalTable<T> table(in.read(), row);
    out.room()[0] = static_cast<std::int64_t>(table.draw(source()));
    out.store();
  }
}

template class IntervalTable<float>;
template class IntervalTable<double>;
template void categorical<float>(Input<float>, int, const random::UniformSource&, View<std::int64_t>);
template void categorical<double>(Input<double>, int, const random::UniformSource&, View<std::int64_t>);

}  // namespace gumbelcheck::sampling
