#include "gumbelcheck/statistic/within.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace gumbelcheck::statistic {
namespace {

constexpr double kUnit = std::numeric_limits<double>::epsilon();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
// Steps of the log odds beyond a bound that are betted on: a factor of 2 apart, so that the best one is within a
// factor of sqrt(2) of the truth, which costs it 9% of its growth.
constexpr int kSmallestStep = -8;
constexpr int kLargestStep = 1;
constexpr std::size_t kSteps = kLargestStep - kSmallestStep + 1;

std::uint64_t total_of(const std::vector<std::uint64_t>& cells) {
  return std::accumulate(cells.begin(), cells.end(), std::uint64_t{0});
}

// The lower end of t N - n ln(1 + b (e^t - 1)).
double bet(double step, double bound, double hits, double draws) {
  const double won = step * hits;
  const double paid = draws * std::log1p(bound * std::expm1(step));
  return won - paid - 4 * kUnit * (std::fabs(won) + std::fabs(paid));
}

}  // namespace

std::size_t sets_of(const std::vector<CellLaw>& laws) {
  std::size_t sets = 0;
  for (const CellLaw& law : laws) sets += law.bounded ? CellSets(law.probability).size() : 0;
  return sets;
}

double detectable_beyond(std::uint64_t draws, std::size_t sets, const Budget& budget) {
  const double looks = static_cast<double>(look_schedule(draws).size());
  const double both_sides = 2 * static_cast<double>(sets);
  const double bets = both_sides * 2 * static_cast<double>(kSteps);
  const double upheld = std::sqrt(std::log(both_sides / budget.miss_rate) / 2) +
                        std::sqrt(std::log(looks / budget.miss_rate) / 2);
  const double refuted = std::sqrt(1.1 * std::log(bets / budget.alpha_per_check()) / 2) +
                         std::sqrt(std::log(1 / budget.miss_rate) / 2);
  return std::min(1.0, std::max(upheld, refuted) / std::sqrt(static_cast<double>(draws)));
}

std::uint64_t draws_needed_beyond(double effect, std::size_t sets, const Budget& budget) {
  constexpr std::uint64_t none = std::uint64_t{1} << 62;
  std::uint64_t low = 1, high = 2;
  while (high < none && detectable_beyond(high, sets, budget) > effect) low = high, high *= 2;
  if (high >= none) return none;
  while (high - low > 1) {
    const std::uint64_t middle = low + (high - low) / 2;
    (detectable_beyond(middle, sets, budget) <= effect ? high : low) = middle;
  }
  return high;
}

WithinTest::WithinTest(std::vector<CellLaw> laws, Allowance allowance, SequentialTest::Options options)
    : engine_(std::move(laws)),
      allowance_(allowance),
      options_(options),
      looks_("WithinTest", engine_, options.budget, options.effect, options.draws) {
  for (const CellLaw& law : engine_.laws()) {
    Table table{.sets = CellSets(law.probability),
                .bounds = {},
                .engine = Engine(std::vector<CellLaw>{law}),
                .possible = {},
                .probability = {}};
    if (law.bounded) {
      // Masses are running sums, rounded once a cell.
      const double rounding = static_cast<double>(law.probability.size()) * kUnit;
      for (const double mass : table.sets.mass()) {
        MassBounds bounds = allowed(mass, allowance_);
        if (mass > 0) bounds = {std::max(0.0, bounds.low - rounding), std::min(1.0, bounds.high + rounding)};
        table.bounds.push_back(bounds);
      }
    }
    sets_ += table.bounds.size();
    for (std::size_t k = 0; k < law.probability.size(); ++k) {
      if (law.probability[k] == 0) continue;
      table.possible.push_back(k);
      table.probability.push_back(law.probability[k]);
    }
    tables_.push_back(std::move(table));
  }
}

