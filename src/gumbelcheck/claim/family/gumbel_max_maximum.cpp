// gumbel-max/maximum: the largest of logits + noise is Gumbel with location logsumexp(logits).
// gumbel-max/independence: and it says nothing about where it stands.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/class_tables.hpp"
#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/claim/index_law.hpp"
#include "gumbelcheck/claim/reals.hpp"
#include "gumbelcheck/claim/resolution.hpp"
#include "gumbelcheck/law/softmax.hpp"
#include "gumbelcheck/statistic/uniform_tables.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

constexpr std::size_t kGroups = 8;  // of classes
constexpr std::size_t kBins = 8;    // of the maximum's uniform

std::string missing(const subject::Description& description) {
  if (std::string reason = lacks(description, Operation::gumbel_max); !reason.empty()) return reason;
  if (!description.offer(Operation::gumbel_max)->maximum) return "The subject's gumbel_max returns no maximum.";
  return "";
}

std::vector<Case> maximum_cases(const subject::Description& description, const Request& request) {
  CaseList list("gumbel-max/maximum", request);
  const std::vector<subject::Dtype> dtypes = judged_dtypes(description);
  for (const subject::Dtype dtype : dtypes)
    list.add(spread_logits(request.seed, 10), dtype, 1, {1u << 21, .01}, "", false);
  list.add(listed_logits({0.0, 0.0}, "2 even classes"), dtypes.front(), 1, {1u << 21, .01}, "", false);
  if (description.offer(Operation::gumbel_max)->axis) {
    list.add(spread_batch(request.seed, {4, 3}, 0), dtypes.back(), 1, {1u << 19, .02}, "", false);
  }
  return list.take();
}

std::vector<Case> independence_cases(const subject::Description& description, const Request& request) {
  CaseList list("gumbel-max/independence", request);
  const std::vector<subject::Dtype> dtypes = judged_dtypes(description);
  for (const subject::Dtype dtype : dtypes)
    list.add(spread_logits(request.seed, 10), dtype, 1, {1u << 20, .01}, "", false);
  list.add(spread_logits(request.seed, 32), dtypes.front(), 1, {1u << 20, .01}, "", false);
  if (description.offer(Operation::gumbel_max)->axis) {
    list.add(spread_batch(request.seed, {4, 3}, 0), dtypes.back(), 1, {1u << 20, .01}, "", false);
  }
  return list.take();
}

// The maximum of one row of the batch as a uniform.
//
// rule  U = exp(-hazard) and 1 - U = -expm1(-hazard), hazard = exp(location - maximum): each end to its own precision
class MaximumPivot {
 public:
  explicit MaximumPivot(const Case& tried) {
    for (const std::vector<double>& row : rows_of(rounded_logits(tried), row_layout(tried.shape, tried.axis))) {
      locations_.push_back(law::logsumexp_double(row));
    }
  }
  std::size_t rows() const { return locations_.size(); }
  // throws Ended(refuted) where the maximum is no number
  random::UniformPair operator()(double maximum, std::size_t row) const {
    if (!std::isfinite(maximum)) {
      throw impossible(fmt::format("A maximum is {}; some logit is finite, so it is too.", maximum));
    }
    const double hazard = std::exp(locations_[row] - maximum);
    return {std::exp(-hazard), -std::expm1(-hazard)};
  }

 private:
  std::vector<double> locations_;
};

subject::Answer ask_gumbel_max(Inquiry& inquiry, std::uint64_t number, std::uint64_t draws) {
  subject::Question question = inquiry.question(Operation::gumbel_max);
  question.seed = inquiry.seed(number);
  question.draws = draws;
  return inquiry.ask(question);
}

CheckResult check_maximum(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    require_maximum_resolution(tried);
    const MaximumPivot pivot(tried);
    const std::size_t rows = pivot.rows();
    // The rows of a batch are the coordinates: independent, and each with a location of its own.
    const statistic::UniformTables tables({.coordinates = rows});
    Drawing drawing{.engine = statistic::Engine(tables.laws()),
                    .elements_per_draw = subject::element_count(tried.shape),
                    .add = {}};
    drawing.add = [&](std::uint64_t number, std::uint64_t draws, statistic::Counts& counts) {
      const subject::Answer answer = ask_gumbel_max(inquiry, number, draws);
      const Reals maximum(array(answer, "maximum"));
      statistic::UniformTables::BlockState state;
      std::vector<random::UniformPair> uniforms(rows);
      for (std::uint64_t draw = 0; draw < draws; ++draw) {
        for (std::size_t row = 0; row < rows; ++row) uniforms[row] = pivot(maximum[draw * rows + row], row);
        tables.add(uniforms, state, counts);
      }
      counts.rows += draws;
    };
    draw_and_judge(result, inquiry, budget, drawing);
  });
}

