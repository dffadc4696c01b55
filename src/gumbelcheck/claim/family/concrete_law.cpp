// concrete/law: samples follow Concrete(softmax(logits), temperature), at every temperature.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/class_tables.hpp"
#include "gumbelcheck/claim/concrete_row.hpp"
#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/claim/index_law.hpp"
#include "gumbelcheck/claim/reals.hpp"
#include "gumbelcheck/claim/resolution.hpp"
#include "gumbelcheck/claim/simplex_cells.hpp"
#include "gumbelcheck/claim/uniform_rows.hpp"
#include "gumbelcheck/statistic/uniform_tables.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

constexpr std::size_t kJointBins = 8;  // of a uniform, for each group of classes
constexpr std::size_t kJointGroups = 8;
constexpr std::size_t kJointUniforms = 8;  // each crossed with the largest class; of those beyond, one a draw
constexpr CasePlan kPlan = {.draws = 1u << 20, .effect = .01, .cost = 4};
constexpr double kOtherFactors[] = {.97, .99, 1.01, 1.03};  // times the case's own temperature; times its logits
constexpr double kLogitShifts[] = {-0x1p-5, -0x1p-7, 0x1p-7, 0x1p-5};
constexpr std::size_t kMostShiftedClasses = 16;  // whose logits are shifted one by one
constexpr std::size_t kShareBins = 32;
constexpr std::size_t kMostSharePairs = 64;
constexpr double kRareCensoring = 1e-17;  // below the rounding of the law, whatever it does to a bin of 32
const char* const kLogSamples = "log samples";

bool has_soft(const subject::Description& description) {
  const subject::Offer* offer = description.offer(Operation::gumbel_softmax);
  return offer != nullptr && offer->soft;
}

std::vector<Case> law_cases(const subject::Description& description, const Request& request) {
  CaseList list("concrete/law", request);
  const LogitsSet five = spread_logits(request.seed, 5);
  const std::vector<subject::Dtype> dtypes = judged_dtypes(description);
  if (has_soft(description)) {
    for (const double temperature : temperatures_of(request)) {
      for (const subject::Dtype dtype : dtypes) list.add(five, dtype, temperature, kPlan);
    }
    list.add(listed_logits({1.5, 0.0}, "2 classes"), dtypes.front(), temperature_or(request, .1), {1u << 21, .01});
    list.add(spread_logits(request.seed, 16), dtypes.front(), temperature_or(request, .5), kPlan);
    if (description.offer(Operation::gumbel_softmax)->axis) {
      list.add(spread_batch(request.seed, {3, 2}, 0), dtypes.front(), temperature_or(request, 1), kPlan);
    }
  }
  if (description.offer(Operation::log_concrete) != nullptr) {
    list.add(five, dtypes.front(), temperature_or(request, .01), kPlan, kLogSamples);
    list.add(five, dtypes.back(), temperature_or(request, 1), kPlan, kLogSamples);
  }
  if (has_soft(description) && !request.logits && request.temperatures.empty()) {
    // The three classes of the figures of Maddison, Mnih and Teh: what a report can show as it is.
    for (const double temperature : {.1, .5, 1., 2.}) {
      list.add(listed_logits({std::log(2), -std::log(2), 0}, "3 classes"), dtypes.front(), temperature,
               {1u << 21, .01});
    }
  }
  return list.take();
}

std::string missing(const subject::Description& description) {
  if (!lacks(description, Operation::log_concrete).empty()) {
    if (std::string reason = lacks(description, Operation::gumbel_softmax); !reason.empty()) return reason;
    if (!has_soft(description)) return "The subject has no soft path and offers no log samples.";
  }
  return "";
}

// Evenly over the index, the first and the last among them.
std::vector<std::size_t> shifted_classes(std::size_t classes) {
  std::vector<std::size_t> chosen;
  const std::size_t count = std::min(classes, kMostShiftedClasses);
  for (std::size_t i = 0; i < count; ++i) chosen.push_back(i * (classes - 1) / (count - 1));
  return chosen;
}

