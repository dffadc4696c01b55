// Threefry4x32-20 against the known answers that Random123 is published with, and as a stream's generator.

#include "gumbelcheck/random/threefry.hpp"

#include <gtest/gtest.h>

#include "gumbelcheck/random/stream.hpp"

namespace gumbelcheck::random {
namespace {

using Words = std::array<std::uint32_t, 4>;

// Rows "threefry4x32 20" of Random123's examples/kat_vectors.
TEST(ThreefryGolden, KnownAnswers) {
  EXPECT_EQ(threefry4x32_20({0, 0, 0, 0}, {0, 0, 0, 0}), (Words{0x9c6ca96a, 0xe17eae66, 0xfc10ecd4, 0x5256a7d8}));
  constexpr std::uint32_t ones = 0xffffffff;
  EXPECT_EQ(threefry4x32_20({ones, ones, ones, ones}, {ones, ones, ones, ones}),
            (Words{0x2a881696, 0x57012287, 0xf6c7446e, 0xa16a6732}));
  EXPECT_EQ(threefry4x32_20({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                            {0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89}),
            (Words{0x59cd1dbb, 0xb8879579, 0x86b5d00c, 0xac8b6d84}));
}

TEST(Threefry, AStreamDrawsItsWordsFromTheGeneratorThatItNames) {
  const StreamId philox{.seed = 7, .claim = 3, .block = 5};
  StreamId threefry = philox;
  threefry.generator = Generator::threefry;
  Stream one(philox), other(threefry);
  const std::uint64_t first = other();
  const std::uint64_t second = other();
  EXPECT_NE(one(), first);
  // Key: the seed; counter: position / 2, block, case, purpose and claim. Low half first.
  const Words words = threefry4x32_20({0, 5, 0, (1u << 24) | 3u}, {7, 0, 0, 0});
  EXPECT_EQ(first, (std::uint64_t{words[1]} << 32) | words[0]);
  EXPECT_EQ(second, (std::uint64_t{words[3]} << 32) | words[2]);
  other.seek(1);
  EXPECT_EQ(other(), second);
}

}  // namespace
}  // namespace gumbelcheck::random
