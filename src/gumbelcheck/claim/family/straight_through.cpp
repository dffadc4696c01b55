// straight-through/one-hot and straight-through/gradient: the value of the hard path, and the gradient that it
// borrows from the soft one.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/gradient_witness.hpp"
#include "gumbelcheck/claim/rounding.hpp"
#include "gumbelcheck/claim/tolerance.hpp"
#include "gumbelcheck/gradient/identity.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

const std::vector<std::string> kBeside = {"concrete/law", "concrete/rounding", "gumbel-softmax/axis"};

// Every temperature, and at temperature 1/2 what else may go wrong: two classes, many, inner axes.
std::vector<Case> straight_through_cases(const char* claim, const subject::Description& description,
                                         const Request& request, const std::vector<subject::Dtype>& dtypes,
                                         CasePlan plan) {
  CaseList list(claim, request);
  const bool axis = description.offer(Operation::gumbel_softmax)->axis;
  for (const subject::Dtype dtype : dtypes) {
    for (const double temperature : temperatures_of(request)) {
      list.add(spread_logits(request.seed, 6), dtype, temperature, plan);
    }
    list.add(spread_logits(request.seed, 2), dtype, temperature_or(request, .5), plan);
    list.add(spread_logits(request.seed, 100), dtype, temperature_or(request, .5), plan);
    list.add(listed_logits({0, -HUGE_VAL, 1, -.5}, "4 classes, one impossible"), dtype, temperature_or(request, .5),
             plan);
    if (!axis) continue;
    for (const int at : {0, 1})
      list.add(spread_batch(request.seed, {2, 3, 4}, at), dtype, temperature_or(request, .5), plan);
  }
  return list.take();
}

std::vector<std::vector<double>> sizes_of_rows(const Case& tried, const RowLayout& layout) {
  std::vector<std::vector<double>> sizes;
  for (const std::vector<double>& row : rows_of(rounded_logits(tried), layout)) {
    sizes.push_back(score_sizes(row, tried.temperature));
  }
  return sizes;
}

// ---- straight-through/one-hot

constexpr std::uint64_t kHardDraws = 16384;

std::string missing_hard(const subject::Description& description) {
  if (std::string missing = lacks_operation(description, Operation::gumbel_softmax); !missing.empty()) return missing;
  return description.offer(Operation::gumbel_softmax)->hard ? "" : "The subject has no hard path.";
}

// Whether the place can be compared with the soft sample of the same noise.
bool comparable(const subject::Description& description) {
  return description.offer(Operation::gumbel_softmax)->soft &&
         lacks_frozen_noise(description, Operation::gumbel_softmax).empty();
}

// The place of the 1, or K when the row is not one-hot. Negative zero equals zero.
std::size_t one_hot_place(const std::vector<double>& row) {
  std::size_t place = row.size();
  for (std::size_t k = 0; k < row.size(); ++k) {
    if (row[k] == 0) continue;
    if (row[k] != 1 || place != row.size()) return row.size();
    place = k;
  }
  return place;
}

// How far entry k lies below the largest, on the scale of the scores. A running error bound would be too wide in half
// precision to see anything; the margin of drawn classes says by how much two kernels may disagree about a score.
double score_gap(const std::vector<double>& soft, std::size_t k, const Case& tried) {
  const double least = subject::smallest_normal(tried.dtype);
  return tried.temperature * std::log(std::ranges::max(soft) / std::max(soft[k], least));
}

double largest_finite_logit(const Case& tried) {
  double largest = 0;
  for (const double logit : tried.logits) {
    if (std::isfinite(logit)) largest = std::max(largest, std::abs(logit));
  }
  return largest;
}

