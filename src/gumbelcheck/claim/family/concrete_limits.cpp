// concrete/cold and concrete/hot: what a Concrete sample becomes when the temperature tends to zero and to infinity.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/class_tables.hpp"
#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/claim/entry_gaps.hpp"
#include "gumbelcheck/claim/reals.hpp"
#include "gumbelcheck/claim/resolution.hpp"
#include "gumbelcheck/claim/uniform_rows.hpp"
#include "gumbelcheck/law/concrete.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

constexpr CasePlan kPlan = {.draws = std::uint64_t{1} << 20, .effect = .01, .cost = 2};
constexpr std::size_t kMostGroups = 8;
constexpr std::size_t kMostClassesOfASpread = 6;  // every subset of the classes is a term of its law
const char* const kLogSamples = "log samples";

std::string missing_sample(const subject::Description& description) {
  if (std::string reason = lacks(description, Operation::gumbel_softmax); !reason.empty()) return reason;
  return description.offer(Operation::gumbel_softmax)->soft ? "" : "The subject has no soft path.";
}

std::vector<Case> limit_cases(const char* claim, const subject::Description& description, const Request& request,
                              const std::vector<double>& temperatures) {
  CaseList list(claim, request);
  const std::vector<subject::Dtype> dtypes = judged_dtypes(description);
  for (const double temperature : request.temperatures.empty() ? temperatures : request.temperatures) {
    for (const subject::Dtype dtype : dtypes) list.add(spread_logits(request.seed, 5), dtype, temperature, kPlan);
  }
  list.add(listed_logits({1.5, 0.0}, "2 classes"), dtypes.front(), temperature_or(request, temperatures.back()), kPlan);
  return list.take();
}

// The part that the two claims share: one gap a draw, in the cells of its own law, by groups of the largest class.
class LimitTally {
 public:
  explicit LimitTally(Inquiry& inquiry)
      : inquiry_(inquiry),
        gaps_(inquiry.tried(), inquiry.tried().variant == kLogSamples),
        groups_(groups_of_equal_mass(gaps_.probability(), kMostGroups)) {}
  virtual ~LimitTally() = default;

  virtual statistic::Engine engine() const = 0;
  virtual void count(random::Stream& choices, statistic::Counts& counts) = 0;

  void add(std::uint64_t number, std::uint64_t draws, statistic::Counts& counts) {
    const bool log_samples = inquiry_.tried().variant == kLogSamples;
    const Path path{.operation = log_samples ? Operation::log_concrete : Operation::gumbel_softmax};
    const subject::Answer answer = inquiry_.ask(question_of(inquiry_, path, inquiry_.seed(number), draws));
    const Reals sample(array(answer, result_array(path)));
    random::Stream choices(inquiry_.stream(random::Purpose::randomisation, static_cast<std::uint32_t>(number)));
    std::vector<double> row(gaps_.probability().size());
    for (std::uint64_t draw = 0; draw < draws; ++draw) {
      for (std::size_t k = 0; k < row.size(); ++k) row[k] = sample[draw * row.size() + k];
      gaps_.look(row);
      count(choices, counts);
    }
    counts.rows += draws;
  }

 protected:
  // Class by cell: `cells(m)` are the probabilities of the cells given the largest class.
  template <class Cells>
  statistic::CellLaw by_largest(std::string name, const Cells& cells) const {
    statistic::CellLaw law{.name = std::move(name), .probability = {}};
    law.probability.resize(groups_.probability.size() * GapCells::kCells);
    for (const std::size_t m : gaps_.kept()) {
      const std::vector<double> given = cells(m);
      for (std::size_t c = 0; c < GapCells::kCells; ++c) {
        law.probability[groups_.group[m] * GapCells::kCells + c] += gaps_.probability()[m] * given[c];
      }
    }
    return law;
  }
  std::size_t cell_by_largest(std::size_t cell) const {
    return groups_.group[gaps_.largest()] * GapCells::kCells + cell;
  }

  Inquiry& inquiry_;
  EntryGaps gaps_;
  ClassGroups groups_;
};

// ---- concrete/cold: the nearest of the others

