// stream/distinct: other seeds, other draws.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/claim/stream_cases.hpp"
#include "gumbelcheck/claim/tally.hpp"
#include "gumbelcheck/claim/uniform_rows.hpp"
#include "gumbelcheck/statistic/exact_tails.hpp"

namespace gumbelcheck::claim::family {

namespace {

const std::string kFirstDraws = "first draws of neighbouring seeds, ";

constexpr std::uint64_t kNumbersPerSeed = 64;
constexpr std::uint64_t kIndicesPerSeed = 256;
constexpr std::uint64_t kNeighbours = 64;
constexpr std::uint64_t kFirstDrawSeeds = std::uint64_t{1} << 13;

std::uint64_t seeds_of(const subject::Description& description) {
  return std::uint64_t{1} << std::clamp(description.seed_bits, 1, 53);
}

std::vector<Case> distinct_cases(const subject::Description& description, const Request& request) {
  Request own = with_own_logits(request);
  own.draws.reset();  // a question of one draw a seed: --draws would multiply conversations, not evidence
  own.effect.reset();
  CaseList list("stream/distinct", own);
  const std::vector<subject::Dtype> dtypes = judged_dtypes(description);
  std::size_t turn = 0;
  for (const Path& path : random_paths(description)) {
    const CasePlan plan{.draws = path.index() ? kIndicesPerSeed : kNumbersPerSeed, .effect = 0};
    list.add(stream_logits(own, path, 1), dtypes[turn++ % dtypes.size()], kStreamTemperature, plan, name(path), false);
  }
  const Path first = random_paths(description).front();
  const CasePlan plan{.draws = std::min(kFirstDrawSeeds, seeds_of(description)), .effect = .2};
  list.add(stream_logits(own, first, 1), dtypes.front(), kStreamTemperature, plan, kFirstDraws + name(first), false);
  return list.take();
}

// Seeds that a careless seeding confuses: neighbours, and seeds that differ in a single bit.
std::vector<std::uint64_t> confusable_seeds(const Inquiry& inquiry) {
  const std::uint64_t count = seeds_of(inquiry.description());
  const std::uint64_t base = *inquiry.seed(0) & ~(kNeighbours - 1);
  std::vector<std::uint64_t> seeds;
  for (std::uint64_t i = 0; i < kNeighbours; ++i) seeds.push_back((base + i) % count);
  for (std::uint64_t bit = kNeighbours; bit < count; bit *= 2) seeds.push_back(base ^ bit);
  std::ranges::sort(seeds);
  seeds.erase(std::unique(seeds.begin(), seeds.end()), seeds.end());
  return seeds;
}

// Two tests: whole answers, and single numbers that occur under several seeds.
void check_confusable(CheckResult& result, Inquiry& inquiry, const statistic::Budget& budget) {
  const double alpha = budget.part_of(2).alpha_per_check();
  const Path path = path_named(inquiry.tried().variant);
  UniformRows rows(inquiry, path);
  const std::vector<std::uint64_t> seeds = confusable_seeds(inquiry);
  const std::uint64_t draws = inquiry.tried().draws;
  if (path.index()) {
    const double pairs = static_cast<double>(seeds.size() * seeds.size()) / 2;
    if (pairs * std::pow(rows.agreement(), static_cast<double>(draws)) > alpha) {
      throw Ended{Verdict::inconclusive, "So few draws of these classes may agree under two seeds by chance."};
    }
  }
  std::map<std::vector<double>, std::uint64_t> answers;
  std::map<double, std::uint64_t> owner;  // which seed a value was first seen under
  std::uint64_t shared = 0, values = 0;
  Tally tally("the answers under other seeds", "no two alike");
  for (std::size_t s = 0; s < seeds.size(); ++s) {
    const UniformRows::Block block = rows.draw(seeds[s], draws, s);
    result.draws += draws;
    const auto [known, is_new] = answers.emplace(block.raw, seeds[s]);
    tally.require(is_new, [&, known = known] {
      return fmt::format("seeds {} and {} give the same {} draws", known->second, seeds[s], draws);
    });
    if (path.index()) continue;
    for (const random::UniformPair& u : block.uniforms) {
      ++values;
      const auto [first, unseen] = owner.emplace(u.lower, s);
      shared += !unseen && first->second != s;
    }
  }
  if (!path.index()) {
    // Equal values under different seeds, at whatever place: overlapping streams. In float32 numbers repeat
    // by chance less than once in 1e6 pairs.
    const double mean = static_cast<double>(values) * static_cast<double>(values) / 2 * 1e-6;
    tally.require(statistic::poisson_upper_tail(shared, mean) > alpha, [&] {
      return fmt::format("{} of {} values occur under more than one seed, at most {:.3g} expected", shared, values,
                         mean);
    });
  }
  tally.conclude(result);
}

void judge_first_draws(CheckResult& result, Inquiry& inquiry, const statistic::Budget& budget) {
  UniformRows rows(inquiry, path_named(std::string_view(inquiry.tried().variant).substr(kFirstDraws.size())));
  const statistic::UniformTables tables = dependence_tables(rows.coordinates());
  const std::uint64_t count = seeds_of(inquiry.description());
  const std::uint64_t base = *inquiry.seed(0);
  Drawing drawing{.engine = statistic::Engine(tables.laws()), .elements_per_draw = rows.elements(), .add = {}};
  std::uint64_t asked = 0;
  drawing.add = [&](std::uint64_t, std::uint64_t draws, statistic::Counts& counts) {
    statistic::UniformTables::BlockState state;
    for (std::uint64_t i = 0; i < draws; ++i, ++asked) {
      const UniformRows::Block block = rows.draw((base + asked) % count, 1, asked);
      tables.add(block.row(0).uniforms, state, counts);
    }
    counts.rows += draws;
  };
  draw_and_judge(result, inquiry, budget, drawing);
}

CheckResult check_distinct(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    if (tried.variant.starts_with(kFirstDraws)) {
      judge_first_draws(result, inquiry, budget);
    } else {
      check_confusable(result, inquiry, budget);
    }
  });
}

}  // namespace

Family stream_distinct() {
  return {{.sheet = {.id = "stream/distinct",
                     .statement = "Different seeds give different, independent draws, also seeds that differ by one or "
                                  "in a single bit.",
                     .pivot = "whole answers compared; values seen under several seeds counted; the first draws of "
                              "neighbouring seeds as uniforms",
                     .test = "no two of some 110 confusable seeds answer alike; values shared between seeds against "
                             "their Poisson bound; test martingale over the first draws of 8,192 successive seeds and "
                             "of pairs of neighbours",
                     .power = "any two seeds confused among those asked; a total variation of .2 between neighbouring "
                              "seeds' first draws, whatever --effect and --draws say: every seed is a question of "
                              "its own",
                     .proof = "proofs/streams.md#stream-distinct",
                     .source = "L'Ecuyer and Simard 2007, TestU01",
                     .effect = .2},
           .cases = distinct_cases,
           .missing = missing_seeds,
           .check = check_distinct,
           .sees = [](const Case&, const statistic::Budget&) {
             return std::optional<Sight>({.what = "any two of the confusable seeds that answer alike"});
           }}};
}

}  // namespace gumbelcheck::claim::family
