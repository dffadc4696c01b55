#include "gumbelcheck/claim/exhibit.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>

namespace gumbelcheck::claim {

namespace {

std::string_view kind_of(statistic::Cells cells) {
  switch (cells) {
    case statistic::Cells::unordered:
      return "cells";
    case statistic::Cells::dyadic_tail:
      return "tail";
    case statistic::Cells::bins_of_a_uniform:
    case statistic::Cells::shares_of_a_pair:
      return "bins";
    case statistic::Cells::squares_of_two_uniforms:
      return "squares";
  }
  return "cells";
}

}  // namespace

void Course::add(const statistic::Evidence& evidence) {
  draws_.push_back(static_cast<double>(evidence.draws));
  log_e_.push_back(evidence.log_e);
  effect_.push_back(evidence.effect);
  effect_high_.push_back(evidence.effect_high);
}

Exhibit Course::exhibit() const {
  return {.kind = "looks",
          .title = "evidence at each look",
          .columns = {{"draws", draws_}, {"log_e", log_e_}, {"effect", effect_}, {"effect_high", effect_high_}}};
}

std::vector<Exhibit> exhibits_of(const statistic::Engine& engine, const statistic::Counts& counts,
                                 const std::string& effect_table) {
  std::vector<Exhibit> made;
  for (std::size_t t = 0; t < engine.laws().size(); ++t) {
    const statistic::CellLaw& law = engine.laws()[t];
    const std::vector<std::uint64_t>& cells = counts.tables[t];
    if (cells.size() > kMostCellsOfExhibit) continue;
    if (std::accumulate(cells.begin(), cells.end(), std::uint64_t{0}) == 0) continue;
    const std::string_view kind = kind_of(law.cells);
    const bool first = std::ranges::find(made, kind, &Exhibit::kind) == made.end();
    if (!first && kind != "tail" && law.name != effect_table) continue;
    made.push_back({.kind = std::string(kind),
                    .title = law.name,
                    .columns = {{"expected", law.probability}, {"counted", {cells.begin(), cells.end()}}}});
  }
  return made;
}

}  // namespace gumbelcheck::claim
