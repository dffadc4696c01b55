// gumbel-max/law: argmax(logits + Gumbel noise) draws from softmax(logits).

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/index_law.hpp"
#include "gumbelcheck/claim/resolution.hpp"
#include "gumbelcheck/claim/uniform_rows.hpp"

namespace gumbelcheck::claim::family {

namespace {

// The cost below 1: with logits of a real vocabulary this is the claim that matters most, so it draws most.
constexpr CasePlan kPlan = {.draws = 1u << 19, .effect = .01, .cost = .25};

std::vector<Case> law_cases(const subject::Description& description, const Request& request) {
  CaseList list("gumbel-max/law", request);
  const bool axis = description.offer(subject::Operation::gumbel_max)->axis;
  for (const subject::Dtype dtype : every_dtype(description)) {
    const auto add = [&](const LogitsSet& set, CasePlan plan) {
      list.add(set, dtype, 1, plan_for(dtype, plan), "", false);
    };
    add(listed_logits({0.0, 0.0}, "2 even classes"), kPlan);
    add(spread_logits(request.seed, 10), {1u << 19, .01});
    add(spread_logits(request.seed, 32), {1u << 20, .01});
    if (half_precision(dtype)) add(one_against_many(), {1u << 19, .01});
    if (axis) add(spread_batch(request.seed, {4, 3}, 0), {1u << 19, .01});
  }
  const subject::Dtype first = every_dtype(description).front();
  list.add(zipf_logits(4096), first, 1, plan_for(first, {1u << 16, .05}), "", false);
  return list.take();
}

CheckResult check_law(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    if (!half_precision(tried.dtype)) require_noise_resolution(tried);
    const Path path{.operation = subject::Operation::gumbel_max};
    judge_indices(
        result, inquiry, budget,
        [&](std::uint64_t number, std::uint64_t draws) {
          const subject::Question question = question_of(inquiry, path, inquiry.seed(number), draws);
          return indices_from(inquiry.ask(question), result_array(path));
        },
        0, DrawnBy::perturbed_maximum);
  });
}

}  // namespace

Family gumbel_max() {
  return {
      {.sheet = {.id = "gumbel-max/law",
                 .statement = "The index of the largest of logits + Gumbel noise is class k with probability "
                              "softmax(logits)[k].",
                 .pivot = "the index itself: counts of classes follow a multinomial law with known "
                          "probabilities",
                 .test = "test martingale over class counts (Dirichlet-multinomial ladder, above 300 classes "
                         "gamma-Poisson mixtures; spikes; a grid of temperatures; above 300 classes also blocks, "
                         "lanes and octaves of them), looked at on a geometric schedule",
                 .power = "a total variation of .01 up to 32 classes, .05 on groups of classes at 4096; blind "
                          "to anything that leaves class frequencies as they are, such as dependence between "
                          "rows (stream/rows). In float16 and bfloat16 a departure from softmax by more than a margin "
                          "on the log odds, such as logits 10% too large",
                 .proof = "proofs/gumbel-max.md#gumbel-max-law",
                 .source = "Gumbel 1954; Maddison, Tarlow and Minka 2014",
                 .effect = .01},
       .cases = law_cases,
       .missing = [](const subject::Description& d) { return lacks_operation(d, subject::Operation::gumbel_max); },
       .check = check_law}};
}

}  // namespace gumbelcheck::claim::family
