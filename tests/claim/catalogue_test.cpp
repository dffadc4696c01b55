// Every claim says what it is, names a proof that exists, and offers cases that it can check.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "gumbelcheck/claim/claim.hpp"
#include "gumbelcheck/subject/reference.hpp"

namespace {

using namespace gumbelcheck;

const std::vector<std::string> kExpected = {"softmax/simplex",
                                            "softmax/shift",
                                            "softmax/value",
                                            "softmax/gradient",
                                            "gumbel/law",
                                            "gumbel/tail",
                                            "gumbel-max/law",
                                            "gumbel-max/maximum",
                                            "gumbel-max/independence",
                                            "gumbel-top-k/law",
                                            "categorical/law",
                                            "concrete/law",
                                            "concrete/density",
                                            "concrete/normalised",
                                            "concrete/rounding",
                                            "concrete/cold",
                                            "concrete/hot",
                                            "concrete/convexity",
                                            "gumbel-softmax/simplex",
                                            "gumbel-softmax/axis",
                                            "gumbel-softmax/batch",
                                            "straight-through/one-hot",
                                            "straight-through/gradient",
                                            "straight-through/difference",
                                            "straight-through/temperature",
                                            "straight-through/expectation",
                                            "stream/replay",
                                            "stream/frozen",
                                            "stream/distinct",
                                            "stream/rows",
                                            "stream/calls",
                                            "edge/impossible",
                                            "edge/refusal"};

TEST(Catalogue, HoldsEveryClaim) {
  for (const std::string& id : kExpected) EXPECT_NE(claim::find(id), nullptr) << id;
  EXPECT_EQ(claim::find("no/such-claim"), nullptr);
  std::set<std::string> ids;
  for (const claim::Claim& claim : claim::catalogue()) EXPECT_TRUE(ids.insert(claim.sheet.id).second);
}

TEST(Catalogue, SheetsAreComplete) {
  for (const claim::Claim& claim : claim::catalogue()) {
    const claim::Sheet& sheet = claim.sheet;
    for (const std::string* text :
         {&sheet.statement, &sheet.pivot, &sheet.test, &sheet.power, &sheet.proof, &sheet.source}) {
      EXPECT_FALSE(text->empty()) << sheet.id;
    }
    for (const std::string& law : sheet.beside) EXPECT_NE(claim::find(law), nullptr) << sheet.id << " beside " << law;
    EXPECT_TRUE(sheet.implied_by.empty() || claim::find(sheet.implied_by) != nullptr) << sheet.id;
  }
}

// GitHub's anchors: lower case, spaces to dashes, everything but letters, digits, dashes dropped.
std::set<std::string> anchors_of(const std::filesystem::path& page) {
  std::set<std::string> anchors;
  std::ifstream in(page);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("#")) continue;
    std::string anchor;
    for (const char c : line.substr(line.find_first_not_of("# "))) {
      if (std::isalnum(static_cast<unsigned char>(c))) anchor += static_cast<char>(std::tolower(c));
      if (c == ' ' || c == '-') anchor += '-';
    }
    anchors.insert(anchor);
  }
  return anchors;
}

TEST(Catalogue, ProofPagesExist) {
  for (const claim::Claim& claim : claim::catalogue()) {
    const std::string& proof = claim.sheet.proof;
    const std::size_t hash = proof.find('#');
    ASSERT_NE(hash, std::string::npos) << claim.sheet.id;
    const std::filesystem::path page = std::filesystem::path(GUMBELCHECK_SOURCE_DIR) / proof.substr(0, hash);
    ASSERT_TRUE(std::filesystem::exists(page)) << claim.sheet.id << " names " << page;
    EXPECT_TRUE(anchors_of(page).contains(proof.substr(hash + 1)))
        << claim.sheet.id << " names " << proof << ", and the page has no such heading";
  }
}

TEST(Catalogue, CasesOfTheReferenceAreDistinctAndNumbered) {
  const subject::Description description = subject::Reference().describe();
  for (const claim::Claim& claim : claim::catalogue()) {
    EXPECT_EQ(claim.missing(description), "") << claim.sheet.id;
    const std::vector<claim::Case> cases = claim.cases(description, {});
    EXPECT_FALSE(cases.empty()) << claim.sheet.id;
    std::set<std::string> labels;
    for (std::size_t i = 0; i < cases.size(); ++i) {
      EXPECT_EQ(cases[i].index, i) << claim.sheet.id;
      EXPECT_EQ(cases[i].claim, claim.sheet.id);
      EXPECT_TRUE(labels.insert(cases[i].label).second) << claim.sheet.id << ": " << cases[i].label;
    }
  }
}

TEST(Catalogue, NothingIsAskedThatIsNotOffered) {
  subject::Description description = subject::Reference().describe();
  description.operations.clear();
  for (const claim::Claim& claim : claim::catalogue()) EXPECT_NE(claim.missing(description), "") << claim.sheet.id;
}

}  // namespace
