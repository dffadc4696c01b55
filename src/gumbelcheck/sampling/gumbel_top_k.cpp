#include "gumbelcheck/sampling/gumbel_top_k.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "gumbelcheck/sampling/kernels.hpp"
#include "gumbelcheck/sampling/validation.hpp"

namespace gumbelcheck::sampling {

template <class T>
void gumbel_top_k(Input<T> logits, Input<T> noise, std::size_t k, int axis, View<std::int64_t> index) {
  constexpr const char* kName = "gumbel_top_k";
  const std::size_t resolved = checked_axis<T>(kName, logits, axis);
  const std::size_t classes = logits.shape[resolved];
  if (k < 1 || k > classes) {
    throw std::invalid_argument(
        fmt::format("{}: k must be at least 1 and at most {}, the number of classes, but it is {}", kName, classes, k));
  }
  Shape expected = logits.shape;
  expected[resolved] = k;
  check_view(kName, "noise", noise);
  check_shape(kName, "noise", noise.shape, logits.shape);
  check_view(kName, "index", index);
  check_shape(kName, "index", index.shape, expected);
  const std::size_t rows = element_count(logits.shape) / classes;
  RowWalk<const T> o(logits, resolved);
  RowWalk<const T> g(noise, resolved);
  RowWalk<std::int64_t> out(index, resolved);
  std::vector<T> scores(classes);
  std::vector<std::int64_t> order(classes);
  for (std::size_t row = 0; row < rows; ++row, o.next(), g.next(), out.next()) {
    const std::span<const T> o_row = o.read();
    const std::span<const T> g_row = g.read();
    check_logits(kName, o_row, row);
    check_finite(kName, "noise", g_row, row);
    const auto possible =
        classes - static_cast<std::size_t>(std::count(o_row.begin(), o_row.end(), -std::numeric_limits<T>::infinity()));
    if (k > possible) {
      throw std::invalid_argument(
          fmt::format("{}: k must be at most {}, the number of classes of row {} whose logit is not -inf, but it is {}",
                      kName, possible, row, k));
    }
    perturbed_row<T>(o_row, g_row, scores);
    std::iota(order.begin(), order.end(), std::int64_t{0});
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(k), order.end(),
                      [&](std::int64_t a, std::int64_t b) {
                        const T score_a = scores[static_cast<std::size_t>(a)];
                        const T score_b = scores[static_cast<std::size_t>(b)];
                        return score_a != score_b ? score_a > score_b : a < b;
                      });
    std::copy_n(order.begin(), k, out.room().begin());
    out.store();
  }
}

template void gumbel_top_k<float>(Input<float>, Input<float>, std::size_t, int, View<std::int64_t>);
template void gumbel_top_k<double>(Input<double>, Input<double>, std::size_t, int, View<std::int64_t>);

}  // namespace gumbelcheck::sampling
