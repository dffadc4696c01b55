// gumbel/law: the noise is standard Gumbel.

#include <fmt/format.h>

#include <cmath>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/claim/reals.hpp"
#include "gumbelcheck/statistic/uniform_tables.hpp"

namespace gumbelcheck::claim::family {

namespace {

std::vector<Case> law_cases(const subject::Description& description, const Request& request) {
  CaseList list("gumbel/law", request);
  for (const subject::Dtype dtype : judged_dtypes(description)) {
    list.add(no_logits(), dtype, 1, {1u << 21, .01}, "", false);
  }
  return list.take();
}

CheckResult check_law(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const statistic::UniformTables tables({.coordinates = 1});
    Drawing drawing{.engine = statistic::Engine(tables.laws()), .elements_per_draw = 1, .add = {}};
    drawing.add = [&](std::uint64_t number, std::uint64_t draws, statistic::Counts& counts) {
      subject::Question question = inquiry.question(subject::Operation::gumbel);
      question.seed = inquiry.seed(number);
      question.draws = draws;
      const subject::Answer answer = inquiry.ask(question);
      const Reals noise(array(answer, "noise"));
      statistic::UniformTables::BlockState state;
      for (std::uint64_t i = 0; i < draws; ++i) {
        const double g = noise[i];
        if (!std::isfinite(g)) {
          throw impossible(fmt::format("Noise value {} of question {} is {}; Gumbel noise is finite.", i, number, g));
        }
        const double hazard = std::exp(-g);
        const random::UniformPair u{std::exp(-hazard), -std::expm1(-hazard)};
        tables.add({&u, 1}, state, counts);
      }
      counts.rows += draws;
    };
    draw_and_judge(result, inquiry, budget, drawing);
  });
}

}  // namespace

Family gumbel() {
  return {{.sheet = {.id = "gumbel/law",
                     .statement = "The noise follows the standard Gumbel law (maximum form): "
                                  "P(g <= x) = exp(-exp(-x)).",
                     .pivot = "U = exp(-exp(-g)) is uniform on (0, 1); 1 - U is computed apart, so that both "
                              "tails are resolved",
                     .test = "test martingale over 32 bins, dyadic tail bins down to 2^-22 at both ends, and 8 x 8 "
                             "bins of successive values",
                     .power = "a total variation of .01 between the bins; blind to defects beyond the 2^-22 tail "
                              "and to the grid on which values lie (gumbel/tail)",
                     .proof = "proofs/gumbel.md#gumbel-law",
                     .source = "Gumbel 1954",
                     .effect = .01},
           .cases = law_cases,
           .missing = [](const subject::Description& d) { return lacks(d, subject::Operation::gumbel); },
           .check = check_law}};
}

}  // namespace gumbelcheck::claim::family
