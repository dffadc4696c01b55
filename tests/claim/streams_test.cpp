// The claims about streams uphold every honest way of seeding, and refute the ways that are known to go
// wrong.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "claim/altered_subject.hpp"

namespace {

using namespace gumbelcheck;
using claim::CheckResult;
using claim::Verdict;
using claim_test::Altered;
using claim_test::first_of;
using claim_test::said;
using claim_test::tried;
using subject::Question;

Altered with_seed(std::function<std::uint64_t(const Question&)> change) {
  return {.question = [change](Question& question) {
    if (question.seed) question.seed = change(question);
  }};
}

// Noise of its own for every question, whatever the seed.
Altered forgetting_seeds() {
  const auto calls = std::make_shared<std::uint64_t>(0);
  return with_seed([calls](const Question&) { return ++*calls; });
}

TEST(StreamsStatistical, EveryHonestSeedingIsUpheld) {
  for (const subject::Seeding seeding : {subject::Seeding::stream, subject::Seeding::none}) {
    const CheckResult calls =
        first_of("stream/calls", claim_test::streaming(seeding), {.request = {}, .label = "categorical"});
    EXPECT_EQ(calls.verdict, Verdict::upheld) << said(calls);
  }
  for (const int bits : {9, 32}) {
    const Altered narrow{.description = [bits](subject::Description& d) { d.seed_bits = bits; }};
    for (const CheckResult& result : tried("stream/distinct", narrow)) {
      const bool few = bits == 9 && result.verdict == Verdict::inconclusive;  // 512 seeds are not enough for .2
      EXPECT_TRUE(few || result.verdict == Verdict::upheld) << said(result);
    }
  }
}

TEST(StreamsFault, AnswersThatDoNotReplayAreRefuted) {
  for (const CheckResult& result : tried("stream/replay", forgetting_seeds())) {
    EXPECT_EQ(result.verdict, Verdict::refuted) << said(result);
  }
  // One bit of one number, the last time that it is asked for.
  const auto calls = std::make_shared<int>(0);
  const Altered nearly{.answer = [calls](const Question&, subject::Answer& answer) {
    if (++*calls != 24) return;
    claim_test::change_each(answer, "noise",
                            [](std::size_t i, double g) { return i == 500 ? std::nextafter(g, 9.0) : g; });
  }};
  EXPECT_EQ(first_of("stream/replay", nearly, {.request = {}, .label = "float64, gumbel"}).verdict, Verdict::refuted);
}

TEST(StreamsFault, NoiseThatChangesWithTheLogitsIsRefuted) {
  const Altered mixing = with_seed([](const Question& question) {
    return *question.seed ^ static_cast<std::uint64_t>(4 * question.temperature.value_or(1));
  });
  for (const CheckResult& result : tried("stream/frozen", mixing))
    EXPECT_EQ(result.verdict, Verdict::refuted) << said(result);
}

// -inf has no size: a bound that grew with it would hold whatever the noise.
TEST(StreamsFault, ImpossibleClassesDoNotHideNoiseThatChanges) {
  const claim_test::Trial given{.request = {.logits = {{0, -HUGE_VAL, 1, .5}}}};
  for (const CheckResult& result : tried("stream/frozen", {}, given))
    EXPECT_EQ(result.verdict, Verdict::upheld) << said(result);
  for (const CheckResult& result : tried("stream/frozen", forgetting_seeds(), given)) {
    EXPECT_EQ(result.verdict, Verdict::refuted) << said(result);
  }
}

TEST(StreamsFault, SeedsThatAreConfusedAreRefuted) {
  const std::vector<std::pair<const char*, Altered>> confusing = {
      {"the lowest bit dropped", with_seed([](const Question& q) { return *q.seed & ~std::uint64_t{1}; })},
      {"bit 40 dropped", with_seed([](const Question& q) { return *q.seed & ~(std::uint64_t{1} << 40); })},
      {"32 bits", with_seed([](const Question& q) { return *q.seed & 0xFFFFFFFFu; })},
      {"ignored", with_seed([](const Question&) { return 5; })}};
  for (const auto& [what, altered] : confusing) {
    for (const char* path : {"float32, gumbel", "gumbel_softmax", "gumbel_max", "categorical"}) {
      const CheckResult result = first_of("stream/distinct", altered, {.request = {}, .label = path});
      EXPECT_EQ(result.verdict, Verdict::refuted) << what << ": " << said(result);
    }
  }
}

// Streams of neighbouring seeds overlap: each begins one number after the one before.
TEST(StreamsFault, OverlappingStreamsAreRefuted) {
  const Altered overlapping{.question =
                                [](Question& question) {
                                  if (!question.seed || question.call != subject::Operation::gumbel) return;
                                  question.draws = *question.draws + *question.seed % 64;
                                  question.seed = *question.seed / 64;
                                },
                            .answer =
                                [](const Question& asked, subject::Answer& answer) {
                                  if (asked.call != subject::Operation::gumbel) return;
                                  subject::Array& noise = answer.arrays.front().array;
                                  std::visit(
                                      [&](auto& values) {
                                        values.erase(values.begin(),
                                                     values.end() - static_cast<std::ptrdiff_t>(*asked.draws));
                                      },
                                      noise.data);
                                  noise.shape = {*asked.draws};
                                }};
  const CheckResult result = first_of("stream/distinct", overlapping, {.request = {}, .label = "float32, gumbel"});
  EXPECT_EQ(result.verdict, Verdict::refuted) << said(result);
}

// Two seeds of 110 have their draws in common, in another order.
TEST(StreamsFault, ASinglePairOfSeedsThatShareTheirDrawsIsRefuted) {
  for (const char* label : {"float32, gumbel", "float64, gumbel_softmax"}) {
    const auto held = std::make_shared<std::vector<double>>();
    const auto asked = std::make_shared<int>(0);
    const Altered sharing{.answer = [held, asked](const Question& question, subject::Answer& answer) {
      const std::string_view array = answer.arrays.front().name;
      const std::size_t width = answer.arrays.front().array.size() / *question.draws;
      ++*asked;
      claim_test::change_each(answer, array, [&](std::size_t i, double value) {
        if (*asked == 40) held->push_back(value);
        if (*asked != 70) return value;
        return (*held)[held->size() - width * (i / width + 1) + i % width];
      });
    }};
    const CheckResult result = first_of("stream/distinct", sharing, {.request = {}, .label = label});
    EXPECT_EQ(result.verdict, Verdict::refuted) << said(result);
    EXPECT_NE(result.finding.find("under more than one seed"), std::string::npos) << result.finding;
  }
}

// Each progression finds first draws that follow it, and the others do not.
TEST(StreamsFault, FirstDrawsThatFollowAProgressionAreRefutedByIt) {
  const std::pair<const char*, std::function<double(std::uint64_t)>> walks[] = {
      {"first draws of seeds 1, 2, 3",
       [](std::uint64_t seed) { return seed < 1u << 20 ? std::fmod(1e-4 * static_cast<double>(seed), 1.0) : -1; }},
      {"first draws of seeds 2^16", [](std::uint64_t seed) { return static_cast<double>((seed >> 16) % 8192) / 8192; }},
      {"first draws of seeds that differ at the top",
       [](std::uint64_t seed) { return static_cast<double>(seed >> 40) / 8192; }}};
  for (const auto& [label, position] : walks) {
    const Altered following{.answer = [position = position](const Question& asked, subject::Answer& answer) {
      claim_test::change_each(answer, "noise", [&](std::size_t, double g) {
        const double u = position(*asked.seed);
        return u < 0 ? g : -std::log(-std::log(std::clamp(u, 1e-9, 1 - 1e-9)));
      });
    }};
    const CheckResult result = first_of("stream/distinct", following, {.request = {}, .label = label});
    EXPECT_EQ(result.verdict, Verdict::refuted) << said(result);
  }
  EXPECT_EQ(first_of("stream/distinct", {}, {.request = {}, .label = "seeds 1, 2, 3"}).verdict, Verdict::upheld);
  EXPECT_EQ(first_of("stream/distinct", {}, {.request = {}, .label = "at the top"}).verdict, Verdict::upheld);
  // Seeds too narrow to have a top and a middle.
  const Altered narrow{.description = [](subject::Description& d) { d.seed_bits = 20; }};
  EXPECT_EQ(claim_test::cases("stream/distinct", narrow, {.request = {}, .label = "first draws"}).size(), 2u);
}

// The first draw is nearly linear in the seed.
TEST(StreamsFault, FirstDrawsThatFollowTheSeedAreRefuted) {
  const Altered linear{.answer = [](const Question& asked, subject::Answer& answer) {
    claim_test::change_each(answer, "noise", [&](std::size_t i, double g) {
      const double u = (static_cast<double>(*asked.seed % 1000) + .5) / 1000;
      return i == 0 ? -std::log(-std::log(u)) : g;
    });
  }};
  const CheckResult result = first_of("stream/distinct", linear, {.request = {}, .label = "first draws"});
  EXPECT_EQ(result.verdict, Verdict::refuted) << said(result);
}

// A copy of one draw in 50,000: far too few for any table, plain to see bit for bit.
TEST(StreamsFault, ARareRepetitionOfARowIsRefuted) {
  const auto drawn = std::make_shared<std::uint64_t>(0);
  const Altered repeating{.answer = [drawn](const Question& asked, subject::Answer& answer) {
    if (asked.call != subject::Operation::gumbel_softmax) return;
    const std::uint64_t first = *drawn;
    *drawn += *asked.draws;
    double held[4] = {};
    claim_test::change_each(answer, "sample", [&](std::size_t i, double y) {
      const bool copy = (first + i / 8) % 50'000 == 3 && i % 8 >= 4;
      if (i % 8 < 4) held[i % 4] = y;
      return copy ? held[i % 4] : y;
    });
  }};
  const CheckResult rows = first_of("stream/rows", repeating, {.request = {}, .label = "gumbel_softmax"});
  EXPECT_EQ(rows.verdict, Verdict::refuted) << said(rows);
  EXPECT_NE(rows.finding.find("bit for bit"), std::string::npos) << rows.finding;
}

TEST(StreamsFault, ACallThatRepeatsTheOneBeforeIsRefuted) {
  const auto calls = std::make_shared<std::uint64_t>(0);
  const Altered repeating = with_seed([calls](const Question&) { return (*calls)++ / 2; });
  for (const CheckResult& result : tried("stream/calls", repeating))
    EXPECT_EQ(result.verdict, Verdict::refuted) << said(result);
  // A stream that starts anew with every call.
  Altered restarting = claim_test::streaming(subject::Seeding::stream);
  restarting.question = [](Question& question) { question.seed = 7; };
  for (const CheckResult& result : tried("stream/calls", restarting))
    EXPECT_EQ(result.verdict, Verdict::refuted) << said(result);
}

}  // namespace
