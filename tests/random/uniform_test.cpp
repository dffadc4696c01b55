// Uniforms: open at both ends, as fine at 1 as at 0.

#include "gumbelcheck/random/uniform.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "generators.hpp"

namespace gumbelcheck::random {
namespace {

using Exact = boost::multiprecision::cpp_int;  // in units of 2^-1100, below every double

Exact exact(double x) {
  int exponent = 0;
  const auto digits = static_cast<std::int64_t>(std::ldexp(std::frexp(x, &exponent), 53));
  return Exact(digits) << (1100 + exponent - 53);
}
Exact midpoint_of(std::uint64_t word) { return (Exact(word) * 2 + 1) << (1100 - 65); }

TEST(UniformGolden, AllZeroAndAllOneWords) {
  const UniformPair zeros = uniform_pair(0);
  EXPECT_EQ(zeros.lower, 0x1p-65);
  EXPECT_EQ(zeros.upper, 1 - 0x1p-53);
  const UniformPair ones = uniform_pair(~std::uint64_t{0});
  EXPECT_EQ(ones.lower, 1 - 0x1p-53);
  EXPECT_EQ(ones.upper, 0x1p-65);
}

TEST(UniformGolden, EdgeWords) {
  const auto table = nlohmann::json::parse(std::ifstream(GUMBELCHECK_TEST_DATA "/random/stream_words.json"));
  for (const auto& row : table["uniforms"]) {
    const UniformPair pair = uniform_pair(row["word"].get<std::uint64_t>());
    // As multiples of 2^-65, which at the high end need 65 bits.
    EXPECT_EQ(exact(pair.lower) >> (1100 - 65), Exact(row["lower"].get<std::string>())) << row.dump();
    EXPECT_EQ(exact(pair.upper) >> (1100 - 65), Exact(row["upper"].get<std::string>())) << row.dump();
  }
}

TEST(UniformGolden, OneWordEach) {
  const StreamId id{.seed = 3, .purpose = Purpose::cotangent};
  const UniformSource source = uniforms(id);
  Stream stream(id);
  for (int i = 0; i < 5; ++i) {
    const UniformPair pair = source();
    const UniformPair expected = uniform_pair(stream());
    EXPECT_EQ(pair.lower, expected.lower);
    EXPECT_EQ(pair.upper, expected.upper);
  }
}

RC_GTEST_PROP(UniformProperty, OpenAndWithinItsError, ()) {
  const std::uint64_t word = *generators::word();
  const UniformPair pair = uniform_pair(word);
  for (const auto& [value, of] : {std::pair{pair.lower, word}, std::pair{pair.upper, ~word}}) {
    RC_ASSERT(value >= 0x1p-65);
    RC_ASSERT(value <= 1 - 0x1p-53);
    const Exact missing = midpoint_of(of) - exact(value);
    const Exact ulp = exact(std::nextafter(value, 2.0)) - exact(value);
    RC_ASSERT(missing >= 0);  // rounded toward zero
    RC_ASSERT(missing < ulp * static_cast<int>(kUniformUlp));
  }
}

RC_GTEST_PROP(UniformProperty, ComplementSwapsTheEnds, ()) {
  const std::uint64_t word = *generators::word();
  RC_ASSERT(uniform_pair(word).lower == uniform_pair(~word).upper);
  RC_ASSERT(uniform_pair(word).upper == uniform_pair(~word).lower);
}

RC_GTEST_PROP(UniformProperty, LargerWordsGiveNoSmallerUniforms, ()) {
  const std::uint64_t a = *generators::word();
  const std::uint64_t b = *generators::word();
  const auto [smaller, larger] = std::minmax(a, b);
  RC_ASSERT(uniform_pair(smaller).lower <= uniform_pair(larger).lower);
  // Near 1, where `lower` is coarse, `upper` still tells words apart.
  const std::uint64_t near_one = ~(a >> 12);
  RC_PRE(near_one != 0);
  RC_ASSERT(uniform_pair(near_one).upper < uniform_pair(near_one - 1).upper);
}

}  // namespace
}  // namespace gumbelcheck::random