ConcreteAlternatives alternatives(const Case& tried) {
  ConcreteAlternatives others{.temperatures = {},
                              .logit_factors = {std::begin(kOtherFactors), std::end(kOtherFactors)},
                              .classes = shifted_classes(row_layout(tried.shape, tried.axis).classes),
                              .logit_shifts = {std::begin(kLogitShifts), std::end(kLogitShifts)}};
  for (const double factor : kOtherFactors) others.temperatures.push_back(factor * tried.temperature);
  return others;
}

// In the order of the alternatives.
std::vector<statistic::RatioLaw> ratio_laws(const ConcreteAlternatives& others) {
  std::vector<statistic::RatioLaw> laws;
  for (const char* quantity : {"temperature", "logits"}) {
    statistic::RatioLaw& law =
        laws.emplace_back(statistic::RatioLaw{.name = "Concrete likelihood ratio",
                                              .points = {},
                                              .quantity = fmt::format("{}, as a factor", quantity),
                                              .values = {std::begin(kOtherFactors), std::end(kOtherFactors)},
                                              .expected = 1});
    for (const double factor : kOtherFactors) law.points.push_back(fmt::format("{} x {}", quantity, factor));
  }
  for (const std::size_t k : others.classes) {
    statistic::RatioLaw& law =
        laws.emplace_back(statistic::RatioLaw{.name = "Concrete likelihood ratio",
                                              .points = {},
                                              .quantity = fmt::format("logit of class {}, shifted by", k),
                                              .values = others.logit_shifts,
                                              .expected = 0});
    for (const double shift : others.logit_shifts)
      law.points.push_back(fmt::format("logit of class {} {:+}", k, shift));
  }
  return laws;
}

// The tables of one row's largest class, alone and with each of the uniforms: independent things, so the cells of
// groups by bins have the product of their probabilities. Two uniforms of one draw stand beside the same class, so
// each has a table of its own; beyond the first ones the draws take turns, and share one.
class LargestClass {
 public:
  LargestClass(const std::vector<double>& probability, std::size_t coordinates, std::size_t row)
      : alone_(probability, fmt::format("largest class of row {}", row)),
        groups_(groups_of_equal_mass(probability, kJointGroups)),
        each_(std::min(coordinates, kJointUniforms)),
        in_turn_(coordinates - each_) {
    statistic::CellLaw joint{.name = "", .probability = {}};
    for (const double p : groups_.probability)
      joint.probability.insert(joint.probability.end(), kJointBins, p / kJointBins);
    laws_ = alone_.laws();
    for (std::size_t j = 0; j < each_ + (in_turn_ > 0 ? 1 : 0); ++j) {
      const std::string uniform = j < each_ ? fmt::format("U{}", j + 1) : fmt::format("one of U{}, ...", j + 1);
      joint.name = fmt::format("largest class by {} of row {}", uniform, row);
      laws_.push_back(joint);
    }
  }
  // `draw`: whose turn it is.
  void add(std::size_t largest, std::span<const random::UniformPair> uniforms, std::uint64_t draw,
           statistic::Counts& counts, std::size_t table) const {
    alone_.add(largest, counts, table);
    table += alone_.laws().size();
    const auto cross = [&](std::size_t j) {
      const std::size_t bin = std::min(kJointBins - 1, static_cast<std::size_t>(uniforms[j].lower * kJointBins));
      ++counts.tables[table++][groups_.group[largest] * kJointBins + bin];
    };
    for (std::size_t j = 0; j < each_; ++j) cross(j);
    if (in_turn_ > 0) cross(each_ + draw % in_turn_);
  }
  const std::vector<statistic::CellLaw>& laws() const { return laws_; }

 private:
  ClassTables alone_;
  ClassGroups groups_;
  std::size_t each_;
  std::size_t in_turn_;
  std::vector<statistic::CellLaw> laws_;
};

