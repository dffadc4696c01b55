#include "gumbelcheck/statistic/power.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/non_central_chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <stdexcept>

#include "gumbelcheck/statistic/component.hpp"
#include "gumbelcheck/statistic/sequential.hpp"

namespace gumbelcheck::statistic {
namespace {

constexpr std::uint64_t kMostDraws = std::uint64_t{1} << 62;

void require_inputs(const char* function, const TableShape& table, const Budget& budget) {
  const double alpha = budget.alpha_per_check();
  if (!(alpha > 0 && alpha < 1) || !(budget.miss_rate > 0 && budget.miss_rate < 1)) {
    throw std::invalid_argument(
        fmt::format("{}: false_alarm_rate is {} and miss_rate {}, but rates lie between 0 and 1.", function,
                    budget.false_alarm_rate, budget.miss_rate));
  }
  if (table.cells < 2 || table.components < 1 || table.entries_per_draw < 1 || table.rows_per_draw < 1) {
    throw std::invalid_argument(fmt::format(
        "{}: {} cells, {} components, {} entries and {} rows a draw; needed are two, one, one and one, or more.",
        function, table.cells, table.components, table.entries_per_draw, table.rows_per_draw));
  }
}

// Sankaran's approximation of the quantile: closed form, so that a search over n costs microseconds.
// source  Sankaran 1959; within a few per cent of Boost.Math's quantile over what is asked here (tested)
double noncentral_quantile(double degrees, double noncentrality, double rate) {
  const double z = boost::math::quantile(boost::math::normal(), rate);
  const double first = degrees + noncentrality;
  const double second = degrees + 2 * noncentrality;
  const double third = degrees + 3 * noncentrality;
  const double h = 1 - 2.0 / 3 * first * third / (second * second);
  const double p = second / (first * first);
  const double m = (h - 1) * (1 - 3 * h);
  const double base = 1 + h * p * (h - 1 - (2 - h) * m * p / 2) + z * h * std::sqrt(2 * p) * (1 + m * p / 2);
  return base <= 0 ? 0 : first * std::pow(base, 1 / h);
}

struct Question {
  double effect;
  double degrees;
  double alpha;
  double miss_rate;
  double components;
  double entries_per_draw;
  std::uint64_t rows_per_draw;
  bool bounded;
};

bool refutes(double draws, const Question& question) {
  const double entries = draws * question.entries_per_draw;
  const double noncentrality = 4 * entries * question.effect * question.effect;
  const double x = noncentral_quantile(question.degrees, noncentrality, question.miss_rate);
  double best = 0;
  for (int exponent = kSmallestEffectExponent; exponent <= kLargestEffectExponent; ++exponent) {
    const double step = entries * std::ldexp(1.0, 2 * exponent) / question.degrees;
    best = std::max(best, x * step / (1 + step) - question.degrees * std::log1p(step));
  }
  return best >= 2 * std::log(question.components / question.alpha);
}

bool upholds(std::uint64_t rows, double n, const Question& question) {
  if (!question.bounded) return true;
  const double entries = n * question.entries_per_draw;
  const double looks = static_cast<double>(look_schedule(rows).size());
  const double counted =
      std::sqrt(question.degrees / entries) / 2 + std::sqrt(std::log(1 / question.miss_rate) / (2 * entries));
  return counted + std::sqrt(std::log(looks / question.miss_rate) / (2 * n)) <= question.effect;
}

bool enough(std::uint64_t rows, const Question& question) {
  const double draws = static_cast<double>(rows / question.rows_per_draw);
  return draws > 0 && upholds(rows, draws, question) && refutes(draws, question);
}

Question question_of(double effect, const Budget& budget, const TableShape& table) {
  return {effect,
          static_cast<double>(table.cells - 1),
          budget.alpha_per_check(),
          budget.miss_rate,
          static_cast<double>(table.components),
          static_cast<double>(table.entries_per_draw),
          table.rows_per_draw,
          table.bounded};
}

}  // namespace

std::uint64_t draws_needed(double effect, const TableShape& table, const Budget& budget) {
  require_inputs("draws_needed", table, budget);
  if (!(effect > 0 && effect < 1)) {
    throw std::invalid_argument(fmt::format("draws_needed: effect is {}, not between 0 and 1.", effect));
  }
  const Question question = question_of(effect, budget, table);
  std::uint64_t high = 1;
  while (high < kMostDraws && !enough(high, question)) high *= 2;
  if (high >= kMostDraws) return kMostDraws;
  std::uint64_t low = high / 2;
  while (high - low > 1) {
    const std::uint64_t middle = low + (high - low) / 2;
    (enough(middle, question) ? high : low) = middle;
  }
  return high;
}

double detectable_effect(std::uint64_t draws, const TableShape& table, const Budget& budget) {
  require_inputs("detectable_effect", table, budget);
  double low = 0;
  double high = 1 - 1e-9;
  if (draws == 0 || !enough(draws, question_of(high, budget, table))) return 1;
  for (int step = 0; step < 40; ++step) {
    const double middle = (low + high) / 2;
    (enough(draws, question_of(middle, budget, table)) ? high : low) = middle;
  }
  return high;
}

std::vector<TableShape> table_shapes(const Engine& engine) {
  std::vector<TableShape> shapes;
  for (const CellLaw& law : engine.laws()) {
    shapes.push_back(
        {.cells = static_cast<std::size_t>(std::ranges::count_if(law.probability, [](double p) { return p > 0; })),
         .components = engine.components(),
         .entries_per_draw = law.entries_per_draw,
         .rows_per_draw = law.rows_per_draw,
         .bounded = law.bounded});
  }
  return shapes;
}

Weakest check_sees(std::uint64_t draws, const Engine& engine, const Budget& budget) {
  const std::vector<TableShape> shapes = table_shapes(engine);
  Weakest weakest{.draws = draws, .effect = 0};
  for (std::size_t t = 0; t < shapes.size(); ++t) {
    if (!shapes[t].bounded || shapes[t].cells < 2) continue;
    const double effect = detectable_effect(draws, shapes[t], budget);
    if (effect > weakest.effect) weakest = {.table = t, .draws = draws, .effect = effect};
  }
  if (weakest.effect == 0) weakest.effect = 1;
  return weakest;
}

Weakest check_needs(double effect, const Engine& engine, const Budget& budget) {
  const std::vector<TableShape> shapes = table_shapes(engine);
  Weakest weakest{.draws = 0, .effect = effect};
  for (std::size_t t = 0; t < shapes.size(); ++t) {
    if (!shapes[t].bounded || shapes[t].cells < 2) continue;
    const std::uint64_t draws = draws_needed(effect, shapes[t], budget);
    if (draws > weakest.draws) weakest = {.table = t, .draws = draws, .effect = effect};
  }
  if (weakest.draws == 0) weakest.draws = kMostDraws;
  return weakest;
}

}  // namespace gumbelcheck::statistic
