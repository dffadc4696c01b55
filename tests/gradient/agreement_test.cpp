// What a witness reports, and the cotangents and directions that it is asked with.

#include "gumbelcheck/gradient/agreement.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "gumbelcheck/gradient/directions.hpp"

namespace {

using namespace gumbelcheck;
using namespace gumbelcheck::gradient;

TEST(Agreement, NamesTheBoundThatWouldHavePassed) {
  Agreement agreement{.witness = "identity"};
  agreement.compare(1.0, 1.0, .1, [] { return "entry 0"; });
  agreement.compare(1.5, 1.0, .125, [] { return "entry 1"; });
  agreement.compare(1.25, 1.0, .125, [] { return "entry 2"; });
  EXPECT_FALSE(agreement.holds());
  EXPECT_EQ(agreement.worst, 4);
  EXPECT_EQ(agreement.passing_bound, .5);
  EXPECT_EQ(describe(agreement),
            "identity: entry 1: got 1.5, expected 1 within 0.125. A bound of 0.5 would have passed, 4 times the "
            "computed one.");
  // And so it would.
  Agreement again;
  again.compare(1.5, 1.0, agreement.passing_bound, [] { return "entry 1"; });
  EXPECT_TRUE(again.holds());
}

TEST(Agreement, IsNoneWhereNothingWasCompared) {
  EXPECT_FALSE(Agreement{}.holds());
  EXPECT_EQ(describe(Agreement{.witness = "identity"}), "identity: nothing was compared.");
}

TEST(Agreement, DoesNotLetNanPass) {
  for (const auto& [given, expected, bound] : {std::array{std::nan(""), 1.0, 1.0}, std::array{1.0, std::nan(""), 1.0},
                                               std::array{1.0, 2.0, std::nan("")}, std::array{HUGE_VAL, 1.0, 1.0}}) {
    Agreement agreement;
    agreement.compare(given, expected, bound, [] { return "entry"; });
    EXPECT_FALSE(agreement.holds()) << given << " " << expected << " " << bound;
    EXPECT_TRUE(std::isinf(agreement.passing_bound));
    agreement.compare(5.0, 1.0, 1.0, [] { return "a later error"; });
    EXPECT_TRUE(std::isinf(agreement.worst));
  }
  Agreement agreement{.witness = "identity"};
  agreement.compare(1.0, std::nan(""), 1.0, [] { return "entry"; });
  EXPECT_EQ(describe(agreement), "identity: entry: got 1, expected nan within 1.");
}

TEST(Agreement, ZeroWithinZeroHolds) {
  Agreement agreement;
  agreement.compare(0.0, 0.0, 0.0, [] { return "entry"; });
  EXPECT_TRUE(agreement.holds());
  agreement.compare(1e-300, 0.0, 0.0, [] { return "entry"; });
  EXPECT_FALSE(agreement.holds());
}

TEST(Agreement, CallsOnlyLargeExpectationsInformative) {
  Agreement agreement;
  EXPECT_FALSE(agreement.compare(0.0, 0.0, 1.0, [] { return ""; }));
  EXPECT_FALSE(agreement.compare(99.0, 99.0, 1.0, [] { return ""; }));
  EXPECT_TRUE(agreement.compare(-101.0, -101.0, 1.0, [] { return ""; }));
  EXPECT_FALSE(agreement.informative());
  agreement.informative_rows = kInformativeRows;
  EXPECT_TRUE(agreement.informative());
}

TEST(Agreement, AFailedFactIsWorseThanAnyError) {
  Agreement agreement{.witness = "one-hot"};
  agreement.require(true, [] { return "row 0"; });
  EXPECT_TRUE(agreement.holds());
  agreement.require(false, [] { return "row 1 is not one-hot"; });
  agreement.compare(2.0, 1.0, .5, [] { return "row 2"; });
  EXPECT_FALSE(agreement.holds());
  EXPECT_EQ(describe(agreement), "one-hot: row 1 is not one-hot.");
}

// ---- directions

RC_GTEST_PROP(DirectionsProperty, AreNeverConstant, ()) {
  random::Stream stream({.seed = *rc::gen::arbitrary<std::uint64_t>(), .purpose = random::Purpose::cotangent});
  const std::size_t classes = *rc::gen::inRange<std::size_t>(2, 20);
  for (const std::vector<double>& row : {random_cotangent(stream, classes), random_signs(stream, classes)}) {
    RC_ASSERT(*std::ranges::min_element(row) < 0);
    RC_ASSERT(*std::ranges::max_element(row) > 0);
    for (const double v : row) RC_ASSERT(std::abs(v) <= 1 && static_cast<double>(static_cast<float>(v)) == v);
  }
  RC_ASSERT(stream.position() == 2 * classes);
}

TEST(Directions, TakeEveryValueOfTheirGrid) {
  random::Stream stream({.seed = 1, .purpose = random::Purpose::cotangent});
  std::set<double> cotangents;
  std::set<std::vector<double>> signs;
  for (int n = 0; n < 4000; ++n) {
    for (const double v : random_cotangent(stream, 10)) cotangents.insert(v);
    signs.insert(random_signs(stream, 4));
  }
  EXPECT_EQ(cotangents.size(), 2048u);
  EXPECT_EQ(*cotangents.begin(), -1 + 0x1p-11);
  EXPECT_EQ(signs.size(), 14u) << "of 16, the two constant ones are turned";
}

TEST(Directions, OfOneClassAreItsOnlyOnes) {
  random::Stream stream({.seed = 2, .purpose = random::Purpose::cotangent});
  EXPECT_EQ(random_signs(stream, 1).size(), 1u);
  EXPECT_EQ(random_cotangent(stream, 1).size(), 1u);
}

}  // namespace
