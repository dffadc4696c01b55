// gumbel-softmax/batch: a row does not know what else is in its batch.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/class_tables.hpp"
#include "gumbelcheck/claim/concrete_row.hpp"
#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/claim/gradient_witness.hpp"
#include "gumbelcheck/claim/index_law.hpp"
#include "gumbelcheck/claim/resolution.hpp"
#include "gumbelcheck/claim/rounding.hpp"
#include "gumbelcheck/claim/tally.hpp"
#include "gumbelcheck/claim/uniform_rows.hpp"
#include "gumbelcheck/statistic/uniform_tables.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

constexpr std::size_t kRows = 3;
constexpr std::size_t kClasses = 5;
constexpr std::size_t kMiddle = 1;  // the row whose law is judged
constexpr double kExtreme = 1e4;
// Entries that noise which is off by 1 would move far beyond their bounds: so many are asked for, or a tenth of all
// where there are few.
constexpr std::uint64_t kInformativeEntries = 1000;
constexpr double kShareOfNoise = .05;  // that a bound may be of what other noise does
const char* const kFrozen = "same noise";
const char* const kLaw = "law beside extreme rows";
const char* const kHardLaw = "hard, law beside extreme rows";

// What the other rows are replaced by: ordinary logits, logits of 10,000, and rows of one possible class.
enum class Mates { ordinary, extreme, certain };
constexpr Mates kMates[] = {Mates::ordinary, Mates::extreme, Mates::certain};
const char* name(Mates mates) {
  return mates == Mates::ordinary  ? "other ordinary rows"
         : mates == Mates::extreme ? "rows of +-10,000"
                                   : "certain rows";
}

// `logits` with every row but `kept` replaced.
std::vector<double> beside(Mates mates, std::size_t kept, const std::vector<double>& logits, const RowLayout& layout) {
  std::vector<double> changed = logits;
  for (std::size_t r = 0; r < layout.starts.size(); ++r) {
    if (r == kept) continue;
    for (std::size_t k = 0; k < layout.classes; ++k) {
      double& logit = changed[layout.starts[r] + k * layout.stride];
      const bool first = k == r % layout.classes;
      if (mates == Mates::ordinary) logit = 1.5 - logit / 2;
      if (mates == Mates::extreme) logit = first || k % 2 == 0 ? kExtreme : -kExtreme;
      if (mates == Mates::certain) logit = first ? logit : -HUGE_VAL;
    }
  }
  return changed;
}

// Soft samples of the same noise can be asked for twice.
bool comparable(const subject::Description& description) {
  return description.offer(Operation::gumbel_softmax)->soft &&
         lacks_frozen(description, Operation::gumbel_softmax).empty();
}

std::vector<Case> batch_cases(const subject::Description& description, const Request& asked) {
  const Request request = with_own_logits(asked);
  CaseList list("gumbel-softmax/batch", request);
  const subject::Offer& offer = *description.offer(Operation::gumbel_softmax);
  std::vector<LogitsSet> sets = {spread_batch(request.seed, {kRows, kClasses}, -1)};
  if (offer.axis) sets.push_back(spread_batch(request.seed, {kClasses, kRows}, 0));
  const bool exact = comparable(description);
  for (LogitsSet& set : sets) {
    // In a law the batch is the case's own; the exact check makes its batches from the case's.
    if (!exact) set.values = beside(Mates::extreme, kMiddle, set.values, row_layout(set.shape, set.axis));
    for (const subject::Dtype dtype : judged_dtypes(description)) {
      if (exact) {
        for (const double temperature : {.1, 1.0}) {
          list.add(set, dtype, temperature_or(request, temperature), {.draws = 256}, kFrozen);
        }
      } else {
        list.add(set, dtype, temperature_or(request, .5), {.draws = std::uint64_t{1} << 20, .effect = .01},
                 offer.soft ? kLaw : kHardLaw);
      }
    }
  }
  return list.take();
}

// ---- exact: the same noise

// Other noise moves an entry by some 1 / temperature of itself; rounding must not come near that.
void require_resolution_of_noise(const Case& tried, const RowLayout& layout) {
  const double rounding = 2 * typical_rounding(layout.classes, leading_size(tried, layout), tried.dtype);
  if (rounding <= kShareOfNoise / std::max(1.0, tried.temperature)) return;
  throw Ended{
      Verdict::unsupported,
      fmt::format("At temperature {:g} two samples of the same noise may differ by {:.2g} of themselves because "
                  "{} rounds: too much to tell the same noise from other noise.",
                  tried.temperature, rounding, subject::name(tried.dtype))};
}

