// stream/distinct: other seeds, other draws.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <span>
#include <stdexcept>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/correlation.hpp"
#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/claim/noise_tails.hpp"
#include "gumbelcheck/claim/stream_cases.hpp"
#include "gumbelcheck/claim/tally.hpp"
#include "gumbelcheck/claim/uniform_rows.hpp"
#include "gumbelcheck/statistic/exact_tails.hpp"

namespace gumbelcheck::claim::family {

namespace {

const std::string kFirstDraws = "first draws of ";

constexpr std::uint64_t kNumbersPerSeed = 64;
constexpr std::uint64_t kIndicesPerSeed = 256;
constexpr std::uint64_t kNeighbours = 64;
constexpr int kFirstDrawBits = 13;
constexpr std::uint64_t kFirstDrawSeeds = std::uint64_t{1} << kFirstDrawBits;

int seed_bits(const subject::Description& description) { return std::clamp(description.seed_bits, 1, 53); }
std::uint64_t seeds_of(const subject::Description& description) { return std::uint64_t{1} << seed_bits(description); }

// An arithmetic progression of seeds.
struct Walk {
  std::string_view name;
  bool from_one = false;   // the smallest seeds, which users take; else from a place of the case's own
  std::uint64_t step = 1;  // a power of two: the bits below stay what they are
};
// The first always; the others where seeds are wide enough to make them different.
std::vector<Walk> walks_of(const subject::Description& description) {
  std::vector<Walk> walks = {{.name = "neighbouring seeds"}, {.name = "seeds 1, 2, 3, ...", .from_one = true}};
  const int bits = seed_bits(description);
  constexpr int kMiddleBits = 16;
  if (bits > kFirstDrawBits + kMiddleBits) {
    walks.push_back({.name = "seeds 2^16 apart", .step = std::uint64_t{1} << kMiddleBits});
    walks.push_back({.name = "seeds that differ at the top", .step = std::uint64_t{1} << (bits - kFirstDrawBits)});
  }
  return walks;
}

std::string variant_of(const Walk& walk, const Path& path) {
  return fmt::format("{}{}, {}", kFirstDraws, walk.name, name(path));
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
  for (const Walk& walk : walks_of(description)) {
    const CasePlan plan{.draws = std::min(kFirstDrawSeeds, seeds_of(description)), .effect = .2};
    list.add(stream_logits(own, first, 1), dtypes.front(), kStreamTemperature, plan, variant_of(walk, first), false);
  }
  return list.take();
}

// Of the case's own, one with neighbours that differ from it in the lowest bits alone.
std::uint64_t base_seed(const Inquiry& inquiry) { return *inquiry.seed(0) & ~(kNeighbours - 1); }

// Seeds that a careless seeding confuses: neighbours, and seeds that differ in a single bit.
std::vector<std::uint64_t> confusable_seeds(const Inquiry& inquiry) {
  const std::uint64_t count = seeds_of(inquiry.description());
  const std::uint64_t base = base_seed(inquiry);
  std::vector<std::uint64_t> seeds;
  for (std::uint64_t i = 0; i < kNeighbours; ++i) seeds.push_back((base + i) % count);
  for (std::uint64_t bit = kNeighbours; bit < count; bit *= 2) seeds.push_back(base ^ bit);
  std::ranges::sort(seeds);
  seeds.erase(std::unique(seeds.begin(), seeds.end()), seeds.end());
  return seeds;
}

// What is looked up among the answers of other seeds, and how often right ones would have it in common by chance: a
// number of noise, or a whole row of a sample, whose entries are equal one by one often enough in float32.
struct SharedAllowance {
  double chance = 0;   // of two independent ones to be equal
  double largest = 0;  // the chance of the likeliest

  // rule  noise: that of values rounded once, two bits of them lost (gumbel/tail). Samples: the largest density of the
  //       logarithms of K - 1 entries beside the largest, (K - 1)! temperature^(K - 1) K^(1 - K), times the cell that
  //       such entries share, two bits lost in each
  SharedAllowance(const Case& tried, const Path& path) {
    const double unit = subject::unit_roundoff(tried.dtype);
    const double lost = std::exp2(kLostBits);
    if (path.operation == subject::Operation::gumbel) {
      chance = lost * chance_of_repeat(-HUGE_VAL, unit);
      largest = lost * largest_chance_of_a_value(-HUGE_VAL, unit);
      return;
    }
    const double free = static_cast<double>(tried.shape.back()) - 1;
    chance = std::tgamma(free + 1) * std::pow(2 * unit * lost * tried.temperature / (free + 1), free);
    largest = chance;
  }
};

// Indices are equal by chance, but not in long runs: draw i of one seed against draw i + shift of another, for all
// ordered pairs of seeds. Independent ones agree binomially.
class ShiftedAgreement {
 public:
  explicit ShiftedAgreement(double chance) : chance_(chance) {}

  // `latest` is the answer to a seed of its own, as long as those before.
  void add(const std::vector<double>& latest) {
    for (const std::vector<double>& before : answers_) {
      for (std::size_t shift = 0; shift < kShifts; ++shift) {
        const std::size_t common = latest.size() - std::min(shift, latest.size());
        const auto tail_of = [&](const std::vector<double>& answer) { return std::span(answer).last(common); };
        note(shift, agreements(latest, tail_of(before)), common);
        note(shift, agreements(before, tail_of(latest)), common);
      }
    }
    answers_.push_back(latest);
  }
  double p_value() const {
    double least = 1;
    for (const Worst& worst : worst_) {
      least = std::min(least, statistic::binomial_upper_tail(worst.agreements, worst.draws, chance_));
    }
    return std::min(1.0, least * static_cast<double>(answers_.size() * answers_.size() * kShifts));
  }
  std::string text() const {
    const auto largest = std::ranges::max_element(worst_, {}, &Worst::agreements);
    return fmt::format("{} of {} draws of one seed are those of another, {} places on (p = {:.3g})",
                       largest->agreements, largest->draws, largest - worst_.begin(), p_value());
  }

