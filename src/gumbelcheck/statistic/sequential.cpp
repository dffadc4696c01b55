#include "gumbelcheck/statistic/sequential.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "gumbelcheck/statistic/chi_squared.hpp"
#include "gumbelcheck/statistic/estimates.hpp"
#include "gumbelcheck/statistic/kolmogorov_smirnov.hpp"
#include "gumbelcheck/statistic/live_control.hpp"
#include "gumbelcheck/statistic/power.hpp"
#include "gumbelcheck/statistic/splitting_tree.hpp"
#include "gumbelcheck/statistic/valiant_valiant.hpp"

namespace gumbelcheck::statistic {
namespace {

std::uint64_t total_of(const std::vector<std::uint64_t>& cells) {
  return std::accumulate(cells.begin(), cells.end(), std::uint64_t{0});
}

double total_variation(const std::vector<std::uint64_t>& cells, const std::vector<double>& probability, double total) {
  double sum = 0;
  for (std::size_t k = 0; k < cells.size(); ++k) {
    sum += std::fabs(static_cast<double>(cells[k]) / total - probability[k]);
  }
  return sum / 2;
}

std::size_t possible_cells(const CellLaw& law) {
  return static_cast<std::size_t>(
      std::count_if(law.probability.begin(), law.probability.end(), [](double p) { return p > 0; }));
}

// Draws that are independent of one another whatever the subject does within one.
double draws_of(const CellLaw& law, std::uint64_t total) {
  return static_cast<double>(total) / static_cast<double>(law.entries_per_draw);
}

}  // namespace

std::vector<std::uint64_t> look_schedule(std::uint64_t draws) {
  if (draws == 0) throw std::invalid_argument("look_schedule: draws is 0, but there must be at least one.");
  constexpr std::uint64_t first = 16;
  constexpr std::array within_a_halving = {1.0, 0.8408964152537145, 0.7071067811865476, 0.5946035575013605};
  std::vector<std::uint64_t> schedule{draws};
  for (unsigned step = 1;; ++step) {
    const double halved = std::ldexp(static_cast<double>(draws), -static_cast<int>(step / 4));
    // Even, so that no look parts two rows that are counted as a pair.
    const std::uint64_t look = static_cast<std::uint64_t>(halved * within_a_halving[step % 4] / 2) * 2;
    if (look < first) break;
    if (look < schedule.back()) schedule.push_back(look);
  }
  std::reverse(schedule.begin(), schedule.end());
  return schedule;
}

Looks::Looks(std::string test, const Engine& engine, const Budget& budget, double effect, std::uint64_t draws)
    : test_(std::move(test)), threshold_(-std::log(budget.alpha_per_check())), schedule_(look_schedule(draws)) {
  const double alpha = budget.alpha_per_check();
  if (!(alpha > 0 && alpha < 1) || !(budget.miss_rate > 0 && budget.miss_rate < 1) || !(effect > 0 && effect < 1)) {
    throw std::invalid_argument(
        fmt::format("{}: false_alarm_rate {}, miss_rate {} and effect {} must lie between 0 and 1.", test_,
                    budget.false_alarm_rate, budget.miss_rate, effect));
  }
  if (std::none_of(engine.laws().begin(), engine.laws().end(), [](const CellLaw& law) { return law.bounded; })) {
    throw std::invalid_argument(fmt::format(
        "{}: the engine has no bounded table, so nothing could ever be upheld; it needs one or more.", test_));
  }
  evidence.declared_effect = effect;
}

void Looks::require_next(const Counts& counts) const {
  if (ended_ || last()) {
    throw std::logic_error(
        fmt::format("{}::look: the test has ended; no look follows a decision or the last look.", test_));
  }
  if (counts.rows != schedule_[evidence.looks]) {
    throw std::invalid_argument(fmt::format("{}::look: counts hold {} rows, but look {} of the schedule is at {}.",
                                            test_, counts.rows, evidence.looks + 1, schedule_[evidence.looks]));
  }
}

void Looks::require_early(const Counts& counts) const {
  if (ended_) throw std::logic_error(fmt::format("{}::stop: the test has ended already.", test_));
  if (counts.rows < evidence.draws) {
    throw std::invalid_argument(fmt::format(
        "{}::stop: counts hold {} rows after {} at the look before; a look takes all that was drawn so far.", test_,
        counts.rows, evidence.draws));
  }
}

bool Looks::taken(const Counts& counts, const LogE& found) {
  evidence.draws = counts.rows;
  evidence.looks += 1;
  evidence.log_e = found.lower;
  evidence.largest_log_e = std::max(evidence.largest_log_e, found.lower);
  evidence.p_value = std::min(1.0, std::exp(-evidence.largest_log_e));
  evidence.leading = found.leading;
  return found.lower >= threshold_;
}

SequentialTest::SequentialTest(Engine engine, Options options)
    : engine_(std::move(engine)),
      options_(options),
      looks_("SequentialTest", engine_, options.budget, options.effect, options.draws) {}

// The effect as counted, with its bounds.
//   high  Hoeffding on the one set {q > p} of the worst table: wrong with probability miss_rate over all looks
//   low   TV(counted, q) is at most sqrt(K - 1)/(2 sqrt n) on average (Cauchy-Schwarz), and above that by
//         sqrt(ln(1/delta)/2n) with probability delta (McDiarmid); the largest of all tables needs all of
//         them to hold. The Hoeffding term alone would not do: the counts scatter in all directions at once.
//         Cells of probability 0 count as one: q may lie on them, and TV(counted, law) is the same.
void SequentialTest::measure(const Counts& counts) {
  Evidence& evidence = looks_.evidence;
  const double looks = static_cast<double>(schedule().size());
  const double tables = static_cast<double>(engine_.laws().size());
  const double miss_rate = options_.budget.miss_rate;
  evidence.effect = 0;
  evidence.effect_low = 0;
  evidence.effect_high = 0;
  for (std::size_t t = 0; t < engine_.laws().size(); ++t) {
    const CellLaw& law = engine_.laws()[t];
    if (!law.bounded) continue;
    const std::uint64_t total = total_of(counts.tables[t]);
    if (total == 0) {
      evidence.effect_high = 1;  // nothing is known of this table
      continue;
    }
    const double n = draws_of(law, total);
    const std::size_t possible = possible_cells(law);
    const double cells = static_cast<double>(possible + (possible < law.probability.size() ? 1 : 0));
    const double found = total_variation(counts.tables[t], law.probability, static_cast<double>(total));
    const double above = std::sqrt(std::log(looks / miss_rate) / (2 * n));
    const double below = std::sqrt((cells - 1) / n) / 2 + std::sqrt(std::log(looks * tables / miss_rate) / (2 * n));
    if (found >= evidence.effect) {
      evidence.effect = found;
      evidence.effect_table = law.name;
    }
    evidence.effect_low = std::max(evidence.effect_low, found - below);
    evidence.effect_high = std::max(evidence.effect_high, std::min(1.0, found + above));
  }
}

double SequentialTest::seen_by(std::uint64_t draws, const Counts& counts) const {
  const double progress = static_cast<double>(draws) / static_cast<double>(std::max<std::uint64_t>(1, counts.rows));
  double largest = 0;
  for (std::size_t t = 0; t < engine_.laws().size(); ++t) {
    const CellLaw& law = engine_.laws()[t];
    if (!law.bounded) continue;
    const auto planned = static_cast<std::uint64_t>(draws_of(law, total_of(counts.tables[t])) * progress);
    const TableShape shape{.cells = std::max<std::size_t>(2, possible_cells(law)),
                           .components = engine_.components(),
                           .entries_per_draw = law.entries_per_draw};
    largest = std::max(largest, detectable_effect(planned, shape, options_.budget));
  }
  return largest;
}

LogE SequentialTest::log_e_at(const Counts& counts) const {
  if (options_.budget.witness != nullptr) options_.budget.witness->look(engine_, counts);
  return engine_.log_e(counts);
}

void SequentialTest::finish(const Counts& counts) {
  Evidence& evidence = looks_.evidence;
  looks_.end();
  measure(counts);
  evidence.smallest_detectable_effect = seen_by(options_.draws, counts);
  const bool planned = counts.rows >= schedule().back();
  // A p-value at a moment that the counts chose would be none.
  const auto labelled = [&](const CellLaw& law, FixedDrawsTest test) {
    test.label = fmt::format("{} ({}){}", law.name, test.label,
                             planned ? "" : "; stopped before the last look, so its p-value is not valid");
    return test;
  };
  const std::vector<CellLaw>& laws = engine_.laws();
  const CellLaw& first = laws.front();
  random::StreamId tree_stream = options_.control_stream;
  ++tree_stream.block;  // the control's own words are another block's
  evidence.pearson = labelled(first, pearson_test(counts.tables.front(), first.probability));
  evidence.g = labelled(first, g_test(counts.tables.front(), first.probability));
  evidence.splitting_tree =
      labelled(first, splitting_tree_test(counts.tables.front(), first.probability, tree_stream));
  for (std::size_t t = 0; t < laws.size(); ++t) {
    const CellLaw& law = laws[t];
    if (!evidence.kolmogorov_smirnov && law.cells == Cells::bins_of_a_uniform) {
      evidence.kolmogorov_smirnov = labelled(law, kolmogorov_smirnov_test(counts.tables[t], law.probability));
    }
    if (!evidence.valiant_valiant && possible_cells(law) >= kFewestCellsOfValiantValiant) {
      evidence.valiant_valiant = labelled(law, valiant_valiant_test(counts.tables[t], law.probability));
    }
  }
  evidence.estimates = estimates_of(engine_, counts, options_.budget.miss_rate);
}

Decision SequentialTest::look(const Counts& counts) {
  looks_.require_next(counts);
  const LogE found = log_e_at(counts);
  if (looks_.taken(counts, found)) {
    finish(counts);
    return Decision::refuted;
  }
  measure(counts);
  if (evidence().effect_high <= options_.effect && found.upper < std::log(100.0)) {
    const PlantedCounts planted = plant_effect(engine_, counts, 2 * options_.effect, options_.control_stream);
    const LogE planted_e = engine_.log_e(planted.counts);
    looks_.evidence.control = LiveControl{.planted_effect = planted.effect,
                                          .log_e = planted_e.lower,
                                          .refuted = planted_e.lower >= -std::log(options_.budget.alpha_per_check())};
    if (evidence().control->refuted) {
      finish(counts);
      return Decision::upheld;
    }
  }
  if (!looks_.last()) return Decision::go_on;
  finish(counts);
  return Decision::inconclusive;
}

Decision SequentialTest::stop(const Counts& counts) {
  looks_.require_early(counts);
  // Refuting is right at any time. Upholding is not: its bound holds at the looks of the schedule, and the
  // subject chose this moment itself.
  const bool refuted = looks_.taken(counts, log_e_at(counts));
  finish(counts);
  looks_.evidence.smallest_detectable_effect = seen_by(counts.rows, counts);
  return refuted ? Decision::refuted : Decision::inconclusive;
}

}  // namespace gumbelcheck::statistic
