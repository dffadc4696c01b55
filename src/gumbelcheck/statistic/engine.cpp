#include "gumbelcheck/statistic/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "gumbelcheck/statistic/compensated_sum.hpp"
#include "gumbelcheck/statistic/component.hpp"

namespace gumbelcheck::statistic {
namespace {

void require_law(CellLaw& law, std::size_t index) {
  CompensatedSum mass;
  for (std::size_t k = 0; k < law.probability.size(); ++k) {
    const double p = law.probability[k];
    if (!(p >= 0 && p <= 1)) {
      throw std::invalid_argument(
          fmt::format("Engine: laws[{}] ({}) has probability {} in cell {}, but a probability lies between 0 and 1.",
                      index, law.name, p, k));
    }
    mass.add(p);
  }
  const double sum = mass.value();
  if (!(std::fabs(sum - 1) <= 1e-9)) {
    throw std::invalid_argument(fmt::format(
        "Engine: laws[{}] ({}) sums to {}, but the probabilities of all cells sum to 1.", index, law.name, sum));
  }
  for (double& p : law.probability) p /= sum;
  if (law.entries_per_draw == 0) {
    throw std::invalid_argument(
        fmt::format("Engine: laws[{}] ({}) has 0 entries a draw, but a table has one or more.", index, law.name));
  }
  if (law.rows_per_draw == 0) {
    throw std::invalid_argument(
        fmt::format("Engine: laws[{}] ({}) has 0 rows a draw, but a draw takes one or more.", index, law.name));
  }
}

template <class Value>
void require_shape(const char* function, const char* what, std::size_t found, Value expected) {
  if (found != expected) {
    throw std::invalid_argument(
        fmt::format("{}: {} has {} entries, but the engine's laws need {}.", function, what, found, expected));
  }
}

}  // namespace

Counts& Counts::operator+=(const Counts& other) {
  require_shape("Counts +=", "tables", other.tables.size(), tables.size());
  require_shape("Counts +=", "ratios", other.ratios.size(), ratios.size());
  for (std::size_t t = 0; t < tables.size(); ++t) {
    require_shape("Counts +=", "a table", other.tables[t].size(), tables[t].size());
    for (std::size_t k = 0; k < tables[t].size(); ++k) tables[t][k] += other.tables[t][k];
  }
  for (std::size_t r = 0; r < ratios.size(); ++r) {
    require_shape("Counts +=", "a ratio law", other.ratios[r].size(), ratios[r].size());
    for (std::size_t k = 0; k < ratios[r].size(); ++k) ratios[r][k] = add_ratio(ratios[r][k], other.ratios[r][k]);
  }
  rows += other.rows;
  return *this;
}

void refuse_ratio() { throw std::invalid_argument("ratio_units: log_ratio is NaN, but it must be a number."); }

Engine::Engine(std::vector<CellLaw> laws, std::vector<RatioLaw> ratios)
    : laws_(std::move(laws)), ratios_(std::move(ratios)) {
  for (std::size_t t = 0; t < laws_.size(); ++t) {
    CellLaw& law = laws_[t];
    require_law(law, t);
    Table table;
    std::vector<double> probability;
    for (std::size_t k = 0; k < law.probability.size(); ++k) {
      if (law.probability[k] == 0) continue;
      table.possible.push_back(k);
      probability.push_back(law.probability[k]);
    }
    const auto append = [&](Components made) {
      for (auto& component : made) table.components.push_back(std::move(component));
    };
    const bool large = probability.size() > kMostCellsOfLadder;
    append(large ? gamma_poisson(probability) : dirichlet_multinomial(probability));
    append(large ? stepped_spike(probability) : spike(probability));
    if (law.temperature) append(temperature(probability));
    if (law.cells == Cells::squares_of_two_uniforms) append(dependence(law.probability));
    if (law.cells == Cells::shares_of_a_pair) append(log_odds_scale(law.probability.size()));
    components_ += table.components.size();
    tables_.push_back(std::move(table));
  }
  for (const RatioLaw& ratio : ratios_) components_ += ratio.points.size();
}

Counts Engine::empty() const {
  Counts counts;
  for (const CellLaw& law : laws_) counts.tables.emplace_back(law.probability.size());
  for (const RatioLaw& ratio : ratios_) counts.ratios.emplace_back(ratio.points.size());
  return counts;
}

std::string Engine::worst_cell(std::size_t table, const Counts& counts) const {
  const std::vector<std::uint64_t>& cells = counts.tables[table];
  const double total = static_cast<double>(std::accumulate(cells.begin(), cells.end(), std::uint64_t{0}));
  std::size_t worst = 0;
  double largest = -1;
  for (const std::size_t k : tables_[table].possible) {
    const double p = laws_[table].probability[k];
    const double distance = static_cast<double>(cells[k]) - total * p;
    const double variance = total * p * (1 - p);
    const double score = variance > 0 ? distance * distance / variance : 0;
    if (score > largest) {
      largest = score;
      worst = k;
    }
  }
  return fmt::format("cell {} counted {}, expected {:.1f}", worst, cells[worst],
                     total * laws_[table].probability[worst]);
}

Histogram Engine::histogram(std::size_t table, const Counts& counts) const {
  std::vector<std::uint64_t> possible;
  possible.reserve(tables_[table].possible.size());
  for (const std::size_t k : tables_[table].possible) possible.push_back(counts.tables[table][k]);
  return Histogram(std::move(possible));
}

BoundedLog Engine::log_ratio(std::size_t law, std::size_t point, const Counts& counts) const {
  const double value = std::ldexp(static_cast<double>(counts.ratios[law][point]), -32);
  // Converting and scaling round once; the caller's own rounding was downwards already.
  return {value, std::fabs(value) * std::numeric_limits<double>::epsilon()};
}

LogE Engine::log_e(const Counts& counts) const {
  require_shape("Engine::log_e", "counts.tables", counts.tables.size(), laws_.size());
  require_shape("Engine::log_e", "counts.ratios", counts.ratios.size(), ratios_.size());
  constexpr double infinity = std::numeric_limits<double>::infinity();
  std::vector<double> lower, upper;
  lower.reserve(components_);
  upper.reserve(components_);
  double largest = -infinity;
  std::size_t leading_table = laws_.size();
  std::string leading;
  for (std::size_t t = 0; t < laws_.size(); ++t) {
    const std::vector<std::uint64_t>& cells = counts.tables[t];
    require_shape("Engine::log_e", "a table", cells.size(), laws_[t].probability.size());
    for (std::size_t k = 0; k < cells.size(); ++k) {
      if (laws_[t].probability[k] == 0 && cells[k] > 0) {
        return {infinity, infinity,
                fmt::format("{}, {} hits in cell {}, which has probability 0", laws_[t].name, cells[k], k)};
      }
    }
    const Histogram possible = histogram(t, counts);
    for (const auto& component : tables_[t].components) {
      const BoundedLog found = possible.total == 0 ? BoundedLog{} : component->log_e(possible);
      lower.push_back(found.value - found.error);
      upper.push_back(found.value + found.error);
      if (lower.back() > largest) {
        largest = lower.back();
        leading_table = t;
        leading = fmt::format("{}, {}", laws_[t].name, component->name());
      }
    }
  }
  for (std::size_t r = 0; r < ratios_.size(); ++r) {
    require_shape("Engine::log_e", "a ratio law", counts.ratios[r].size(), ratios_[r].points.size());
    for (std::size_t i = 0; i < counts.ratios[r].size(); ++i) {
      const BoundedLog found = log_ratio(r, i, counts);
      lower.push_back(found.value - found.error);
      upper.push_back(found.value + found.error);
      if (lower.back() > largest) {
        largest = lower.back();
        leading_table = laws_.size();
        leading = fmt::format("{}, {}", ratios_[r].name, ratios_[r].points[i]);
      }
    }
  }
  if (components_ == 0) return {};
  if (leading_table < laws_.size()) leading += ", " + worst_cell(leading_table, counts);
  const BoundedLog low = log_mean(lower, components_, 0);
  const BoundedLog high = log_mean(upper, components_, 0);
  return {low.value - low.error, high.value + high.error, std::move(leading)};
}

std::vector<ComponentE> Engine::each_log_e(const Counts& counts) const {
  log_e(counts);  // its refusals
  std::vector<ComponentE> each;
  each.reserve(components_);
  const auto append = [&](const std::string& of, std::string name, const BoundedLog& found) {
    each.push_back({of, std::move(name), found.value - found.error});
  };
  for (std::size_t t = 0; t < laws_.size(); ++t) {
    const Histogram possible = histogram(t, counts);
    for (const auto& component : tables_[t].components) {
      append(laws_[t].name, component->name(), possible.total == 0 ? BoundedLog{} : component->log_e(possible));
    }
  }
  for (std::size_t r = 0; r < ratios_.size(); ++r) {
    for (std::size_t i = 0; i < ratios_[r].points.size(); ++i) {
      append(ratios_[r].name, ratios_[r].points[i], log_ratio(r, i, counts));
    }
  }
  return each;
}

}  // namespace gumbelcheck::statistic
