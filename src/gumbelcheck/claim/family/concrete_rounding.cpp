// concrete/rounding: the argmax of the sample follows softmax(logits), at every temperature.

#include <fmt/format.h>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/index_law.hpp"
#include "gumbelcheck/claim/reals.hpp"
#include "gumbelcheck/claim/resolution.hpp"
#include "gumbelcheck/claim/uniform_rows.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

constexpr CasePlan kPlan = {1u << 19, .01};
const char* const kHard = "hard";

std::vector<Case> rounding_cases(const subject::Description& description, const Request& request) {
  CaseList list("concrete/rounding", request);
  const subject::Offer& offer = *description.offer(Operation::gumbel_softmax);
  const std::vector<subject::Dtype> dtypes = judged_dtypes(description);
  const std::vector<double> temperatures = temperatures_of(request);
  const LogitsSet eight = spread_logits(request.seed, 8);
  const auto add = [&](std::size_t t, subject::Dtype dtype) {
    const CasePlan plan = plan_for(dtype, kPlan);
    if (offer.soft) list.add(eight, dtype, temperatures[t], plan);
    if (offer.hard && (t == 0 || t + 1 == temperatures.size())) list.add(eight, dtype, temperatures[t], plan, kHard);
  };
  for (std::size_t t = 0; t < temperatures.size() && !dtypes.empty(); ++t) add(t, dtypes[t % dtypes.size()]);
  for (const subject::Dtype dtype : every_dtype(description)) {
    for (std::size_t t = 0; t < temperatures.size() && half_precision(dtype); ++t) add(t, dtype);
  }
  return list.take();
}

// The largest entry of each row. Entries that rounding made equal were about equally likely to be the larger:
// one of them is chosen at random, so that a right sample of low resolution keeps its law.
class LargestEntries {
 public:
  LargestEntries(const RowLayout& layout, random::StreamId randomisation)
      : layout_(layout), randomisation_(randomisation) {}

  std::vector<std::int64_t> of(const Reals& sample) {
    std::vector<std::int64_t> indices;
    indices.reserve(sample.size() / layout_.classes);
    for (std::size_t draw = 0; draw < sample.size(); draw += layout_.elements) {
      for (const std::size_t start : layout_.starts) indices.push_back(of_row(sample, draw + start));
    }
    return indices;
  }

 private:
  std::int64_t of_row(const Reals& sample, std::size_t first) {
    std::size_t largest = 0;
    std::size_t ties = 0;
    double top = 0;
    for (std::size_t k = 0; k < layout_.classes; ++k) {
      const double value = sample[first + k * layout_.stride];
      if (!(value >= 0)) throw impossible(fmt::format("Entry {} of a sample is {}.", k, value));
      if (value > top) {
        top = value;
        largest = k;
        ties = 1;
      } else if (value == top && ties > 0) {
        ++ties;
        // Each of the tied entries ends up chosen with the same probability.
        if (random::uniform_pair(randomisation_()).lower * static_cast<double>(ties) < 1) largest = k;
      }
    }
    if (ties == 0) throw Ended{Verdict::refuted, "A sample has no positive entry."};
    return static_cast<std::int64_t>(largest);
  }

  const RowLayout& layout_;
  random::Stream randomisation_;
};

CheckResult check_rounding(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  return concluded(tried, [&](CheckResult& result) {
    const Path path{.operation = Operation::gumbel_softmax, .hard = tried.variant == kHard};
    if (!half_precision(tried.dtype)) require_rounding_resolution(tried);
    Inquiry inquiry(tried, subject);
    const RowLayout layout = row_layout(tried.shape, tried.axis);
    judge_indices(
        result, inquiry, budget,
        [&](std::uint64_t number, std::uint64_t draws) {
          const subject::Answer answer = inquiry.ask(question_of(inquiry, path, inquiry.seed(number), draws));
          LargestEntries largest(layout,
                                 inquiry.stream(random::Purpose::randomisation, static_cast<std::uint32_t>(number)));
          return largest.of(Reals(array(answer, result_array(path))));
        },
        0, DrawnBy::soft_sample);
  });
}

std::string missing_sample(const subject::Description& description) {
  return lacks_operation(description, Operation::gumbel_softmax);
}

}  // namespace

Family concrete_rounding() {
  return {{.sheet = {.id = "concrete/rounding",
                     .statement = "The largest entry of a Concrete sample is entry k with probability "
                                  "softmax(logits)[k], whatever the temperature; so is the 1 of a hard sample.",
                     .pivot = "argmax of the sample: counts of classes follow a multinomial law that does not "
                              "depend on the temperature. Entries that rounding made equal are chosen among at "
                              "random",
                     .test = "test martingale over class counts: soft samples at every temperature of the grid "
                             "(dtypes in turn), hard ones at the lowest and the highest",
                     .power = "a total variation of .01 over the classes; blind to the temperature itself, which "
                              "the argmax does not depend on (concrete/law sees it), and not asked where the "
                              "dtype is too coarse for the temperature",
                     .proof = "proofs/concrete.md#concrete-rounding",
                     .source = "Maddison, Mnih and Teh 2017; Jang, Gu and Poole 2017",
                     .effect = .01},
           .cases = rounding_cases,
           .missing = missing_sample,
           .check = check_rounding}};
}

}  // namespace gumbelcheck::claim::family
