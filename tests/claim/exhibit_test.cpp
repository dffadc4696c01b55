// What a check leaves to look at.

#include "gumbelcheck/claim/exhibit.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "claim/altered_subject.hpp"

namespace {

using namespace gumbelcheck;

TEST(Exhibits, AreTheFirstTableOfEachKindAllTailsAndTheOneWithTheLargestEffect) {
  const auto law = [](std::string name, std::size_t cells, statistic::Cells kind) {
    return statistic::CellLaw{.name = std::move(name),
                              .probability = std::vector<double>(cells, 1. / static_cast<double>(cells)),
                              .cells = kind};
  };
  using statistic::Cells;
  const statistic::Engine engine({law("huge", 65, Cells::unordered), law("classes", 64, Cells::unordered),
                                  law("more classes", 2, Cells::unordered), law("worst", 2, Cells::unordered),
                                  law("U1", 4, Cells::bins_of_a_uniform), law("U2", 4, Cells::bins_of_a_uniform),
                                  law("near 0", 2, Cells::dyadic_tail), law("near 1", 2, Cells::dyadic_tail),
                                  law("empty", 4, Cells::squares_of_two_uniforms)});
  statistic::Counts counts = engine.empty();
  for (std::vector<std::uint64_t>& cells : counts.tables) cells.front() = 3;
  counts.tables.back().front() = 0;
  std::vector<std::string> titles;
  for (const claim::Exhibit& exhibit : claim::exhibits_of(engine, counts, "worst")) titles.push_back(exhibit.title);
  EXPECT_EQ(titles, (std::vector<std::string>{"classes", "worst", "U1", "near 0", "near 1"}));
  const claim::Exhibit classes = claim::exhibits_of(engine, counts, "").front();
  EXPECT_EQ(classes.kind, "cells");
  EXPECT_EQ(classes.columns.at(0).name, "expected");
  EXPECT_EQ(classes.columns.at(0).values.at(5), 1. / 64);
  EXPECT_EQ(classes.columns.at(1).name, "counted");
  EXPECT_EQ(classes.columns.at(1).values.front(), 3);
}

TEST(ExhibitsStatistical, OfACheckEndWhereItsEvidenceEnds) {
  for (const claim::CheckResult& result : claim_test::tried("gumbel-max/law", {})) {
    ASSERT_TRUE(result.evidence);
    const auto looks = std::ranges::find(result.exhibits, "looks", &claim::Exhibit::kind);
    ASSERT_NE(looks, result.exhibits.end()) << result.tried.label;
    EXPECT_EQ(looks->columns.at(0).values.size(), result.evidence->looks);
    EXPECT_EQ(looks->columns.at(0).values.back(), static_cast<double>(result.evidence->draws));
    EXPECT_EQ(looks->columns.at(1).values.back(), result.evidence->log_e);
    EXPECT_EQ(looks->columns.at(3).values.back(), result.evidence->effect_high);
    double counted = 0;
    for (const double cell : result.exhibits.front().columns.at(1).values) counted += cell;
    EXPECT_EQ(counted, static_cast<double>(result.evidence->draws)) << result.tried.label;
  }
}

}  // namespace
