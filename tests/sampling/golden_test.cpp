// Fixed words in, exact bits and indices out, and how many words were consumed. The table was made by
// 60-digit arithmetic from the layout of the streams (tests/data/sampling/make_golden.py).

#include <gtest/gtest.h>

#include <bit>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

#include "gumbelcheck/sampling/categorical.hpp"
#include "gumbelcheck/sampling/gumbel_max.hpp"
#include "gumbelcheck/sampling/gumbel_softmax.hpp"
#include "gumbelcheck/sampling/gumbel_top_k.hpp"
#include "gumbelcheck/sampling/noise.hpp"

namespace gumbelcheck::sampling {
namespace {

struct Draw {
  std::vector<float> noise;
  std::vector<std::int64_t> order;  // of the possible classes, by score
  float maximum = 0;
  std::int64_t interval = 0;
};
struct Golden {
  std::string name;
  std::uint64_t seed = 0;
  std::vector<float> logits;
  std::vector<Draw> draws;
};

std::vector<Golden> golden() {
  const auto bits = [](const nlohmann::json& value) { return std::bit_cast<float>(value.get<std::uint32_t>()); };
  std::vector<Golden> read;
  for (const auto& row : nlohmann::json::parse(std::ifstream(GUMBELCHECK_TEST_DATA "/sampling/golden.json"))) {
    Golden made{row["name"], row["seed"], {}, {}};
    for (const auto& logit : row["logits"]) {
      made.logits.push_back(logit.is_null() ? -std::numeric_limits<float>::infinity() : logit.get<float>());
    }
    for (const auto& draw : row["draws"]) {
      Draw one{{}, draw["order"], bits(draw["maximum"]), draw["interval"]};
      for (const auto& g : draw["noise"]) one.noise.push_back(bits(g));
      made.draws.push_back(std::move(one));
    }
    read.push_back(std::move(made));
  }
  return read;
}

// Each draw of a case with its noise as the sampler makes it.
template <class Check>
void each_draw(Check check) {
  int draws = 0;
  for (const Golden& row : golden()) {
    random::Stream stream({.seed = row.seed});
    std::vector<float> noise(row.logits.size());
    for (const Draw& draw : row.draws) {
      SCOPED_TRACE(row.name);
      fill_gumbel(std::span(noise), stream);
      check(row, draw, noise);
      ++draws;
    }
  }
  EXPECT_EQ(draws, 24);
}

template <class T>
View<const T> row_view(const std::vector<T>& row) {
  return contiguous(row.data(), {row.size()});
}

TEST(NoiseGolden, BitsOutOfAStream) {
  each_draw([](const Golden&, const Draw& draw, const std::vector<float>& noise) { EXPECT_EQ(noise, draw.noise); });
}

// One word an element, whatever the type: so frozen noise is the same for float and double.
TEST(NoiseGolden, WordsConsumed) {
  for (const Golden& row : golden()) {
    random::Stream narrow({.seed = row.seed}), wide({.seed = row.seed});
    std::vector<float> floats(17);
    std::vector<double> doubles(17);
    fill_gumbel(std::span(floats), narrow);
    fill_gumbel(std::span(doubles), wide);
    EXPECT_EQ(narrow.position(), 17u);
    EXPECT_EQ(wide.position(), 17u);
    for (std::size_t i = 0; i < floats.size(); ++i) EXPECT_EQ(floats[i], static_cast<float>(doubles[i]));
  }
}

TEST(GumbelMaxGolden, IndexAndMaximum) {
  each_draw([](const Golden& row, const Draw& draw, const std::vector<float>& noise) {
    std::int64_t index = -1;
    float maximum = 0;
    gumbel_max<float>(row_view(row.logits), row_view(noise), -1, {&index, {}, {}}, {&maximum, {}, {}});
    EXPECT_EQ(index, draw.order[0]);
    EXPECT_EQ(maximum, draw.maximum);
  });
}

TEST(GumbelTopKGolden, Order) {
  each_draw([](const Golden& row, const Draw& draw, const std::vector<float>& noise) {
    for (std::size_t k = 1; k <= draw.order.size(); ++k) {
      std::vector<std::int64_t> index(k);
      gumbel_top_k<float>(row_view(row.logits), row_view(noise), k, -1, contiguous(index.data(), {k}));
      EXPECT_TRUE(std::equal(index.begin(), index.end(), draw.order.begin())) << "k = " << k;
    }
  });
}

TEST(GumbelSoftmaxGolden, HardSample) {
  each_draw([](const Golden& row, const Draw& draw, const std::vector<float>& noise) {
    std::vector<float> expected(row.logits.size(), 0);
    expected[static_cast<std::size_t>(draw.order[0])] = 1;
    for (const double temperature : {.01, 1.0, 1e6}) {
      std::vector<float> sample(row.logits.size());
      gumbel_softmax<float>(row_view(row.logits), row_view(noise), {.temperature = temperature, .hard = true},
                            contiguous(sample.data(), {sample.size()}));
      EXPECT_EQ(sample, expected);
    }
  });
}

TEST(CategoricalGolden, IndexAndWordsConsumed) {
  for (const Golden& row : golden()) {
    random::Stream stream({.seed = row.seed});
    const random::UniformSource source = [&stream] { return random::uniform_pair(stream()); };
    for (const Draw& draw : row.draws) {
      std::int64_t index = -1;
      categorical<float>(row_view(row.logits), -1, source, {&index, {}, {}});
      EXPECT_EQ(index, draw.interval) << row.name;
    }
    EXPECT_EQ(stream.position(), row.draws.size());
    // A batch takes one word a row.
    std::vector<float> batch;
    for (int i = 0; i < 3; ++i) batch.insert(batch.end(), row.logits.begin(), row.logits.end());
    std::vector<std::int64_t> indices(3);
    stream.seek(0);
    categorical<float>(contiguous(batch.data(), {3, row.logits.size()}), -1, source, contiguous(indices.data(), {3}));
    EXPECT_EQ(stream.position(), 3u);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(indices[i], row.draws[i].interval) << row.name;
  }
}

}  // namespace
}  // namespace gumbelcheck::sampling