LogE WithinTest::log_e(const Counts& counts) const {
  std::vector<double> bets, ratios;
  std::string leading, leading_ratio;
  double largest = -kInfinity, largest_ratio = -kInfinity;
  for (std::size_t t = 0; t < tables_.size(); ++t) {
    const Table& table = tables_[t];
    const std::vector<std::uint64_t>& cells = counts.tables[t];
    const std::string& name = engine_.laws()[t].name;
    Counts alone;
    alone.tables.push_back(cells);
    const LogE against = table.engine.log_e(alone);
    if (std::isinf(against.lower) && against.lower > 0) return against;
    std::vector<std::uint64_t> possible;
    for (const std::size_t k : table.possible) possible.push_back(cells[k]);
    ratios.push_back(against.lower - largest_log_ratio(table.probability, possible, allowance_));
    if (ratios.back() > largest_ratio) {
      largest_ratio = ratios.back();
      leading_ratio = "beyond every allowed law, " + against.leading;
    }
    const double draws = static_cast<double>(total_of(cells));
    const std::vector<std::uint64_t> hits = table.bounds.empty() ? cells : table.sets.counts(cells);
    for (std::size_t set = 0; set < table.bounds.size(); ++set) {
      const MassBounds& bounds = table.bounds[set];
      const double inside = static_cast<double>(hits[set]);
      for (int exponent = kSmallestStep; exponent <= kLargestStep; ++exponent) {
        const double step = std::ldexp(1.0, exponent);
        for (const double found : {bet(step, bounds.high, inside, draws), bet(-step, bounds.low, inside, draws)}) {
          bets.push_back(found);
          if (found <= largest) continue;
          largest = found;
          leading = fmt::format("{}, {} counted {}, allowed {:.1f} to {:.1f}", name, table.sets.name(set), hits[set],
                                draws * bounds.low, draws * bounds.high);
        }
      }
    }
  }
  const BoundedLog from_sets = log_mean(bets, bets.size(), 0);
  const BoundedLog from_ratios = log_mean(ratios, ratios.size(), 0);
  const std::vector<double> parts = {from_sets.value - from_sets.error, from_ratios.value - from_ratios.error};
  const BoundedLog mean = log_mean(parts, parts.size(), 0);
  return {mean.value - mean.error, mean.value + mean.error + 2 * (from_sets.error + from_ratios.error),
          parts[0] >= parts[1] ? leading : leading_ratio};
}

//   high  Hoeffding on the one set that is farthest out in truth: wrong with probability miss_rate over all looks
//   low   Hoeffding on every set and both sides, over all looks
void WithinTest::measure(const Counts& counts) {
  Evidence& evidence = looks_.evidence;
  const double looks = static_cast<double>(schedule().size());
  const double miss_rate = options_.budget.miss_rate;
  evidence.effect = 0;
  evidence.effect_low = 0;
  evidence.effect_high = 0;
  evidence.effect_table.clear();
  for (std::size_t t = 0; t < tables_.size(); ++t) {
    const Table& table = tables_[t];
    if (table.bounds.empty()) continue;
    const double draws = static_cast<double>(total_of(counts.tables[t]));
    if (draws == 0) {
      evidence.effect_high = 1;
      continue;
    }
    const std::vector<std::uint64_t> hits = table.sets.counts(counts.tables[t]);
    const double above = std::sqrt(std::log(looks / miss_rate) / (2 * draws));
    const double below = std::sqrt(std::log(2 * static_cast<double>(sets_) * looks / miss_rate) / (2 * draws));
    double farthest = 0;
    for (std::size_t set = 0; set < table.bounds.size(); ++set) {
      const double outside = table.bounds[set].distance(static_cast<double>(hits[set]) / draws);
      farthest = std::max(farthest, outside);
      if (outside > evidence.effect || evidence.effect_table.empty()) {
        evidence.effect = std::max(evidence.effect, outside);
        evidence.effect_table = fmt::format("{}, {}", engine_.laws()[t].name, table.sets.name(set));
      }
    }
    evidence.effect_low = std::max(evidence.effect_low, farthest - below);
    evidence.effect_high = std::max(evidence.effect_high, std::min(1.0, farthest + above));
  }
  if (evidence.effect == 0) evidence.effect_table = "all sets of cells, beyond the tolerance";
}

