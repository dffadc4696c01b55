// Streams: the word at a position is a function of the stream's id and the position, and of nothing else.

#include "gumbelcheck/random/stream.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <stdexcept>

namespace gumbelcheck::random {
namespace {

static_assert(std::uniform_random_bit_generator<Stream>);

const nlohmann::json& golden() {
  static const nlohmann::json table =
      nlohmann::json::parse(std::ifstream(GUMBELCHECK_TEST_DATA "/random/stream_words.json"));
  return table;
}

StreamId id_of(const nlohmann::json& row) {
  return {.seed = row["seed"].get<std::uint64_t>(),
          .purpose = static_cast<Purpose>(row["purpose"].get<int>()),
          .claim = row["claim"].get<std::uint32_t>(),
          .case_index = row["case"].get<std::uint32_t>(),
          .block = row["block"].get<std::uint32_t>()};
}

rc::Gen<StreamId> any_id() {
  return rc::gen::map(rc::gen::tuple(rc::gen::arbitrary<std::uint64_t>(), rc::gen::inRange(1, 10),
                                     rc::gen::inRange<std::uint32_t>(0, 1u << 24), rc::gen::arbitrary<std::uint32_t>(),
                                     rc::gen::arbitrary<std::uint32_t>()),
                      [](const auto& parts) {
                        const auto& [seed, purpose, claim, case_index, block] = parts;
                        return StreamId{seed, static_cast<Purpose>(purpose), claim, case_index, block};
                      });
}

bool same(const StreamId& a, const StreamId& b) {
  return a.seed == b.seed && a.purpose == b.purpose && a.claim == b.claim && a.case_index == b.case_index &&
         a.block == b.block;
}

std::array<std::uint64_t, 2> pair_at(const StreamId& id, std::uint64_t even_position) {
  Stream stream(id, even_position);
  const std::uint64_t first = stream();
  return {first, stream()};
}

TEST(StreamGolden, WordsAtPositions) {
  int words = 0;
  for (const auto& row : golden()["streams"]) {
    for (const auto& entry : row["words"]) {
      const auto position = entry["position"].get<std::uint64_t>();
      Stream stream(id_of(row), position);
      EXPECT_EQ(stream(), entry["word"].get<std::uint64_t>()) << row.dump() << " at " << position;
      EXPECT_EQ(stream.position(), position + 1);
      ++words;
    }
  }
  EXPECT_EQ(words, 5 * 12);
}

TEST(StreamGolden, ClaimNumbers) {
  EXPECT_EQ(golden()["claim_numbers"].size(), 4u);
  for (const auto& [claim, number] : golden()["claim_numbers"].items()) {
    EXPECT_EQ(claim_number(claim), number.get<std::uint32_t>()) << claim;
  }
}

RC_GTEST_PROP(StreamProperty, DrawingAndSeekingAgree, ()) {
  const StreamId id = *any_id();
  const auto start = *rc::gen::inRange<std::uint64_t>(0, 1000);
  const auto steps = *rc::gen::inRange<std::uint64_t>(0, 50);
  Stream drawn(id, start);
  for (std::uint64_t i = 0; i < steps; ++i) drawn();
  Stream sought(id);
  sought();  // whatever was drawn before
  sought.seek(start + steps);
  RC_ASSERT(drawn.position() == start + steps);
  RC_ASSERT(drawn() == sought());
  RC_ASSERT(drawn() == sought());
}

// Philox is a bijection of the counter, so under one seed two ids that differ in anything else never share a
// pair of words at one position: an exact fact.
RC_GTEST_PROP(StreamProperty, IdsUnderOneSeedNeverShareAPair, ()) {
  const StreamId one = *any_id();
  StreamId other = one;
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      other.purpose = static_cast<Purpose>(*rc::gen::inRange(1, 10));
      break;
    case 1:
      other.claim = *rc::gen::inRange<std::uint32_t>(0, 1u << 24);
      break;
    case 2:
      other.case_index = *rc::gen::arbitrary<std::uint32_t>();
      break;
    default:
      other.block = *rc::gen::arbitrary<std::uint32_t>();
  }
  RC_PRE(!same(one, other));
  const auto at = *rc::gen::inRange<std::uint64_t>(0, 1000);
  RC_ASSERT(pair_at(one, 2 * at) != pair_at(other, 2 * at));
}

// So also at different positions: neighbours in any field are no shifts of each other.
TEST(StreamProperty, NeighbouringIdsShareNoWord) {
  std::set<std::uint64_t> seen;
  std::size_t drawn = 0;
  const auto draw = [&](const StreamId& id) {
    Stream stream(id);
    for (int i = 0; i < 64; ++i, ++drawn) seen.insert(stream());
  };
  for (std::uint32_t n = 1; n < 200; ++n) {
    draw({.seed = n});
    draw({.seed = std::uint64_t{n} << 32});
    draw({.claim = n});
    draw({.case_index = n});
    draw({.block = n});
  }
  for (int purpose = 1; purpose < 10; ++purpose) draw({.purpose = static_cast<Purpose>(purpose)});
  // A chance repeat among these 64,000 words of 64 bits has probability 1e-10.
  EXPECT_EQ(seen.size(), drawn);
}

TEST(Stream, RefusesPositionsPastTheLast) {
  Stream stream({}, Stream::kPositions - 1);
  stream();
  try {
    stream();
    FAIL() << "drew past the last word";
  } catch (const std::out_of_range& error) {
    EXPECT_STREQ(error.what(), "Stream: position must be below 8589934592, the words of a block, but it is 8589934592");
  }
  EXPECT_THROW(stream.seek(Stream::kPositions), std::out_of_range);
  EXPECT_THROW(Stream({}, Stream::kPositions), std::out_of_range);
  stream.seek(0);  // a refusal leaves the stream in use
  EXPECT_EQ(stream(), Stream({})());
}

// Only 24 bits of a claim number have room; what lies above must not spill into the purpose.
TEST(Stream, ClaimNumbersDoNotReachThePurpose) {
  EXPECT_EQ(Stream({.claim = 0xFF000001u})(), Stream({.claim = 1})());
  for (const char* claim : {"concrete/law", "concrete/density", "gumbel/law", "gumbel/tail", "softmax/value"}) {
    EXPECT_LT(claim_number(claim), 1u << 24);
  }
}

std::array<std::uint64_t, 6> dice(std::uint64_t seed, int throws) {
  Stream stream({.seed = seed, .purpose = Purpose::calibration});
  boost::random::uniform_int_distribution<int> die(0, 5);
  std::array<std::uint64_t, 6> counts{};
  for (int i = 0; i < throws; ++i) ++counts[static_cast<std::size_t>(die(stream))];
  return counts;
}

TEST(StreamStatistical, DrivesABoostDistribution) {
  constexpr int kThrows = 60000;
  const auto counts = dice(11, kThrows);
  EXPECT_EQ(counts, dice(11, kThrows));
  EXPECT_NE(counts, dice(12, kThrows));
  double statistic = 0;
  for (const std::uint64_t count : counts) {
    const double difference = static_cast<double>(count) - kThrows / 6.0;
    statistic += difference * difference / (kThrows / 6.0);
  }
  EXPECT_GT(boost::math::cdf(boost::math::complement(boost::math::chi_squared(5), statistic)), 1e-6);
}

}  // namespace
}  // namespace gumbelcheck::random
