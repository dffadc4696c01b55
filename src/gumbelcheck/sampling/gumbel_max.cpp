#include "gumbelcheck/sampling/gumbel_max.hpp"

#include <optional>

#include "gumbelcheck/sampling/kernels.hpp"
#include "gumbelcheck/sampling/validation.hpp"

namespace gumbelcheck::sampling {

template <class T>
void gumbel_max(Input<T> logits, Input<T> noise, int axis, View<std::int64_t> index,
                std::type_identity_t<View<T>> maximum) {
  constexpr const char* kName = "gumbel_max";
  const std::size_t resolved = checked_axis<T>(kName, logits, axis);
  const Shape reduced = without_axis(logits.shape, resolved);
  check_view(kName, "noise", noise);
  check_shape(kName, "noise", noise.shape, logits.shape);
  check_view(kName, "index", index);
  check_shape(kName, "index", index.shape, reduced);
  std::optional<RowWalk<T>> maxima;
  if (maximum.data != nullptr) {
    check_view(kName, "maximum", maximum);
    check_shape(kName, "maximum", maximum.shape, reduced);
    maxima.emplace(element_walk(maximum, resolved));
  }
  const std::size_t rows = element_count(logits.shape) / logits.shape[resolved];
  RowWalk<const T> o(logits, resolved);
  RowWalk<const T> g(noise, resolved);
  RowWalk<std::int64_t> out = element_walk(index, resolved);
  std::vector<T> scores(logits.shape[resolved]);
  for (std::size_t row = 0; row < rows; ++row, o.next(), g.next(), out.next()) {
    const std::span<const T> o_row = o.read();
    const std::span<const T> g_row = g.read();
    check_logits(kName, o_row, row);
    check_finite(kName, "noise", g_row, row);
    perturbed_row<T>(o_row, g_row, scores);
    const std::size_t winner = largest<T>(scores);
    out.room()[0] = static_cast<std::int64_t>(winner);
    out.store();
    if (maxima) {
      maxima->room()[0] = scores[winner];
      maxima->store();
      maxima->next();
    }
  }
}

template void gumbel_max<float>(Input<float>, Input<float>, int, View<std::int64_t>, View<float>);
template void gumbel_max<double>(Input<double>, Input<double>, int, View<std::int64_t>, View<double>);

}  // namespace gumbelcheck::sampling
