// categorical/law: any other sampler of softmax(logits), such as the interval method.

#include <algorithm>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/index_law.hpp"
#include "gumbelcheck/claim/uniform_rows.hpp"

namespace gumbelcheck::claim::family {

namespace {

// What a running sum in float32 loses: once it has passed a class of probability one half, it absorbs classes
// of 1.4e-8, less than half its spacing. A heavy class at both ends, so that the order in which the sum is
// taken does not matter; together the 65,534 light ones have a mass of .0009.
LogitsSet light_classes_between_heavy_ones() {
  constexpr std::size_t kLight = 65534;
  std::vector<double> logits(kLight + 2, -17.375);
  logits.front() = 0;
  logits.back() = 0;
  return listed_logits(std::move(logits), "65534 light classes between two heavy ones");
}

// Half of the mass in one class, half in all others: the variance of log p is a quarter of the squared logit, 17 (10
// classes between -3 and 3 have about 3), so a wrong temperature shows in few draws. One that is 1% off moves .0208 of
// the mass from one side to the other, more than the effect declared for these classes: this case must refute it, and
// the others need not.
LogitsSet one_against_thousands() {
  constexpr std::size_t kLight = 4095;
  std::vector<double> logits(kLight + 1, 0);
  logits.front() = 8.3125;
  return listed_logits(std::move(logits), "1 class against 4095");
}

// What is set up for a row serves all draws of a question: one costs little more than itself, however many classes.
constexpr double kCost = 1. / 1024;
constexpr CasePlan kPlan = {.draws = 1u << 19, .effect = .01, .cost = kCost};

std::vector<Case> law_cases(const subject::Description& description, const Request& request) {
  CaseList list("categorical/law", request);
  const bool axis = description.offer(subject::Operation::categorical)->axis;
  for (const subject::Dtype dtype : every_dtype(description)) {
    const auto add = [&](const LogitsSet& set, CasePlan plan) {
      list.add(set, dtype, 1, plan_for(dtype, plan), "", false);
    };
    add(spread_logits(request.seed, 10), kPlan);
    add(spread_logits(request.seed, 32), {1u << 20, .01});
    add(zipf_logits(4096), {1u << 18, .03});
    if (half_precision(dtype)) add(one_against_many(), {1u << 19, .01});
    if (axis) add(spread_batch(request.seed, {4, 3}, 0), {1u << 19, .01});
  }
  const subject::Dtype first = every_dtype(description).front();
  list.add(light_classes_between_heavy_ones(), first, 1, plan_for(first, {1u << 20, .01}), "", false);
  list.add(model_like_logits(request.seed, 131072), first, 1, plan_for(first, {1u << 18, .02}), "", false);
  list.add(one_against_thousands(), first, 1, plan_for(first, {1u << 18, .02}), "", false);
  return list.take();
}

CheckResult check_law(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const Path path{.operation = subject::Operation::categorical};
    const std::size_t elements = subject::element_count(tried.shape);
    // An answer holds no row of classes, and what is set up for a row serves all of its draws: more of them a
    // question.
    constexpr std::size_t kDrawsForOne = 1024;
    const std::size_t elements_per_draw =
        std::max(elements / row_layout(tried.shape, tried.axis).classes, elements / kDrawsForOne);
    judge_indices(
        result, inquiry, budget,
        [&](std::uint64_t number, std::uint64_t draws) {
          const subject::Question question = question_of(inquiry, path, inquiry.seed(number), draws);
          return indices_from(inquiry.ask(question), result_array(path));
        },
        elements_per_draw);
  });
}

}  // namespace

Family categorical() {
  return {
      {.sheet = {.id = "categorical/law",
                 .statement = "A categorical sampler, by whatever method, draws class k with probability "
                              "softmax(logits)[k].",
                 .pivot = "the index itself: counts of classes follow a multinomial law with known "
                          "probabilities",
                 .test = "test martingale over class counts (Dirichlet-multinomial ladder, above 300 classes "
                         "gamma-Poisson mixtures; spikes; a grid of temperatures; above 300 classes also blocks, "
                         "lanes and octaves of them), looked at on a geometric schedule",
                 .power = "a total variation of .01 up to 32 classes, .03 on groups of classes at 4096, .02 at "
                          "131,072, and single classes lost or inflated; a temperature 1% off; classes of 1.4e-8 "
                          "that a float32 running sum loses all together; a tile of 512 or a lane of 64 that a kernel "
                          "leaves out. In float16 and bfloat16 a departure by more than a margin on the log odds",
                 .proof = "proofs/gumbel-max.md#categorical-law",
                 .source = "Devroye 1986, Non-uniform random variate generation, chapter III.2",
                 .effect = .01},
       .cases = law_cases,
       .missing = [](const subject::Description& d) { return lacks_operation(d, subject::Operation::categorical); },
       .check = check_law}};
}

}  // namespace gumbelcheck::claim::family
