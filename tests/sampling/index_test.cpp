// Gumbel-max, Gumbel-top-k and the interval method: exact facts about the indices.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "both_types.hpp"
#include "exact.hpp"
#include "generators.hpp"
#include "gumbelcheck/sampling/categorical.hpp"
#include "gumbelcheck/sampling/gumbel_max.hpp"
#include "gumbelcheck/sampling/gumbel_top_k.hpp"

namespace gumbelcheck::sampling {
namespace {

template <class T>
std::vector<std::int64_t> top_k(const std::vector<T>& logits, const std::vector<T>& noise, std::size_t k) {
  const Shape shape{logits.size()};
  std::vector<std::int64_t> index(k);
  gumbel_top_k<T>(contiguous(logits.data(), shape), contiguous(noise.data(), shape), k, -1,
                  contiguous(index.data(), {k}));
  return index;
}

template <class T>
std::size_t possible_classes(const std::vector<T>& logits) {
  return static_cast<std::size_t>(std::ranges::count_if(logits, [](T logit) { return std::isfinite(logit); }));
}

TEST(GumbelMaxProperty, IndexIsTheFirstLargestSum) {
  holds_for_both_types([]<class T>() {
    const auto logits = *generators::logits_row<T>();
    const auto noise = *rc::gen::container<std::vector<T>>(logits.size(), generators::noise<T>());
    const Shape shape{logits.size()};
    std::int64_t index = -1;
    T maximum = 0;
    gumbel_max<T>(contiguous(logits.data(), shape), contiguous(noise.data(), shape), 0, {&index, {}, {}},
                  {&maximum, {}, {}});
    const auto winner = static_cast<std::size_t>(index);
    RC_ASSERT(winner < logits.size());
    RC_ASSERT(std::isfinite(logits[winner]));
    RC_ASSERT(maximum == logits[winner] + noise[winner]);
    for (std::size_t i = 0; i < logits.size(); ++i) {
      const T sum = logits[i] + noise[i];
      RC_ASSERT((i < winner ? sum < maximum : sum <= maximum));
    }
  });
}

TEST(GumbelTopKProperty, OrderedWithoutRepeats) {
  holds_for_both_types([]<class T>() {
    const auto logits = *generators::logits_row<T>();
    const auto noise = *rc::gen::container<std::vector<T>>(logits.size(), generators::noise<T>());
    const auto k = *rc::gen::inRange<std::size_t>(1, possible_classes(logits) + 1);
    const std::vector<std::int64_t> index = top_k(logits, noise, k);
    RC_ASSERT(std::set<std::int64_t>(index.begin(), index.end()).size() == k);
    const auto sum = [&](std::int64_t i) {
      return logits[static_cast<std::size_t>(i)] + noise[static_cast<std::size_t>(i)];
    };
    for (std::size_t j = 0; j < k; ++j) {
      RC_ASSERT(index[j] >= 0);
      RC_ASSERT(index[j] < static_cast<std::int64_t>(logits.size()));
      RC_ASSERT(std::isfinite(logits[static_cast<std::size_t>(index[j])]));
      if (j == 0) continue;
      RC_ASSERT(sum(index[j]) <= sum(index[j - 1]));
      if (sum(index[j]) == sum(index[j - 1])) RC_ASSERT(index[j] > index[j - 1]);
    }
    // Nothing that was left out is larger.
    for (std::size_t i = 0; i < logits.size(); ++i) {
      const bool taken = std::ranges::find(index, static_cast<std::int64_t>(i)) != index.end();
      if (!taken) RC_ASSERT(logits[i] + noise[i] <= sum(index.back()));
    }
    // A longer answer begins with the shorter one, which begins with Gumbel-max.
    const std::vector<std::int64_t> all = top_k(logits, noise, possible_classes(logits));
    RC_ASSERT(std::equal(index.begin(), index.end(), all.begin()));
  });
}

// ---- the interval method

// Where u lies among the exact running sums of the probabilities, to the stated 2^-52 and the table's own
// exponentials: a class may be drawn only if u is in its interval, or within that error of it.
TEST(CategoricalProperty, UniformLiesInTheInterval) {
  holds_for_both_types([]<class T>() {
    const auto logits = *generators::logits_row<T>();
    const std::uint64_t word = *generators::word();
    const random::UniformPair uniform = random::uniform_pair(word);
    const std::size_t index = IntervalTable<T>(logits).draw(uniform);
    RC_ASSERT(index < logits.size());
    RC_ASSERT(std::isfinite(logits[index]));
    const ExactSoftmax<T> exact(exact_row(logits), T(1));
    RC_ASSERT(exact.y[index] > Exact("1e-324"));  // its weight is no number that a double underflows
    Exact before = 0, after = 0;                  // probability of the classes on either side
    for (std::size_t i = 0; i < index; ++i) before += exact.y[i];
    for (std::size_t i = index + 1; i < logits.size(); ++i) after += exact.y[i];
    // Relative to u from the front and to 1 - u from the back, so that both ends are sharp.
    const bool front = uniform.lower < 0.5;
    const Exact u = front ? Exact(uniform.lower) : Exact(uniform.upper);
    const Exact below = front ? before : after;
    const Exact above = below + exact.y[index];
    const Exact slack = u * Exact(0x1p-52) * 6;
    RC_ASSERT(below <= u + slack);
    RC_ASSERT(u <= above + slack);
  });
}

// Zero-probability classes at every bucket edge, and uniforms at every edge of the range.
TEST(CategoricalProperty, ImpossibleClassesAreNeverDrawn) {
  holds_for_both_types([]<class T>() {
    const T inf = std::numeric_limits<T>::infinity();
    auto some = *generators::row_of(generators::moderate_logit<T>(), 1, 8);
    std::vector<T> logits;
    for (const T logit : some) {
      logits.insert(logits.end(), *rc::gen::inRange<std::size_t>(0, 3), -inf);
      logits.push_back(logit);
    }
    logits.insert(logits.end(), *rc::gen::inRange<std::size_t>(0, 3), -inf);
    const IntervalTable<T> table(logits);
    for (const std::uint64_t word : {std::uint64_t{0}, ~std::uint64_t{0}, std::uint64_t{1} << 63,
                                     (std::uint64_t{1} << 63) - 1, *generators::word()}) {
      RC_ASSERT(std::isfinite(logits[table.draw(random::uniform_pair(word))]));
    }
    // Uniforms that fall exactly on the edges of equal intervals.
    for (T& logit : logits) logit = std::isfinite(logit) ? 0 : -inf;
    const IntervalTable<T> equal(logits);
    for (std::size_t edge = 1; edge < some.size(); ++edge) {
      const double u = static_cast<double>(edge) / static_cast<double>(some.size());
      RC_ASSERT(std::isfinite(logits[equal.draw({.lower = u, .upper = 1 - u})]));
    }
  });
}

TEST(Categorical, EveryClassOfEqualOnesGetsItsInterval) {
  const IntervalTable<double> table(std::vector<double>(8, -3.5));
  for (std::size_t k = 0; k < 8; ++k) {
    const std::uint64_t first = static_cast<std::uint64_t>(k) << 61;
    EXPECT_EQ(table.draw(random::uniform_pair(first + (1u << 20))), k);
    EXPECT_EQ(table.draw(random::uniform_pair(first + (std::uint64_t{1} << 61) - (1u << 20))), k);
  }
}

// A uniform exactly on an edge belongs to the class on the side of one half.
TEST(Categorical, EdgesBelongToTheInnerClass) {
  const IntervalTable<double> table(std::vector<double>(8, -3.5));
  for (std::size_t edge = 1; edge < 8; ++edge) {
    const double u = static_cast<double>(edge) / 8;
    EXPECT_EQ(table.draw({.lower = u, .upper = 1 - u}), edge < 4 ? edge : edge - 1) << "u = " << u;
  }
}

// A class of probability 4e-18 has its interval at either end of the row: at the high end no `lower` reaches
// it.
TEST(Categorical, RareClassesAreResolvedAtBothEnds) {
  const std::uint64_t ones = ~std::uint64_t{0};
  EXPECT_EQ(IntervalTable<double>(std::vector<double>{0, -40}).draw(random::uniform_pair(ones)), 1u);
  EXPECT_EQ(IntervalTable<double>(std::vector<double>{0, -40}).draw(random::uniform_pair(ones - 1000)), 0u);
  EXPECT_EQ(IntervalTable<double>(std::vector<double>{-40, 0}).draw(random::uniform_pair(0)), 0u);
  EXPECT_EQ(IntervalTable<double>(std::vector<double>{-40, 0}).draw(random::uniform_pair(1000)), 1u);
}

// A heavy class before, or after, a quarter of a million light ones: a float running sum swallows them.
TEST(Categorical, LightClassesBesideAHeavyOneAreReached) {
  constexpr std::size_t kClasses = 262144;
  for (const bool heavy_first : {true, false}) {
    std::vector<float> logits(kClasses, -20);
    logits[heavy_first ? 0 : kClasses - 1] = 0;
    const IntervalTable<float> table(logits);
    const double light = std::exp(-20.0) / (1 + (kClasses - 1) * std::exp(-20.0));
    for (const std::size_t k : {std::size_t{1}, std::size_t{1000}, kClasses - 2}) {
      // The middle of class k's interval.
      const double front = (heavy_first ? 1 - light * static_cast<double>(kClasses - 1) : 0) +
                           light * (static_cast<double>(k) - (heavy_first ? 1 : 0) + .5);
      EXPECT_EQ(table.draw({.lower = front, .upper = 1 - front}), k) << "heavy first: " << heavy_first;
    }
  }
}

}  // namespace
}  // namespace gumbelcheck::sampling