// What two neighbouring classes have of the Dirichlet pivot, one beside the other: uniform, and independent of other
// pairs' shares. The uniforms of the anchored form mix all classes before them; here two that are too much alike show
// at once. Only where censoring is out of the question, since a censored entry has no share.
class PairShares {
 public:
  explicit PairShares(const std::vector<ConcreteRow>& rows) {
    double censoring = 0;
    for (const ConcreteRow& row : rows) censoring += row.censoring();
    if (censoring <= kRareCensoring) classes_ = std::min(shared_coordinates(rows) + 1, 2 * kMostSharePairs);
  }
  std::size_t tables() const { return classes_ < 2 ? 0 : classes_ < 3 ? 1 : 2; }
  std::vector<statistic::CellLaw> laws() const {
    std::vector<statistic::CellLaw> made;
    for (std::size_t start = 0; start < tables(); ++start) {
      made.push_back({.name = fmt::format("shares within the pairs of classes ({}, {}), ...", start, start + 1),
                      .probability = std::vector<double>(kShareBins, 1. / kShareBins),
                      .entries_per_draw = (classes_ - start) / 2,
                      .cells = statistic::Cells::shares_of_a_pair});
    }
    return made;
  }
  void add(std::span<const double> weights, statistic::Counts& counts, std::size_t table) const {
    for (std::size_t start = 0; start < tables(); ++start) {
      for (std::size_t k = start; k + 1 < classes_; k += 2) {
        const double share = weights[k] / (weights[k] + weights[k + 1]) * kShareBins;
        // Weights that a double cannot hold (of a wrong subject) are in the first bin.
        const std::size_t bin = share > 0 ? std::min(kShareBins - 1, static_cast<std::size_t>(share)) : 0;
        ++counts.tables[table + start][bin];
      }
    }
  }

 private:
  std::size_t classes_ = 0;  // of each row that are in pairs
};

// Everything that turns one question's samples into counts.
class ConcreteTally {
 public:
  ConcreteTally(Inquiry& inquiry, bool log_samples)
      : inquiry_(inquiry),
        log_samples_(log_samples),
        layout_(row_layout(inquiry.tried().shape, inquiry.tried().axis)),
        alternatives_(alternatives(inquiry.tried())),
        rows_(concrete_rows(inquiry.tried(), log_samples, alternatives_)),
        coordinates_(shared_coordinates(rows_)),
        shares_(rows_),
        tables_({.coordinates = coordinates_, .tail_bits_at_one = resolved_tail_bits(inquiry.tried())}) {
    for (const std::vector<double>& row : row_probabilities(inquiry.tried()))
      classes_.emplace_back(row, coordinates_, classes_.size());
    const bool triangle = rows_.size() == 1 && layout_.classes == 3 && coordinates_ == 2 && !log_samples;
    if (triangle) pictured_.emplace();
  }

  statistic::Engine engine() const {
    std::vector<statistic::CellLaw> laws = tables_.laws();
    for (const statistic::CellLaw& law : shares_.laws()) laws.push_back(law);
    for (statistic::CellLaw& law : laws) law.entries_per_draw *= classes_.size();  // all rows in the same tables
    for (const LargestClass& row : classes_) {
      laws.insert(laws.end(), row.laws().begin(), row.laws().end());
    }
    return statistic::Engine(std::move(laws), ratio_laws(alternatives_));
  }

  std::size_t elements() const { return layout_.elements; }
  const std::optional<SimplexCells>& pictured() const { return pictured_; }