// rule  noise that is another by 1 moves an entry by some y (1 - y) / temperature
bool informative(double entry, double bound, double temperature) {
  return bound <= kShareOfNoise * entry * (1 - entry) / std::max(1.0, temperature);
}

CheckResult check_same_noise(const Case& tried, subject::Subject& subject) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const RowLayout layout = row_layout(tried.shape, tried.axis);
    require_resolution_of_noise(tried, layout);
    const std::vector<double> logits = rounded_logits(tried);
    const std::vector<std::vector<double>> rows = rows_of(logits, layout);
    Tally tally("the same row of the same seed beside the case's own rows",
                "twice the running error bound of softmax: the two may have been summed or shifted otherwise");
    const Path path{.operation = Operation::gumbel_softmax};
    std::uint64_t entries = 0, told = 0;
    const double floor = static_cast<double>(layout.classes + 4) * subject::smallest_normal(tried.dtype);
    for (std::size_t kept = 0; kept < rows.size(); ++kept) {
      const std::vector<double> sizes = score_sizes(rows[kept], tried.temperature);
      subject::Question question = question_of(inquiry, path, inquiry.seed(kept), tried.draws);
      const subject::Answer own = inquiry.ask(question);
      const Reals base(array(own, result_array(path)));
      result.draws += tried.draws;
      for (const Mates mates : kMates) {
        question.arrays = {
            {"logits", subject::real_array(tried.shape, beside(mates, kept, logits, layout), tried.dtype)}};
        const subject::Answer answer = inquiry.ask(question);
        const Reals other(array(answer, result_array(path)));
        result.draws += tried.draws;
        for (std::uint64_t draw = 0; draw < tried.draws; ++draw) {
          const std::size_t first = draw * layout.elements + layout.starts[kept];
          const gradient::SoftRow row = soft_row(base, first, layout, sizes, tried.temperature, tried.dtype);
          const bool known = row.known_to_a_factor();
          for (std::size_t k = 0; k < layout.classes; ++k) {
            const double given = other[first + k * layout.stride];
            const double bound = known ? row.sample[k] * std::expm1(row.log_error(k)) + floor : HUGE_VAL;
            ++entries;
            told += informative(row.sample[k], bound, tried.temperature);
            if (std::isinf(bound) && !std::isnan(given)) continue;  // nothing is compared; NaN is never right
            tally.compare(given, row.sample[k], bound, [&] {
              return fmt::format("entry {} of row {}, draw {}, beside {}", k, kept, draw, name(mates));
            });
          }
        }
      }
    }
    tally.conclude(result);
    result.exact->bound += fmt::format("; of {} entries {} would show noise that is off by 1", entries, told);
    if (result.verdict == Verdict::upheld && told < std::min(kInformativeEntries, (entries + 9) / 10)) {
      result.verdict = Verdict::inconclusive;
      result.finding = fmt::format(
          "Only {} of {} entries would show noise that is off by 1: the others are 0 or 1 but for rounding, or "
          "rounding "
          "may be all of them.",
          told, entries);
    }
  });
}

// ---- without frozen noise: the law of the middle row

// What the dtype resolves in the middle row does not depend on the others.
Case middle_of(const Case& tried) {
  Case alone = tried;
  alone.logits = rows_of(tried.logits, row_layout(tried.shape, tried.axis)).at(kMiddle);
  return alone;
}

// The middle row as the Concrete pivot sees it, with the class it is largest at.
class MiddleRow {
 public:
  MiddleRow(Inquiry& inquiry, bool hard)
      : inquiry_(inquiry),
        path_{.operation = Operation::gumbel_softmax, .hard = hard},
        layout_(row_layout(inquiry.tried().shape, inquiry.tried().axis)),
        probabilities_(row_probabilities(inquiry.tried()).at(kMiddle)),
        row_({.logits = rows_of(rounded_logits(inquiry.tried()), layout_).at(kMiddle),
              .probabilities = probabilities_,
              .temperature = inquiry.tried().temperature,
              .dtype = inquiry.tried().dtype}),
        uniforms_(
            {.coordinates = row_.coordinates(), .tail_bits_at_one = resolved_tail_bits(middle_of(inquiry.tried()))}),
        classes_(probabilities_, "largest class of the middle row") {}