// In the set of a bounded table whose mass is nearest to one half, where an effect of one size is seen worst.
std::optional<LiveControl> WithinTest::control(const Counts& counts) const {
  random::Stream words(options_.control_stream);
  const bool upwards = (words() & 1) != 0;
  std::size_t chosen_table = 0, chosen_set = 0;
  double nearest = 1;
  for (std::size_t t = 0; t < tables_.size(); ++t) {
    for (std::size_t set = 0; set < tables_[t].bounds.size(); ++set) {
      const double from_half = std::fabs(tables_[t].sets.mass()[set] - .5);
      if (from_half >= nearest) continue;
      nearest = from_half;
      chosen_table = t;
      chosen_set = set;
    }
  }
  const Table& table = tables_[chosen_table];
  const MassBounds& bounds = table.bounds[chosen_set];
  Counts planted = counts;
  std::vector<std::uint64_t>& cells = planted.tables[chosen_table];
  const std::vector<bool> inside = table.sets.members(chosen_set);
  const std::uint64_t total = total_of(cells);
  std::uint64_t hits = 0;
  for (std::size_t k = 0; k < cells.size(); ++k) hits += inside[k] ? cells[k] : 0;
  const double draws = static_cast<double>(total);
  const bool up = upwards ? bounds.high + 2 * options_.effect < 1 : bounds.low - 2 * options_.effect <= 0;
  const double target = up ? bounds.high + 2 * options_.effect : bounds.low - 2 * options_.effect;
  if (!(target > 0 && target < 1)) return std::nullopt;
  const auto wanted = static_cast<std::uint64_t>(std::llround(target * draws));
  if (up ? wanted <= hits : wanted >= hits) return std::nullopt;
  const std::uint64_t moved = up ? wanted - hits : hits - wanted;
  const std::uint64_t givers = up ? total - hits : hits;
  // By the running floor, in proportion to what the cells have; takers that have nothing take in the first cell.
  const auto shared_out = [&](bool giving, std::uint64_t whole) {
    double running = 0;
    std::uint64_t given = 0;
    for (std::size_t k = 0; k < cells.size(); ++k) {
      if ((inside[k] == up) == giving || cells[k] == 0) continue;
      running += static_cast<double>(cells[k]);
      const auto upto = static_cast<std::uint64_t>(
          std::floor(static_cast<double>(moved) * std::min(1.0, running / static_cast<double>(whole))));
      const std::uint64_t share = giving ? std::min(upto - given, cells[k]) : upto - given;
      given = upto;
      cells[k] = giving ? cells[k] - share : cells[k] + share;
    }
  };
  shared_out(true, givers);
  shared_out(false, total - givers);
  const LogE found = log_e(planted);
  return LiveControl{.planted_effect = 2 * options_.effect,
                     .log_e = found.lower,
                     .refuted = found.lower >= -std::log(options_.budget.alpha_per_check())};
}

Decision WithinTest::look(const Counts& counts) {
  looks_.require_next(counts);
  const LogE found = log_e(counts);
  const auto ended = [&](Decision decision) {
    looks_.end();
    return decision;
  };
  if (taken(counts, found)) return ended(Decision::refuted);
  if (evidence().effect_high <= options_.effect && found.upper < std::log(100.0)) {
    looks_.evidence.control = control(counts);
    if (evidence().control && evidence().control->refuted) return ended(Decision::upheld);
  }
  return looks_.last() ? ended(Decision::inconclusive) : Decision::go_on;
}

Decision WithinTest::stop(const Counts& counts) {
  looks_.require_early(counts);
  looks_.end();
  return taken(counts, log_e(counts)) ? Decision::refuted : Decision::inconclusive;
}

bool WithinTest::taken(const Counts& counts, const LogE& found) {
  const bool refuted = looks_.taken(counts, found);
  looks_.evidence.smallest_detectable_effect = detectable_beyond(options_.draws, sets_, options_.budget);
  measure(counts);
  return refuted;
}

}  // namespace gumbelcheck::statistic