CheckResult check_one_hot(const Case& tried, subject::Subject& subject, const statistic::Budget&) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const RowLayout layout = row_layout(tried.shape, tried.axis);
    const std::vector<std::vector<double>> sizes = sizes_of_rows(tried, layout);
    const bool placed = comparable(inquiry.description());
    const double margin =
        default_margin(tried.dtype, largest_finite_logit(tried), DrawnBy::soft_sample, tried.temperature);
    gradient::Agreement agreement{.witness = placed
                                                 ? "one-hot at the largest entry of the soft sample of the same noise"
                                                 : "one-hot; its place cannot be compared without frozen noise"};
    const std::uint64_t most = std::clamp<std::uint64_t>(kMostElementsOfQuestion / layout.elements, 1, 4096);
    for (std::uint64_t number = 0; result.draws < tried.draws && agreement.within_bounds(); ++number) {
      const std::uint64_t draws = std::min(most, tried.draws - result.draws);
      subject::Question question = inquiry.question(Operation::gumbel_softmax);
      question.seed = inquiry.seed(number);
      question.draws = draws;
      question.hard = true;
      const subject::Answer hard_answer = inquiry.ask(question);
      const Reals hard(array(hard_answer, "sample"));
      subject::Answer soft_answer;
      if (placed) {
        question.hard = false;
        soft_answer = inquiry.ask(question);
      }
      for (std::uint64_t draw = 0; draw < draws; ++draw) {
        for (std::size_t r = 0; r < layout.starts.size(); ++r) {
          const std::size_t first = draw * layout.elements + layout.starts[r];
          const std::vector<double> row = row_at(hard, first, layout);
          const std::size_t place = one_hot_place(row);
          const auto where = [&] { return fmt::format("draw {} row {}: {}", result.draws + draw, r, row_text(row)); };
          agreement.require(place < layout.classes, [&] { return where() + " is not one 1 and exact zeros"; });
          if (place == layout.classes || !placed) continue;
          if (half_precision(tried.dtype)) {
            const std::vector<double> soft = row_at(Reals(array(soft_answer, "sample")), first, layout);
            agreement.compare(score_gap(soft, place, tried), 0, 2 * margin, [&] {
              return fmt::format("{}: temperature times log of the soft sample's largest entry over its entry {}",
                                 where(), place);
            });
            continue;
          }
          const gradient::SoftRow soft =
              soft_row(Reals(array(soft_answer, "sample")), first, layout, sizes[r], tried.temperature, tried.dtype);
          const std::size_t top =
              static_cast<std::size_t>(std::distance(soft.sample.begin(), std::ranges::max_element(soft.sample)));
          if (place == top || !soft.known_to_a_factor()) {
            ++agreement.comparisons;
            continue;
          }
          // Both paths round: the soft sample, and the scores that the hard one compares.
          agreement.compare(soft.gap[place], 0, soft.log_error(place) + soft.log_error(top), [&] {
            return fmt::format("{}: log of the soft sample's largest entry over its entry {}", where(), place);
          });
        }
      }
      result.draws += draws;
    }
    agreement.informative_rows = gradient::kInformativeRows;  // every row is: a hard row is one-hot or is not
    conclude(result, agreement,
             half_precision(tried.dtype)
                 ? fmt::format("exact; the place within twice the margin of {:.3g} on the log odds", margin)
                 : std::string("exact; the place within the running error bound of softmax"));
  });
}

// ---- straight-through/gradient

// throws  Ended(unsupported) where the dtype rounds scores of this size by so much that nothing can be told
void require_resolution_of_entries(const Case& tried, const RowLayout& layout) {
  const double size = leading_size(tried, layout);
  const double rounding = 2 * typical_rounding(layout.classes, size, tried.dtype);
  if (gradient::kInformativeRatio * rounding <= .5) return;
  throw Ended{Verdict::unsupported,
              fmt::format("At temperature {:g} two soft samples of the same noise, with scores of size {:.0f}, may "
                          "differ by {:.2g} of themselves because {} rounds: too much to tell a right gradient.",
                          tried.temperature, size, rounding, subject::name(tried.dtype))};
}

