#include "gumbelcheck/claim/index_law.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gumbelcheck/claim/class_tables.hpp"
#include "gumbelcheck/law/softmax.hpp"

namespace gumbelcheck::claim {

std::vector<std::vector<double>> row_probabilities(const Case& tried) {
  std::vector<std::vector<double>> rows = rows_of(rounded_logits(tried), row_layout(tried.shape, tried.axis));
  for (std::vector<double>& row : rows) row = law::softmax_double(row, 1.0);
  return rows;
}

void require_two_possible(const std::vector<std::vector<double>>& probabilities) {
  for (std::size_t row = 0; row < probabilities.size(); ++row) {
    const auto possible = std::ranges::count_if(probabilities[row], [](double p) { return p > 0; });
    if (possible >= 2) continue;
    throw Ended{Verdict::unsupported,
                fmt::format("Row {} has {} class of probability above 0: nothing is random in it.", row, possible)};
  }
}

void judge_indices(CheckResult& result, const Inquiry& inquiry, const statistic::Budget& budget,
                   const IndexSource& source, std::size_t elements_per_draw) {
  const std::vector<std::vector<double>> probabilities = row_probabilities(inquiry.tried());
  require_two_possible(probabilities);
  const std::size_t rows = probabilities.size();
  std::vector<ClassTables> tables;
  std::vector<statistic::CellLaw> laws;
  for (std::size_t row = 0; row < rows; ++row) {
    tables.emplace_back(probabilities[row], rows == 1 ? "classes" : fmt::format("classes of row {}", row));
    laws.insert(laws.end(), tables.back().laws().begin(), tables.back().laws().end());
  }
  const std::size_t classes = tables.front().classes();
  const std::size_t tables_per_row = tables.front().laws().size();

  Drawing drawing{.engine = statistic::Engine(std::move(laws)),
                  .elements_per_draw = elements_per_draw > 0 ? elements_per_draw : rows * classes,
                  .add = {}};
  drawing.add = [&](std::uint64_t question, std::uint64_t draws, statistic::Counts& counts) {
    const std::vector<std::int64_t> indices = source(question, draws);
    std::size_t row = 0;
    for (std::size_t i = 0; i < indices.size(); ++i) {
      const std::int64_t index = indices[i];
      if (index < 0 || index >= static_cast<std::int64_t>(classes)) {
        throw Ended{Verdict::refuted, fmt::format("Draw {} of question {} is class {}; there are classes 0 to {}.",
                                                  i / rows, question, index, classes - 1)};
      }
      tables[row].add(static_cast<std::size_t>(index), counts, row * tables_per_row);
      if (++row == rows) row = 0;
    }
    counts.rows += draws;
  };
  draw_and_judge(result, inquiry, budget, drawing);
}

}  // namespace gumbelcheck::claim