class ColdTally final : public LimitTally {
 public:
  explicit ColdTally(Inquiry& inquiry) : LimitTally(inquiry) {
    // 1 - pi_m, added up from both ends: the difference would lose what is small.
    const std::vector<double>& pi = gaps_.probability();
    std::vector<double> after(pi.size());
    for (std::size_t m = pi.size() - 1; m > 0; --m) after[m - 1] = after[m] + pi[m];
    double before = 0;
    for (std::size_t m = 0; m < pi.size(); ++m) {
      cells_.emplace_back(before + after[m], inquiry.tried().temperature, gaps_.limit());
      before += pi[m];
    }
  }
  statistic::Engine engine() const override {
    return statistic::Engine(
        {by_largest("nearest other entry by largest class", [&](std::size_t m) { return cells_[m].probability; })});
  }
  void count(random::Stream&, statistic::Counts& counts) override {
    double nearest = HUGE_VAL;
    for (const std::size_t k : gaps_.kept()) {
      if (k != gaps_.largest()) nearest = std::min(nearest, gaps_.gap(k));
    }
    ++counts.tables[0][cell_by_largest(cells_[gaps_.largest()].cell_of(nearest))];
  }

 private:
  std::vector<GapCells> cells_;  // of each largest class
};

// ---- concrete/hot: one of the others at random, and the farthest

class HotTally final : public LimitTally {
 public:
  explicit HotTally(Inquiry& inquiry) : LimitTally(inquiry) {
    for (const double p : gaps_.probability()) cells_.emplace_back(p, inquiry.tried().temperature, gaps_.limit());
    for (const std::size_t k : gaps_.kept()) {
      for (std::size_t c = 0; c < GapCells::kCells; ++c) total_[c] += cells_[k].probability[c];
    }
    if (gaps_.kept().size() <= kMostClassesOfASpread) cut_spread();
  }
  statistic::Engine engine() const override {
    std::vector<statistic::CellLaw> laws = {
        by_largest("one other entry by largest class", [&](std::size_t m) { return of_the_others(m); })};
    if (!spread_probability_.empty()) {
      laws.push_back({.name = "farthest entry", .probability = spread_probability_});
    }
    return statistic::Engine(std::move(laws));
  }
  void count(random::Stream& choices, statistic::Counts& counts) override {
    const auto& kept = gaps_.kept();
    const double place = random::uniform_pair(choices()).lower * static_cast<double>(kept.size() - 1);
    std::size_t chosen = std::min(static_cast<std::size_t>(place), kept.size() - 2);
    if (kept[chosen] >= gaps_.largest()) ++chosen;  // the largest itself is passed over
    ++counts.tables[0][cell_by_largest(cells_[kept[chosen]].cell_of(gaps_.gap(kept[chosen])))];
    if (spread_probability_.empty()) return;
    double farthest = 0;
    for (const std::size_t k : kept) farthest = std::max(farthest, gaps_.gap(k));
    const auto cell = std::ranges::lower_bound(spread_edges_, farthest) - spread_edges_.begin();
    ++counts.tables[1][static_cast<std::size_t>(cell)];
  }

 private:
  // The mean of the cells' probabilities over the classes other than m. Of many classes all are added up once, and the
  // own one taken off: each alone would cost the square of their number.
  std::vector<double> of_the_others(std::size_t m) const {
    const std::vector<std::size_t>& kept = gaps_.kept();
    const double others = static_cast<double>(kept.size() - 1);
    std::vector<double> mean(GapCells::kCells);
    for (std::size_t c = 0; c < GapCells::kCells; ++c) {
      if (kept.size() > kMostBoundedClasses) {
        mean[c] = std::max(0.0, total_[c] - cells_[m].probability[c]) / others;
        continue;
      }
      for (const std::size_t k : kept) mean[c] += k == m ? 0 : cells_[k].probability[c] / others;
    }
    return mean;
  }

