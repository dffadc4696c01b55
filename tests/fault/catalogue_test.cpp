// Every fault is what it says: one file of its name, one sentence, a claim that exists and can be asked of
// it. That the claim refutes it is another matter: tests/verify/selftest_test.cpp.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>

#include "gumbelcheck/claim/claim.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace {

using namespace gumbelcheck;
using subject::Operation;

std::set<std::string> names_of_files() {
  std::set<std::string> names;
  const std::filesystem::path folder = std::filesystem::path(GUMBELCHECK_SOURCE_DIR) / "src/gumbelcheck/fault/planted";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".cpp") continue;
    std::string name = entry.path().stem();
    std::ranges::replace(name, '_', '-');
    names.insert(name);
  }
  return names;
}

TEST(FaultCatalogue, HasOneFaultForEachFileAndNamesItAfterTheFile) {
  std::set<std::string> ids;
  for (const fault::Fault& fault : fault::catalogue()) {
    EXPECT_TRUE(ids.insert(fault.id).second) << fault.id << " occurs twice";
  }
  EXPECT_EQ(ids, names_of_files());
}

TEST(FaultCatalogue, IsSortedAndFindsEachByItsId) {
  EXPECT_TRUE(std::ranges::is_sorted(fault::catalogue(), {}, &fault::Fault::id));
  for (const fault::Fault& fault : fault::catalogue()) EXPECT_EQ(fault::find(fault.id), &fault);
  EXPECT_EQ(fault::find("no-such-fault"), nullptr);
  EXPECT_EQ(fault::find(""), nullptr);
  EXPECT_EQ(fault::find("zzz"), nullptr);
}

TEST(FaultCatalogue, EveryFaultSaysWhatIsWrongInASentence) {
  for (const fault::Fault& fault : fault::catalogue()) {
    ASSERT_FALSE(fault.sentence.empty()) << fault.id;
    EXPECT_TRUE(fault.sentence.ends_with('.')) << fault.id;
    EXPECT_FALSE(fault.source.empty()) << fault.id;
    EXPECT_EQ(fault.acquittal(), fault.id.starts_with("acquittal-")) << fault.id;
  }
}

TEST(FaultCatalogue, EveryFaultNamesAClaimThatCanBeAskedOfIt) {
  for (const fault::Fault& fault : fault::catalogue()) {
    if (fault.acquittal()) continue;
    const claim::Claim* claim = claim::find(fault.refuted_by);
    ASSERT_NE(claim, nullptr) << fault.id << " names " << fault.refuted_by;
    const subject::Subject subject = fault.open();
    EXPECT_EQ(claim->missing(subject.describe()), "") << fault.id;
    EXPECT_FALSE(claim->cases(subject.describe(), {}).empty()) << fault.id;
  }
}

TEST(FaultCatalogue, EveryClaimHasAFaultThatItMustRefute) {
  std::set<std::string> named;
  for (const fault::Fault& fault : fault::catalogue()) named.insert(fault.refuted_by);
  for (const claim::Claim& claim : claim::catalogue()) EXPECT_TRUE(named.contains(claim.sheet.id)) << claim.sheet.id;
}

TEST(FaultCatalogue, EveryFaultDescribesItselfValidly) {
  for (const fault::Fault& fault : fault::catalogue()) {
    const subject::Subject subject = fault.open();
    const subject::Description& description = subject.describe();
    EXPECT_FALSE(description.name.empty()) << fault.id;
    ASSERT_FALSE(description.dtypes.empty()) << fault.id;
    EXPECT_EQ(std::set(description.dtypes.begin(), description.dtypes.end()).size(), description.dtypes.size())
        << fault.id;
    EXPECT_GE(description.seed_bits, 1) << fault.id;
    EXPECT_LE(description.seed_bits, 53) << fault.id;
    ASSERT_FALSE(description.operations.empty()) << fault.id;
    for (const auto& [operation, offer] : description.operations) {
      EXPECT_TRUE(offer.noise || !offer.endpoints) << fault.id << ": endpoints are injected or not at all";
      EXPECT_TRUE(offer.soft || offer.hard) << fault.id;
    }
  }
}

// Good input that every operation takes.
subject::Question question_for(Operation operation, const subject::Description& description) {
  const subject::Dtype dtype = description.dtypes.front();
  subject::Question question;
  question.call = operation;
  question.dtype = dtype;
  if (operation != Operation::gumbel) {
    question.arrays.push_back({"logits", subject::real_array({2, 3}, {.5, 0, -1, .25, 1, -.5}, dtype)});
  }
  if (operation == Operation::concrete_log_density) {
    question.arrays.push_back({"value", subject::real_array({2, 3}, {.5, .25, .25, .25, .5, .25}, dtype)});
  } else if (operation != Operation::softmax) {
    if (description.seeding != subject::Seeding::none) question.seed = 5;
    question.draws = 4;
  }
  if (operation == Operation::gumbel_softmax) question.hard = true;
  if (operation != Operation::gumbel && operation != Operation::gumbel_max && operation != Operation::categorical) {
    question.temperature = .5;
  }
  if (operation == subject::Operation::gumbel_top_k) question.k = 2;
  return question;
}

TEST(FaultCatalogue, TwoOpenedSubjectsAnswerTheFirstQuestionAlike) {
  for (const fault::Fault& fault : fault::catalogue()) {
    const subject::Description description = fault.open().describe();
    for (const auto& [operation, offer] : description.operations) {
      const subject::Question question = question_for(operation, description);
      const subject::Reply one = fault.open().ask(question);
      const subject::Reply other = fault.open().ask(question);
      const auto* answer = std::get_if<subject::Answer>(&one);
      const auto* again = std::get_if<subject::Answer>(&other);
      ASSERT_NE(answer, nullptr) << fault.id << " refuses " << subject::name(operation) << ": "
                                 << std::get<subject::Refusal>(one).error;
      ASSERT_NE(again, nullptr) << fault.id;
      ASSERT_EQ(answer->arrays.size(), again->arrays.size()) << fault.id;
      for (std::size_t i = 0; i < answer->arrays.size(); ++i) {
        EXPECT_EQ(answer->arrays[i].array.shape, again->arrays[i].array.shape) << fault.id;
        EXPECT_EQ(answer->arrays[i].array.data, again->arrays[i].array.data) << fault.id;
      }
    }
  }
}

// FAULTS is a floor: at least forty, and the acquittals.
TEST(FaultCatalogue, IsNotSmall) {
  const auto acquittals = std::ranges::count_if(fault::catalogue(), &fault::Fault::acquittal);
  EXPECT_GE(acquittals, 6);
  EXPECT_GE(std::ssize(fault::catalogue()) - acquittals, 40);
}

}  // namespace