CheckResult check_gradient(const Case& tried, subject::Subject& subject, const statistic::Budget&) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const RowLayout layout = row_layout(tried.shape, tried.axis);
    require_resolution_of_entries(tried, layout);
    const std::vector<std::vector<double>> sizes = sizes_of_rows(tried, layout);
    gradient::Agreement agreement{.witness = "(y*v - y <y,v>) / temperature on the soft sample of the same noise",
                                  .rows_needed = informative_rows_needed(layout.classes)};
    for (std::uint64_t number = 0; result.draws < tried.draws; ++number) {
      const CotangentBlock block(inquiry, layout, number, draws_of_block(result, layout));
      const std::vector<GradientPath> asked = gradient_paths(inquiry.offer(Operation::gumbel_softmax));
      std::vector<subject::Answer> answers;
      for (const GradientPath& path : asked) answers.push_back(block.ask({.hard = path.hard}));
      const Reals sample(array(answers.front(), "sample"));
      std::vector<Reals> gradients;
      for (const subject::Answer& answer : answers) gradients.emplace_back(array(answer, "gradient"));
      for (std::uint64_t draw = 0; draw < block.draws(); ++draw) {
        for (std::size_t r = 0; r < layout.starts.size(); ++r) {
          const std::size_t first = draw * layout.elements + layout.starts[r];
          const gradient::SoftRow soft = soft_row(sample, first, layout, sizes[r], tried.temperature, tried.dtype);
          const std::vector<gradient::Expected> expected = gradient::expected_gradient(soft, block.cotangent(first));
          bool informative = false;
          for (std::size_t k = 0; k < layout.classes; ++k) {
            for (std::size_t p = 0; p < asked.size(); ++p) {
              informative |=
                  agreement.compare(gradients[p][first + k * layout.stride], expected[k].value, expected[k].bound, [&] {
                    return fmt::format("{} path, draw {} row {}, entry {}", asked[p].name, result.draws + draw, r, k);
                  });
            }
          }
          agreement.informative_rows += informative;
        }
      }
      result.draws += block.draws();
      if (agreement.informative() || !agreement.within_bounds()) break;
    }
    conclude(result, agreement, "running error bound of softmax and of its gradient");
  });
}

}  // namespace

Family straight_through() {
  return {
      {.sheet = {.id = "straight-through/one-hot",
                 .statement = "The hard value is exactly one-hot: one 1 and zeros, at an entry that is largest in the "
                              "soft sample of the same noise. Where several are largest, any of them will do.",
                 .pivot = "none: exact",
                 .test = "16,384 hard samples at each temperature, bit by bit; the place against the soft sample of "
                         "the same seed, within the rounding of both: at high temperature the entries of a right soft "
                         "sample may tie where the scores do not",
                 .power = "any value beside 0 and 1, any other place; without frozen noise the place is not compared. "
                          "A constant one-hot vector passes, so it counts only beside an upheld law",
                 .proof = "proofs/straight-through.md#straight-through-one-hot",
                 .source = "Jang, Gu and Poole 2017; pytorch#48574",
                 .beside = kBeside},
       .cases =
           [](const subject::Description& d, const Request& r) {
             return straight_through_cases("straight-through/one-hot", d, r, every_dtype(d), {.draws = kHardDraws});
           },
       .missing = missing_hard,
       .check = check_one_hot},
      {.sheet = {.id = "straight-through/gradient",
                 .statement = "With the noise frozen and y the soft sample, the vector-Jacobian product of the soft "
                              "path and of the hard path is (y*v - y <y,v>) / temperature, for every cotangent v.",
                 .pivot = "none: exact",
                 .test = "a random cotangent for every row, never constant; soft and hard path of the same seed, each "
                         "entry within a running error bound computed from the row; draws until 1,000 rows hold a "
                         "gradient above 100 times its bound",
                 .power = "any gradient that differs by more than rounding: a factor of the temperature, a sign, the "
                          "chosen class alone, other noise, the one-hot value in place of the soft one, none at all. "
                          "A constant sample with a matching gradient passes, so it counts only beside an upheld law",
                 .proof = "proofs/straight-through.md#straight-through-gradient",
                 .source = "Bengio, Leonard and Courville 2013; Jang, Gu and Poole 2017",
                 .beside = kBeside},
       .cases =
           [](const subject::Description& d, const Request& r) {
             return straight_through_cases("straight-through/gradient", d, r, judged_dtypes(d),
                                           {.draws = std::uint64_t{1} << 18, .statistical = true});
           },
       .missing = lacks_gradient,
       .check = check_gradient}};
}

}  // namespace gumbelcheck::claim::family
