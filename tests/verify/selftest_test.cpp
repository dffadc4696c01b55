// Every fault is refuted by the claim that it names, and every acquittal passes.

#include "gumbelcheck/verify/selftest.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "gumbelcheck/fault/fault.hpp"

namespace {

using namespace gumbelcheck;

class SelftestFault : public testing::TestWithParam<std::string> {};

TEST_P(SelftestFault, IsRefutedByItsClaim) {
  const claim::FaultResult result = verify::selftest({GetParam()}, 1).at(0);
  EXPECT_TRUE(result.passed) << result.sentence << "\n" << result.finding;
  EXPECT_FALSE(result.evidence.empty());
}

class SelftestAcquittalFault : public testing::TestWithParam<std::string> {};

TEST_P(SelftestAcquittalFault, IsUpheldThroughout) {
  const claim::FaultResult result = verify::selftest({GetParam()}, 1).at(0);
  EXPECT_TRUE(result.passed) << result.sentence << "\n" << result.finding;
}

std::vector<std::string> ids(bool acquittals) {
  std::vector<std::string> chosen;
  for (const fault::Fault& fault : fault::catalogue()) {
    if (fault.acquittal() == acquittals) chosen.push_back(fault.id);
  }
  return chosen;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, SelftestFault, testing::ValuesIn(ids(false)), test_name);
INSTANTIATE_TEST_SUITE_P(All, SelftestAcquittalFault, testing::ValuesIn(ids(true)), test_name);

TEST(Selftest, AnUnknownFaultIsASentence) {
  EXPECT_THROW(verify::selftest({"no-such-fault"}, 1), std::invalid_argument);
}

}  // namespace