  void add(std::uint64_t number, std::uint64_t draws, statistic::Counts& counts) {
    const Path path{.operation = log_samples_ ? Operation::log_concrete : Operation::gumbel_softmax};
    const subject::Answer answer = inquiry_.ask(question_of(inquiry_, path, inquiry_.seed(number), draws));
    const Reals sample(array(answer, result_array(path)));
    random::Stream randomisation(inquiry_.stream(random::Purpose::randomisation, static_cast<std::uint32_t>(number)));
    const std::size_t rows = layout_.starts.size();
    std::vector<statistic::UniformTables::BlockState> states(rows);
    std::vector<double> values(layout_.classes);
    const std::size_t first_class_table = counts.tables.size() - rows * classes_.front().laws().size();
    const std::size_t first_share_table = first_class_table - shares_.tables();
    for (std::uint64_t draw = 0; draw < draws; ++draw) {
      for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t first = draw * layout_.elements + layout_.starts[row];
        for (std::size_t k = 0; k < layout_.classes; ++k) values[k] = sample[first + k * layout_.stride];
        const ConcretePivot::Row seen = rows_[row].look(values, randomisation);
        if (!seen.valid) {
          throw Ended{Verdict::refuted, fmt::format("Draw {} of question {}, row {}, is no sample of the simplex: {}.",
                                                    draw, number, row, row_text(values))};
        }
        tables_.add(seen.uniforms.first(coordinates_), states[row], counts);
        if (pictured_) pictured_->add(values);
        shares_.add(seen.weights, counts, first_share_table);
        classes_[row].add(seen.largest, seen.uniforms.first(coordinates_), draw, counts,
                          first_class_table + row * classes_.front().laws().size());
        const double* log_ratio = seen.log_ratios.data();
        for (std::vector<std::int64_t>& grid : counts.ratios) {
          for (std::int64_t& sum : grid) sum = statistic::add_ratio(sum, statistic::ratio_units(*log_ratio++));
        }
      }
    }
    counts.rows += draws;
  }

 private:
  Inquiry& inquiry_;
  bool log_samples_;
  RowLayout layout_;
  ConcreteAlternatives alternatives_;
  std::vector<ConcreteRow> rows_;
  std::size_t coordinates_;
  PairShares shares_;
  statistic::UniformTables tables_;
  std::vector<LargestClass> classes_;
  std::optional<SimplexCells> pictured_;  // of one row of three classes
};

CheckResult check_law(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  return concluded(tried, [&](CheckResult& result) {
    require_concrete_resolution(tried);
    Inquiry inquiry(tried, subject);
    ConcreteTally tally(inquiry, tried.variant == kLogSamples);
    draw_and_judge(result, inquiry, budget,
                   {.engine = tally.engine(),
                    .elements_per_draw = tally.elements(),
                    .add = [&](std::uint64_t number, std::uint64_t draws, statistic::Counts& counts) {
                      tally.add(number, draws, counts);
                    }});
    if (tally.pictured()) {
      result.exhibits.push_back(tally.pictured()->exhibit(rounded_logits(tried), tried.temperature));
    }
  });
}

}  // namespace

Family concrete_law() {
  return {{.sheet = {.id = "concrete/law",
                     .statement = "softmax((logits + Gumbel noise) / temperature) follows the Concrete distribution "
                                  "with these logits and this temperature, for temperatures from .01 to 100.",
                     .pivot = "the anchored form: the largest entry is categorical, and independently of it the "
                              "ratios to it become independent uniforms, whatever logits and temperature are. "
                              "Entries that the dtype cannot hold are censored, and the transform stays exact",
                     .test = "test martingale over 32 bins of each uniform, dyadic tails of all of them, 8 x 8 bins "
                             "of neighbours and of successive draws, shares within pairs of classes, the largest class "
                             "alone and, in at most eight groups, with each of the first eight uniforms and with the "
                             "others in turn; the normal copula and shares of equal uniforms in "
                             "the pairs; and the exact likelihood ratio at temperatures 1% and 3% off, at logits "
                             "scaled by so much, and at single logits off by 1/128 and 1/32",
                     .power = "a total variation of .01 in any of these tables (above 32 classes .02, above 1000 "
                              ".05), a temperature or logits 1% off, one logit off by .01; blind to the grid on which "
                              "values lie, and near 1 to "
                              "tails beyond what the dtype resolves at this temperature and size of logits; not "
                              "asked where that is less than 2^-8",
                     .proof = "proofs/concrete.md#concrete-law",
                     .source = "Maddison, Mnih and Teh 2017; Jang, Gu and Poole 2017",
                     .effect = .01},
           .cases = law_cases,
           .missing = missing,
           .check = check_law}};
}

}  // namespace gumbelcheck::claim::family