  statistic::Engine engine() const {
    std::vector<statistic::CellLaw> laws;
    if (!path_.hard) laws = uniforms_.laws();
    laws.insert(laws.end(), classes_.laws().begin(), classes_.laws().end());
    return statistic::Engine(std::move(laws));
  }
  std::size_t elements() const { return layout_.elements; }

  void add(std::uint64_t number, std::uint64_t draws, statistic::Counts& counts) {
    const subject::Answer answer = inquiry_.ask(question_of(inquiry_, path_, inquiry_.seed(number), draws));
    const Reals sample(array(answer, result_array(path_)));
    random::Stream randomisation(inquiry_.stream(random::Purpose::randomisation, static_cast<std::uint32_t>(number)));
    statistic::UniformTables::BlockState state;
    const std::size_t class_table = counts.tables.size() - classes_.laws().size();
    for (std::uint64_t draw = 0; draw < draws; ++draw) {
      const std::vector<double> values = row_at(sample, draw * layout_.elements + layout_.starts[kMiddle], layout_);
      std::size_t largest = static_cast<std::size_t>(std::ranges::max_element(values) - values.begin());
      if (path_.hard) {
        if (values[largest] != 1) refuse(draw, number, values);
      } else {
        const ConcretePivot::Row seen = row_.look(values, randomisation);
        if (!seen.valid) refuse(draw, number, values);
        uniforms_.add(seen.uniforms, state, counts);
        largest = seen.largest;
      }
      classes_.add(largest, counts, class_table);
    }
    counts.rows += draws;
  }

 private:
  [[noreturn]] static void refuse(std::uint64_t draw, std::uint64_t number, const std::vector<double>& values) {
    throw Ended{Verdict::refuted, fmt::format("Draw {} of question {}: the middle row is no sample of the simplex: {}.",
                                              draw, number, row_text(values))};
  }
  Inquiry& inquiry_;
  Path path_;
  RowLayout layout_;
  std::vector<double> probabilities_;
  ConcreteRow row_;
  statistic::UniformTables uniforms_;
  ClassTables classes_;
};

CheckResult check_law(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  return concluded(tried, [&](CheckResult& result) {
    require_concrete_resolution(middle_of(tried));
    Inquiry inquiry(tried, subject);
    MiddleRow row(inquiry, tried.variant == kHardLaw);
    draw_and_judge(result, inquiry, budget,
                   {.engine = row.engine(),
                    .elements_per_draw = row.elements(),
                    .add = [&](std::uint64_t number, std::uint64_t draws, statistic::Counts& counts) {
                      row.add(number, draws, counts);
                    }});
  });
}

CheckResult check_batch(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  return tried.variant == kFrozen ? check_same_noise(tried, subject) : check_law(tried, subject, budget);
}

}  // namespace

Family gumbel_softmax_batch() {
  return {
      {.sheet = {.id = "gumbel-softmax/batch",
                 .statement = "The law of a row does not depend on the other rows of its batch; where the noise of "
                              "a seed is frozen, neither does the row itself.",
                 .pivot = "none where noise is frozen: exact. Otherwise the anchored form of a row that stands "
                          "between two extreme ones",
                 .test = "each row of three in turn, 256 draws of one seed beside the batch's own rows, other "
                         "ordinary rows, rows of +-10,000 and rows with one possible class: equal within the "
                         "rounding of both, 1,000 entries at least so far from 0 and 1 that noise which is off by 1 "
                         "would show. Without frozen noise the law of the row between two of +-10,000, as in "
                         "concrete/law",
                 .power = "any difference above rounding: noise that is dealt out by what the other rows hold, a "
                          "maximum taken over the whole batch. Without frozen noise a total variation of .01 in "
                          "the law beside one kind of neighbours, and nothing that keeps the law. A constant "
                          "sample passes the exact form, so it counts only beside an upheld law",
                 .proof = "proofs/concrete.md#gumbel-softmax-batch",
                 .source = "sglang#35697",
                 .effect = .01,
                 .beside = {"concrete/law", "concrete/rounding", "gumbel-softmax/axis"}},
       .cases = batch_cases,
       .missing = [](const subject::Description& d) { return lacks(d, Operation::gumbel_softmax); },
       .check = check_batch}};
}

}  // namespace gumbelcheck::claim::family