// One row's classes in groups, each group by bins of the maximum: independent, so a cell has the product of the two
// probabilities.
struct JointTables {
  JointTables(const std::vector<double>& probability, std::size_t row) {
    const auto append = [&](ClassGroups made, std::string_view what) {
      statistic::CellLaw law{.name = fmt::format("{} of row {} by bins of its maximum", what, row), .probability = {}};
      for (const double p : made.probability) law.probability.insert(law.probability.end(), kBins, p / kBins);
      laws.push_back(std::move(law));
      groups.push_back(std::move(made.group));
    };
    append(groups_of_equal_mass(probability, kGroups), probability.size() > kGroups ? "groups by mass" : "classes");
    if (probability.size() > kGroups) append(groups_of_neighbours(probability, kGroups), "blocks of ids");
  }
  void add(std::size_t index, std::size_t bin, statistic::Counts& counts, std::size_t first_table) const {
    for (std::size_t g = 0; g < groups.size(); ++g) ++counts.tables[first_table + g][groups[g][index] * kBins + bin];
  }

  std::vector<statistic::CellLaw> laws;
  std::vector<std::vector<std::uint32_t>> groups;
};

CheckResult check_independence(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    require_maximum_resolution(tried);
    const std::vector<std::vector<double>> probabilities = row_probabilities(tried);
    require_two_possible(probabilities);
    const MaximumPivot pivot(tried);
    const std::size_t rows = pivot.rows();
    const std::size_t classes = probabilities.front().size();
    std::vector<JointTables> joint;
    std::vector<statistic::CellLaw> laws;
    for (std::size_t row = 0; row < rows; ++row) {
      joint.emplace_back(probabilities[row], row);
      laws.insert(laws.end(), joint.back().laws.begin(), joint.back().laws.end());
    }
    const std::size_t tables_per_row = joint.front().laws.size();
    Drawing drawing{.engine = statistic::Engine(std::move(laws)), .elements_per_draw = rows * classes, .add = {}};
    drawing.add = [&](std::uint64_t number, std::uint64_t draws, statistic::Counts& counts) {
      const subject::Answer answer = ask_gumbel_max(inquiry, number, draws);
      const Reals maximum(array(answer, "maximum"));
      const std::vector<std::int64_t>& indices = array(answer, "index").as<std::int64_t>();
      for (std::size_t i = 0; i < indices.size(); ++i) {
        const std::size_t row = i % rows;
        if (indices[i] < 0 || indices[i] >= static_cast<std::int64_t>(classes)) {
          throw impossible(fmt::format("Draw {} of question {} is class {}; there are classes 0 to {}.", i / rows,
                                       number, indices[i], classes - 1));
        }
        if (!(probabilities[row][static_cast<std::size_t>(indices[i])] > 0)) {
          throw Ended{Verdict::refuted, fmt::format("Draw {} of question {} is class {}, which cannot be drawn.",
                                                    i / rows, number, indices[i])};
        }
        const double u = pivot(maximum[i], row).lower;
        const std::size_t bin = std::min(kBins - 1, static_cast<std::size_t>(u * kBins));
        joint[row].add(static_cast<std::size_t>(indices[i]), bin, counts, row * tables_per_row);
      }
      counts.rows += draws;
    };
    draw_and_judge(result, inquiry, budget, drawing);
  });
}

}  // namespace

Family gumbel_max_maximum() {
  return {
      {.sheet = {.id = "gumbel-max/maximum",
                 .statement = "The largest of logits + Gumbel noise is itself Gumbel, with location "
                              "logsumexp(logits).",
                 .pivot = "U = exp(-exp(logsumexp(logits) - maximum)) is uniform on (0, 1); 1 - U is computed "
                          "apart. The rows of a batch are independent coordinates",
                 .test = "test martingale over 32 bins, dyadic tail bins down to 2^-22 at both ends, and 8 x 8 "
                         "bins of rows of a batch and of successive draws",
                 .power = "a total variation of .01 between the bins (.02 in a batch): a location off by .025 or "
                          "so. Blind to what leaves the law of the maximum alone: a maximum that belongs to other "
                          "noise than the index is as right as its own. gumbel-max/independence sees some of that; "
                          "injected uniforms (gumbel/tail) see all of it",
                 .proof = "proofs/gumbel-max.md#gumbel-max-maximum",
                 .source = "Gumbel 1954; Maddison, Tarlow and Minka 2014",
                 .effect = .01},
       .cases = maximum_cases,
       .missing = missing,
       .check = check_maximum},
      {.sheet = {.id = "gumbel-max/independence",
                 .statement = "The maximum of logits + Gumbel noise is independent of the index at which it stands.",
                 .pivot = "the index and U = exp(-exp(logsumexp(logits) - maximum)): the cell of a class and a bin "
                          "has the product of their probabilities",
                 .test = "test martingale over 8 groups of classes of about equal mass, and 8 blocks of "
                         "neighbouring ids, by 8 bins of U; one table a row of the batch",
                 .power = "a total variation of .01 between the joint law of these cells and the product, which a "
                          "wrong law of either part is too. Blind to a maximum that is drawn apart from the index: "
                          "then the two are independent indeed, and their joint law is the right one",
                 .proof = "proofs/gumbel-max.md#gumbel-max-independence",
                 .source = "Maddison, Tarlow and Minka 2014",
                 .effect = .01},
       .cases = independence_cases,
       .missing = missing,
       .check = check_independence}};
}

}  // namespace gumbelcheck::claim::family
