#include "gumbelcheck/claim/index_law.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "gumbelcheck/claim/class_tables.hpp"
#include "gumbelcheck/law/softmax.hpp"
#include "gumbelcheck/statistic/within.hpp"

namespace gumbelcheck::claim {

std::vector<std::vector<double>> row_probabilities(const Case& tried) {
  std::vector<std::vector<double>> rows = rows_of(rounded_logits(tried), row_layout(tried.shape, tried.axis));
  for (std::vector<double>& row : rows) row = law::softmax_double(row, 1.0);
  return rows;
}

std::vector<std::vector<double>> rounded_sum_probabilities(const Case& tried) {
  std::vector<std::vector<double>> rows = rows_of(rounded_logits(tried), row_layout(tried.shape, tried.axis));
  try {
    for (std::vector<double>& row : rows) row = law::rounded_sum_law(row, binary_format(tried.dtype));
  } catch (const std::invalid_argument& refused) {
    throw Ended{Verdict::unsupported, refused.what()};
  }
  return rows;
}

namespace {

// As draw_and_judge, against all laws that the tolerance allows.
void draw_and_judge_within(CheckResult& result, const Inquiry& inquiry, const statistic::Budget& budget,
                           const Drawing& drawing, const ClassTolerance& tolerance) {
  const statistic::Allowance allowance = allowance_of(tolerance);
  if (inquiry.tried().draws == 0) throw WouldCount(drawing.engine, budget, drawing.elements_per_draw, allowance);
  statistic::WithinTest test(drawing.engine.laws(), allowance,
                             {.budget = budget,
                              .effect = inquiry.tried().effect,
                              .draws = inquiry.tried().draws,
                              .control_stream = inquiry.stream(random::Purpose::control)});
  const auto [decision, early] = drawn_to_the_end(result, test, drawing.elements_per_draw, drawing.add);
  const statistic::Evidence& evidence = test.evidence();
  result.evidence = evidence;
  const std::string given = fmt::format("a tolerance of {:g} on {}", tolerance.size,
                                        tolerance.rule == ClassRule::relative ? "log probabilities" : "log odds");
  if (decision == statistic::Decision::refuted) {
    result.verdict = Verdict::refuted;
    result.finding =
        fmt::format("After {} draws, beyond {}: E = 1e{:.1f} (refuted from 1e{:.1f}); leading: {}.", evidence.draws,
                    given, evidence.log_e / 2.302585092994046, -std::log10(budget.alpha_per_check()), evidence.leading);
  } else if (decision == statistic::Decision::upheld) {
    result.verdict = Verdict::upheld;
  } else if (early) {
    result.verdict = Verdict::inconclusive;
    result.finding = early_sentence(result, evidence, *early);
  } else {
    result.verdict = Verdict::inconclusive;
    result.finding = fmt::format(
        "After {} draws {} may lie up to {:.4f} beyond {}, more than the declared {:.4g}; so many draws see effects "
        "from "
        "{:.4g}.",
        evidence.draws, evidence.effect_table, evidence.effect_high, given, evidence.declared_effect,
        evidence.smallest_detectable_effect);
  }
}

}  // namespace

void require_two_possible(const std::vector<std::vector<double>>& probabilities) {
  for (std::size_t row = 0; row < probabilities.size(); ++row) {
    const auto possible = std::ranges::count_if(probabilities[row], [](double p) { return p > 0; });
    if (possible >= 2) continue;
    throw Ended{Verdict::unsupported,
                fmt::format("Row {} has {} class of probability above 0: nothing is random in it.", row, possible)};
  }
}

std::vector<std::int64_t> indices_from(subject::Answer answer, std::string_view name) {
  array(answer, name).as<std::int64_t>();  // where there is none, this says so
  const auto named = std::ranges::find(answer.arrays, name, &subject::NamedArray::name);
  return std::get<std::vector<std::int64_t>>(std::move(named->array.data));
}

void judge_indices(CheckResult& result, const Inquiry& inquiry, const statistic::Budget& budget,
                   const IndexSource& source, std::size_t elements_per_draw, DrawnBy drawn_by) {
  const ClassTolerance tolerance = class_tolerance(inquiry.tried(), drawn_by);
  result.held_to = held_to(inquiry.tried(), tolerance);
  const std::vector<std::vector<double>> probabilities = tolerance.rule == ClassRule::rounded_sum
                                                             ? rounded_sum_probabilities(inquiry.tried())
                                                             : row_probabilities(inquiry.tried());
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
        throw impossible(fmt::format("Draw {} of question {} is class {}; there are classes 0 to {}.", i / rows,
                                     question, index, classes - 1));
      }
      tables[row].add(static_cast<std::size_t>(index), counts, row * tables_per_row);
      if (++row == rows) row = 0;
    }
    counts.rows += draws;
  };
  if (tolerance.rule == ClassRule::log_odds || tolerance.rule == ClassRule::relative) {
    draw_and_judge_within(result, inquiry, budget, drawing, tolerance);
  } else {
    draw_and_judge(result, inquiry, budget, drawing);
  }
}

}  // namespace gumbelcheck::claim
