// What goes wrong with large vocabularies is found in one: on the case of 131,072 classes alone, not on the small ones
// before it, where `selftest` stops.

#include <gtest/gtest.h>

#include <algorithm>

#include "gumbelcheck/claim/claim.hpp"
#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/subject/reference.hpp"

namespace {

using namespace gumbelcheck;

claim::Case vocabulary_case() {
  const std::vector<claim::Case> cases =
      claim::find("categorical/law")->cases(subject::Reference().describe(), claim::Request{});
  return *std::ranges::max_element(cases, {}, [](const claim::Case& made) { return made.logits.size(); });
}

TEST(VocabularyFault, IsRefutedAmong131072Classes) {
  const claim::Case tried = vocabulary_case();
  ASSERT_EQ(tried.logits.size(), 131072u);
  struct Expected {
    const char* fault;
    std::uint64_t most_draws;  // twice what statistics.md has, or was seen
  };
  for (const Expected& expected :
       {Expected{"class-ids-shifted-by-one", 40}, Expected{"logits-in-eight-bits", 20000},
        Expected{"last-lane-of-a-vector-masked-off", 8000}, Expected{"a-tile-of-512-classes-left-out", 86000},
        Expected{"temperature-of-a-categorical-wrong-by-one-per-cent", 200000}}) {
    subject::Subject subject = fault::find(expected.fault)->open();
    const claim::CheckResult found = claim::find("categorical/law")->check(tried, subject, {});
    EXPECT_EQ(found.verdict, claim::Verdict::refuted) << expected.fault << ": " << found.finding;
    EXPECT_LE(found.draws, expected.most_draws) << expected.fault << ": " << found.finding;
  }
}

TEST(VocabularyFault, IsNoneInTheBuiltInSampler) {
  subject::Subject subject{subject::Reference()};
  const claim::CheckResult found = claim::find("categorical/law")->check(vocabulary_case(), subject, {});
  EXPECT_EQ(found.verdict, claim::Verdict::upheld) << found.finding;
}

}  // namespace
