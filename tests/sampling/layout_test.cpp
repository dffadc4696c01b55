// Axis, shape and strides: along any axis of any array in any layout, every function gives what it gives for
// each row alone, side by side in memory.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <memory>
#include <type_traits>

#include "both_types.hpp"
#include "generators.hpp"
#include "gumbelcheck/sampling/categorical.hpp"
#include "gumbelcheck/sampling/concrete_density.hpp"
#include "gumbelcheck/sampling/gumbel_max.hpp"
#include "gumbelcheck/sampling/gumbel_softmax.hpp"
#include "gumbelcheck/sampling/gumbel_top_k.hpp"
#include "gumbelcheck/sampling/softmax.hpp"
#include "gumbelcheck/sampling/straight_through.hpp"
#include "strided.hpp"

namespace gumbelcheck::sampling {
namespace {

using generators::Batch;

// Takes up to three arrays of the batch's shape and fills a result.
template <class T, class Value>
using Asked = std::function<void(std::vector<View<T>> in, int axis, View<Value> out)>;

// `length` is that of the axis in the result; 0: the result has no such axis.
template <class T, class Value = T>
void rows_agree(const Batch<T>& batch, const std::vector<std::vector<T>>& arrays, std::size_t length,
                const std::type_identity_t<Asked<T, Value>>& ask) {
  Shape shape = batch.shape;
  if (length == 0) {
    shape = without_axis(shape, batch.resolved());
  } else {
    shape[batch.resolved()] = length;
  }
  std::vector<std::unique_ptr<Strided<T>>> in;
  std::vector<View<T>> views;
  for (const std::vector<T>& array : arrays) {
    in.push_back(std::make_unique<Strided<T>>(batch.shape, *layout(batch.shape.size()), array));
    views.push_back(in.back()->view());
  }
  Strided<Value> out(shape, *layout(shape.size()), {});
  ask(views, batch.axis, out.view());
  for (std::size_t i = 0; i < in.size(); ++i) {
    RC_ASSERT(in[i]->values() == arrays[i]);
    RC_ASSERT(in[i]->gaps_untouched());
  }
  RC_ASSERT(out.gaps_untouched());
  const std::vector<Value> found = out.values();
  Batch<Value> result{shape, static_cast<int>(batch.resolved()), found};
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    std::vector<std::vector<T>> row_arrays;
    std::vector<View<T>> row_views;
    for (const std::vector<T>& array : arrays) row_arrays.push_back(batch.row(array, row));
    for (std::vector<T>& array : row_arrays) row_views.push_back(contiguous(array.data(), {array.size()}));
    std::vector<Value> expected(length == 0 ? 1 : length);
    ask(row_views, -1, contiguous(expected.data(), length == 0 ? Shape{} : Shape{length}));
    RC_ASSERT((length == 0 ? std::vector<Value>{found[row]} : result.row(found, row)) == expected);
  }
}

template <class T>
struct Drawn {
  Batch<T> batch;
  std::vector<T> noise, cotangent;
  double temperature;
};
template <class T>
Drawn<T> drawn() {
  Drawn<T> made;
  made.batch = *generators::batch<T>();
  made.noise = *generators::beside(made.batch, generators::noise<T>());
  made.cotangent = *generators::beside(made.batch, generators::cotangent<T>());
  made.temperature = *generators::temperature();
  return made;
}

TEST(LayoutProperty, Softmax) {
  holds_for_both_types([]<class T>() {
    const Drawn<T> d = drawn<T>();
    rows_agree<T>(d.batch, {d.batch.logits}, d.batch.classes(), [&](auto in, int axis, View<T> out) {
      softmax<T>(in[0], {.temperature = d.temperature, .axis = axis}, out);
    });
    rows_agree<T>(d.batch, {d.batch.logits}, d.batch.classes(), [&](auto in, int axis, View<T> out) {
      log_softmax<T>(in[0], {.temperature = d.temperature, .axis = axis}, out);
    });
    rows_agree<T>(d.batch, {d.batch.logits, d.cotangent}, d.batch.classes(), [&](auto in, int axis, View<T> out) {
      softmax_gradient<T>(in[0], in[1], {.temperature = d.temperature, .axis = axis}, out);
    });
  });
}

TEST(LayoutProperty, GumbelSoftmax) {
  holds_for_both_types([]<class T>() {
    const Drawn<T> d = drawn<T>();
    const bool hard = *rc::gen::arbitrary<bool>();
    rows_agree<T>(d.batch, {d.batch.logits, d.noise}, d.batch.classes(), [&](auto in, int axis, View<T> out) {
      gumbel_softmax<T>(in[0], in[1], {.temperature = d.temperature, .hard = hard, .axis = axis}, out);
    });
    rows_agree<T>(d.batch, {d.batch.logits, d.noise}, d.batch.classes(), [&](auto in, int axis, View<T> out) {
      log_gumbel_softmax<T>(in[0], in[1], {.temperature = d.temperature, .axis = axis}, out);
    });
    rows_agree<T>(d.batch, {d.batch.logits, d.noise, d.cotangent}, d.batch.classes(),
                  [&](auto in, int axis, View<T> out) {
                    gumbel_softmax_gradient<T>(in[0], in[1], in[2],
                                               {.temperature = d.temperature, .hard = hard, .axis = axis}, out);
                  });
    rows_agree<T>(d.batch, {d.batch.logits, d.noise, d.cotangent}, 0, [&](auto in, int axis, View<T> out) {
      std::vector<T> gradient(element_count(in[0].shape));
      gumbel_softmax_gradient<T>(in[0], in[1], in[2], {.temperature = d.temperature, .axis = axis},
                                 contiguous(gradient.data(), in[0].shape), out);
    });
  });
}

TEST(LayoutProperty, StraightThrough) {
  holds_for_both_types([]<class T>() {
    const Drawn<T> d = drawn<T>();
    rows_agree<T>(d.batch, {d.batch.logits, d.noise}, d.batch.classes(), [&](auto in, int axis, View<T> out) {
      straight_through<T>(in[0], in[1], {.temperature = d.temperature, .axis = axis}, out);
    });
    rows_agree<T>(d.batch, {d.batch.logits, d.noise, d.cotangent}, d.batch.classes(),
                  [&](auto in, int axis, View<T> out) {
                    straight_through_tangent<T>(in[0], in[1], in[2], {.temperature = d.temperature, .axis = axis}, out);
                  });
    // Element by element, so any axis will do.
    std::vector<T> hard, soft;
    for (const T v : d.cotangent) {
      hard.push_back(v > 0 ? 1 : 0);
      soft.push_back(std::abs(v) / 16);
    }
    rows_agree<T>(d.batch, {hard, soft}, d.batch.classes(),
                  [&](auto in, int, View<T> out) { composed_straight_through<T>(in[0], in[1], out); });
  });
}

TEST(LayoutProperty, Indices) {
  holds_for_both_types([]<class T>() {
    const Drawn<T> d = drawn<T>();
    rows_agree<T, std::int64_t>(d.batch, {d.batch.logits, d.noise}, 0, [&](auto in, int axis, View<std::int64_t> out) {
      gumbel_max<T>(in[0], in[1], axis, out);
    });
    rows_agree<T>(d.batch, {d.batch.logits, d.noise}, 0, [&](auto in, int axis, View<T> out) {
      std::vector<std::int64_t> index(element_count(out.shape));
      gumbel_max<T>(in[0], in[1], axis, contiguous(index.data(), out.shape), out);
    });
    rows_agree<T, std::int64_t>(d.batch, {d.batch.logits}, 0, [&](auto in, int axis, View<std::int64_t> out) {
      // The same uniform for every row, so that rows can be asked alone.
      categorical<T>(
          in[0], axis, [] { return random::uniform_pair(0xB504F333F9DE6484u); }, out);
    });
    std::size_t possible = d.batch.classes();
    for (std::size_t row = 0; row < d.batch.rows(); ++row) {
      const std::vector<T> entries = d.batch.row(d.batch.logits, row);
      possible = std::min<std::size_t>(possible, static_cast<std::size_t>(std::ranges::count_if(
                                                     entries, [](T logit) { return std::isfinite(logit); })));
    }
    const auto k = *rc::gen::inRange<std::size_t>(1, possible + 1);
    rows_agree<T, std::int64_t>(d.batch, {d.batch.logits, d.noise}, k, [&](auto in, int axis, View<std::int64_t> out) {
      gumbel_top_k<T>(in[0], in[1], k, axis, out);
    });
  });
}

TEST(LayoutProperty, ConcreteDensity) {
  holds_for_both_types([]<class T>() {
    Drawn<T> d = drawn<T>();
    for (T& logit : d.batch.logits) logit = std::isfinite(logit) ? std::clamp(logit, T(-9), T(9)) : T(1);
    std::vector<T> value(d.batch.logits.size()), log_value(d.batch.logits.size());
    const View<const T> logits = contiguous(d.batch.logits.data(), d.batch.shape);
    softmax<T>(logits, {.temperature = 1, .axis = d.batch.axis}, contiguous(value.data(), d.batch.shape));
    log_softmax<T>(logits, {.temperature = 1, .axis = d.batch.axis}, contiguous(log_value.data(), d.batch.shape));
    const auto options = [&](int axis) { return ConcreteOptions{.temperature = d.temperature, .axis = axis}; };
    rows_agree<T>(d.batch, {d.batch.logits, value}, 0,
                  [&](auto in, int axis, View<T> out) { concrete_log_density<T>(in[0], in[1], options(axis), out); });
    rows_agree<T>(d.batch, {d.batch.logits, log_value}, 0, [&](auto in, int axis, View<T> out) {
      log_concrete_log_density<T>(in[0], in[1], options(axis), out);
    });
    for (const bool log : {false, true}) {
      const auto gradient = [&](std::vector<View<T>>& in, int axis, DensityGradient<T> wanted) {
        if (log) {
          log_concrete_log_density_gradient<T>(in[0], in[1], options(axis), wanted);
        } else {
          concrete_log_density_gradient<T>(in[0], in[1], options(axis), wanted);
        }
      };
      const std::vector<std::vector<T>> arrays = {d.batch.logits, log ? log_value : value};
      rows_agree<T>(d.batch, arrays, d.batch.classes(), [&](auto in, int axis, View<T> out) {
        gradient(in, axis, {.logits = out, .value = {}, .temperature = {}});
      });
      rows_agree<T>(d.batch, arrays, d.batch.classes(), [&](auto in, int axis, View<T> out) {
        gradient(in, axis, {.logits = {}, .value = out, .temperature = {}});
      });
      rows_agree<T>(d.batch, arrays, 0, [&](auto in, int axis, View<T> out) {
        gradient(in, axis, {.logits = {}, .value = {}, .temperature = out});
      });
    }
  });
}

// A stride of 0 repeats a row: one set of logits under many rows of noise.
TEST(LayoutProperty, StrideZeroRepeats) {
  holds_for_both_types([]<class T>() {
    const auto logits = *generators::logits_row<T>();
    const std::size_t classes = logits.size();
    const auto draws = *rc::gen::inRange<std::size_t>(1, 6);
    const auto noise = *rc::gen::container<std::vector<T>>(draws * classes, generators::noise<T>());
    std::vector<T> sample(noise.size());
    const View<const T> repeated{logits.data(), {draws, classes}, {0, 1}};
    gumbel_softmax<T>(repeated, contiguous(noise.data(), {draws, classes}), {},
                      contiguous(sample.data(), {draws, classes}));
    for (std::size_t draw = 0; draw < draws; ++draw) {
      std::vector<T> alone(classes);
      gumbel_softmax<T>(contiguous(logits.data(), {classes}), contiguous(noise.data() + draw * classes, {classes}), {},
                        contiguous(alone.data(), {classes}));
      RC_ASSERT(std::equal(alone.begin(), alone.end(), sample.begin() + static_cast<std::ptrdiff_t>(draw * classes)));
    }
  });
}

TEST(Layout, ArraysWithoutRowsAreNoError) {
  std::vector<float> nothing;
  softmax<float>(contiguous(nothing.data(), {0, 3}), {}, contiguous(nothing.data(), {0, 3}));
  std::vector<std::int64_t> index;
  gumbel_max<float>(contiguous(nothing.data(), {2, 0, 3}), contiguous(nothing.data(), {2, 0, 3}), -1,
                    contiguous(index.data(), {2, 0}));
}

}  // namespace
}  // namespace gumbelcheck::sampling