 private:
  static constexpr std::size_t kShifts = kNeighbours;
  struct Worst {
    std::uint64_t agreements = 0;
    std::uint64_t draws = 0;
  };
  static std::uint64_t agreements(std::span<const double> one, std::span<const double> other) {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < other.size(); ++i) count += one[i] == other[i];
    return count;
  }
  void note(std::size_t shift, std::uint64_t agreements, std::size_t draws) {
    worst_[shift] = {std::max(worst_[shift].agreements, agreements), draws};
  }

  double chance_;
  std::vector<std::vector<double>> answers_;
  std::array<Worst, kShifts> worst_ = {};
};

// Two tests: whole answers; and numbers or rows that occur under several seeds, or runs of indices.
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
  std::map<std::vector<double>, std::uint64_t> owner;  // which seed a number or row was first seen under
  std::uint64_t shared = 0, looked_up = 0;
  ShiftedAgreement agreement(rows.agreement());
  SeedCorrelations correlations(base_seed(inquiry), seed_bits(inquiry.description()));
  Tally tally("the answers under other seeds", "no two alike");
  for (std::size_t s = 0; s < seeds.size(); ++s) {
    const UniformRows::Block block = rows.draw(seeds[s], draws, s);
    result.draws += draws;
    correlations.add(seeds[s], block);
    const auto [known, is_new] = answers.emplace(block.raw, seeds[s]);
    tally.require(is_new, [&, known = known] {
      return fmt::format("seeds {} and {} give the same {} draws", known->second, seeds[s], draws);
    });
    if (path.index()) {
      agreement.add(block.raw);
      continue;
    }
    for (std::uint64_t i = 0; i < draws; ++i) {
      ++looked_up;
      const std::span<const double> raw = block.row(i).raw;
      const auto [first, unseen] = owner.emplace(std::vector<double>(raw.begin(), raw.end()), s);
      shared += !unseen && first->second != s;
    }
  }
  if (path.index()) {
    tally.require(agreement.p_value() > alpha, [&] { return agreement.text(); });
  } else {
    const SharedAllowance allowed(inquiry.tried(), path);
    const auto count = static_cast<double>(looked_up);
    const double mean = count * count / 2 * allowed.chance;
    tally.require(statistic::repeats_upper_bound(shared, mean, count * allowed.largest) > alpha, [&] {
      return fmt::format("{} of {} {} occur under more than one seed, at most {:.3g} expected", shared, looked_up,
                         path.operation == subject::Operation::gumbel ? "values" : "samples", mean);
    });
  }
  if (std::optional<Exhibit> exhibit = correlations.exhibit()) result.exhibits.push_back(std::move(*exhibit));
  tally.conclude(result);
}

void judge_first_draws(CheckResult& result, Inquiry& inquiry, const statistic::Budget& budget) {
  const std::string& variant = inquiry.tried().variant;
  const std::vector<Walk> walks = walks_of(inquiry.description());
  const std::string_view rest = std::string_view(variant).substr(kFirstDraws.size());
  const auto walk = std::ranges::find_if(walks, [&](const Walk& w) { return rest.starts_with(w.name); });
  if (walk == walks.end() || rest.size() < walk->name.size() + 2) {
    throw std::invalid_argument(
        fmt::format("The case's variant is \"{}\"; it must name seeds and an operation.", variant));
  }
  UniformRows rows(inquiry, path_named(rest.substr(walk->name.size() + 2)));
  const statistic::UniformTables tables = dependence_tables(rows.coordinates());
  const std::uint64_t count = seeds_of(inquiry.description());
  const std::uint64_t base = walk->from_one ? 1 : *inquiry.seed(0);
  Drawing drawing{.engine = statistic::Engine(tables.laws()), .elements_per_draw = rows.elements(), .add = {}};
  std::uint64_t asked = 0;
  drawing.add = [&](std::uint64_t, std::uint64_t draws, statistic::Counts& counts) {
    statistic::UniformTables::BlockState state;
    for (std::uint64_t i = 0; i < draws; ++i, ++asked) {
      const UniformRows::Block block = rows.draw((base + asked * walk->step) % count, 1, asked);
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
  return {
      {.sheet = {.id = "stream/distinct",
                 .statement = "Different seeds give different, independent draws, also seeds that differ by one or "
                              "in a single bit.",
                 .pivot = "whole answers compared; values seen under several seeds counted; the first draws of "
                          "progressions of seeds as uniforms",
                 .test = "no two of some 110 confusable seeds answer alike; numbers of noise, or whole samples, "
                         "shared between seeds against a bound on chance, and runs of indices that one seed has up "
                         "to 63 places after another; test martingale over the first draws of "
                         "8,192 seeds and of pairs of neighbours, for successive seeds anywhere, the smallest ones, "
                         "seeds 2^16 apart and seeds that differ in their 13 highest bits only",
                 .power = "any two seeds confused among those asked; streams of two of them that have 20 numbers "
                          "of noise in common in float32 (2 in float64, 2 samples, runs of indices); a total variation "
                          "of .2 in the "
                          "first draws of a progression, whatever --effect and --draws say: every seed is a question "
                          "of its own",
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