  // Edges of the farthest gap by bisection: its law is a sum over subsets.
  void cut_spread() {
    std::vector<double> logits;
    for (const std::size_t k : gaps_.kept()) logits.push_back(std::log(gaps_.probability()[k]));
    const law::Concrete law{.logits = law::reals(logits), .temperature = inquiry_.tried().temperature};
    const auto within = [&](double gap) {
      // Beyond, exp leaves even the range of Real, and the mass is 1 in every digit.
      if (gap * inquiry_.tried().temperature > 1e4) return 1.0;
      return std::clamp(law::nearest_double(law::mass_within_ratio(law, exp(law::Real(-gap)))), 0.0, 1.0);
    };
    const double at_limit = within(gaps_.limit());
    double before = 0;
    for (std::size_t cell = 1; cell < GapCells::kCells; ++cell) {
      const double wanted = static_cast<double>(cell) / GapCells::kCells;
      double edge = gaps_.limit();
      double mass = at_limit;
      if (wanted < at_limit) {
        // Beyond 60 temperature multiples and the spread of the logits nothing is left of the law.
        double low = 0,
               high = std::min(gaps_.limit(), (60 - 2 * std::ranges::min(logits)) / inquiry_.tried().temperature);
        for (int step = 0; step < 40; ++step) {
          const double middle = (low + high) / 2;
          (within(middle) < wanted ? low : high) = middle;
        }
        edge = high;
        mass = within(edge);
      }
      spread_edges_.push_back(edge);
      spread_probability_.push_back(mass - before);
      before = mass;
    }
    spread_probability_.push_back(1 - before);
  }

  std::vector<GapCells> cells_;  // of each other class
  std::array<double, GapCells::kCells> total_{};
  std::vector<double> spread_edges_;
  std::vector<double> spread_probability_;
};

template <class Tally>
CheckResult check_limit(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  return concluded(tried, [&](CheckResult& result) {
    require_concrete_resolution(tried);
    Inquiry inquiry(tried, subject);
    Tally tally(inquiry);
    draw_and_judge(result, inquiry, budget,
                   {.engine = tally.engine(),
                    .elements_per_draw = tried.logits.size(),
                    .add = [&](std::uint64_t number, std::uint64_t draws, statistic::Counts& counts) {
                      tally.add(number, draws, counts);
                    }});
  });
}

}  // namespace

Family concrete_limits() {
  return {
      {.sheet = {.id = "concrete/cold",
                 .statement = "Given the largest entry m, all others are below t x_m with probability 1 / (1 + (1 - "
                              "pi_m) (t^(-temperature) - 1)). For every t < 1 that tends to 1 as the temperature tends "
                              "to zero: the sample becomes one-hot.",
                 .pivot = "the gap between the largest entry and the nearest other, in cells of equal probability "
                          "given the largest class; what the dtype cannot hold is one cell",
                 .test = "test martingale over largest class (at most eight groups) by 16 such cells, at the "
                         "temperatures .01 and .1",
                 .power = "a total variation of .01 in that table; blind to all entries but the two largest. A "
                          "consequence of concrete/law",
                 .proof = "proofs/concrete.md#concrete-cold",
                 .source = "Maddison, Mnih and Teh 2017",
                 .effect = .01,
                 .implied_by = "concrete/law"},
       .cases =
           [](const subject::Description& d, const Request& r) {
             std::vector<Case> cases = limit_cases("concrete/cold", d, r, {.01, .1});
             if (d.offer(Operation::log_concrete) == nullptr) return cases;
             CaseList list("concrete/cold", r);
             for (Case& made : cases) list.append(std::move(made));
             list.add(spread_logits(r.seed, 5), judged_dtypes(d).front(), temperature_or(r, .01), kPlan, kLogSamples);
             return list.take();
           },
       .missing = missing_sample,
       .check = check_limit<ColdTally>},
      {.sheet = {.id = "concrete/hot",
                 .statement = "The law of temperature * (log x_m - log x_i), m the largest entry, is the same at every "
                              "temperature; so the sample tends to the uniform vector as the temperature tends to "
                              "infinity, at the rate 1 / temperature.",
                 .pivot = "the gap between the largest entry and one other, chosen at random, and the gap to the "
                          "farthest, each in cells of equal probability",
                 .test = "test martingale over largest class (at most eight groups) by 16 cells of the first gap, and "
                         "over 16 cells of the second, at the temperatures 10 and 100",
                 .power = "a total variation of .01 in either table; the farthest entry for at most six classes. A "
                          "consequence of concrete/law",
                 .proof = "proofs/concrete.md#concrete-hot",
                 .source = "Maddison, Mnih and Teh 2017; Jang, Gu and Poole 2017",
                 .effect = .01,
                 .implied_by = "concrete/law"},
       .cases =
           [](const subject::Description& d, const Request& r) {
             return limit_cases("concrete/hot", d, r, {10, 100});
           },
       .missing = missing_sample,
       .check = check_limit<HotTally>}};
}

}  // namespace gumbelcheck::claim::family
