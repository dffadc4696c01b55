#pragma once

// The loop of every random claim: ask, pivot, count, look, until the evidence decides.

#include <algorithm>
#include <exception>
#include <functional>
#include <optional>

#include "gumbelcheck/claim/inquiry.hpp"
#include "gumbelcheck/statistic/allowance.hpp"
#include "gumbelcheck/statistic/sequential.hpp"

namespace gumbelcheck::claim {

struct Drawing {
  statistic::Engine engine;
  std::size_t elements_per_draw = 1;  // decides how many draws one question asks for
  // Asks question number `question` for `draws` draws and adds them to `counts`. Nothing is kept. An
  // Ended(inconclusive) says that there are no more draws, and is thrown before any of the question is added.
  std::function<void(std::uint64_t question, std::uint64_t draws, statistic::Counts& counts)> add;
};

// How the draws ended: with a decision, or early and why.
struct DrawsEnd {
  statistic::Decision decision = statistic::Decision::go_on;
  std::optional<Ended> early = {};  // no more could be had: those that were made are judged
};

// Draws by the look schedule of a sequential test (statistic's SequentialTest or WithinTest) until it is decided, and
// leaves what there is to look at.
template <class Test>
DrawsEnd drawn_to_the_end(CheckResult& result, Test& test, std::size_t elements_per_draw,
                          const decltype(Drawing::add)& add);

// "It stopped after 512 draws of 4096 planned; so many see effects from .3, and .01 is declared."
std::string early_sentence(const CheckResult& result, const statistic::Evidence& evidence, const Ended& early);

// Draws by the look schedule until the check is decided, and fills verdict, evidence and finding. Where the draws
// end early, those that were made are judged: refuted, or inconclusive with the effect that they could have seen.
// throws WouldCount on a case of no draws, before anything is asked
void draw_and_judge(CheckResult& result, const Inquiry& inquiry, const statistic::Budget& budget,
                    const Drawing& drawing);

// What a check would count, were it to draw. Thrown, so that nothing of the check runs that needs an answer, and no
// claim has to know of planning.
struct WouldCount : std::exception {
  WouldCount(statistic::Engine its_engine, const statistic::Budget& its_budget, std::size_t elements,
             std::optional<statistic::Allowance> within = {})
      : engine(std::move(its_engine)), budget(its_budget), elements_per_draw(elements), allowance(within) {}
  const char* what() const noexcept override { return "A case of 0 draws draws nothing."; }

  statistic::Engine engine;
  statistic::Budget budget;  // of the engine's own test: a check of several tests gives it a part
  std::size_t elements_per_draw;
  std::optional<statistic::Allowance> allowance;  // of a check that holds its tables to laws within a tolerance
};

// rule  the check of a case like `tried` but of no draws, asked of a subject that only has this description and
//       answers nothing
// The first engine that the check comes to; nullopt where it comes to none, and `otherwise` is then how it ended.
std::optional<WouldCount> what_is_counted(const Claim& claim, const Case& tried,
                                          const subject::Description& description, const statistic::Budget& budget,
                                          CheckResult* otherwise = nullptr);

// Draws a question may ask for, so that an answer stays near 2 MiB: even, so that pairs of rows never cross
// questions.
std::uint64_t draws_per_question(std::size_t elements_per_draw);

// ---- implementation

template <class Test>
DrawsEnd drawn_to_the_end(CheckResult& result, Test& test, std::size_t elements_per_draw,
                          const decltype(Drawing::add)& add) {
  const std::uint64_t most = draws_per_question(elements_per_draw);
  statistic::Counts counts = test.engine().empty();
  Course course;
  const auto ended_with = [&](statistic::Decision decision, std::optional<Ended> early) -> DrawsEnd {
    course.add(test.evidence());
    result.exhibits = exhibits_of(test.engine(), counts, test.evidence().effect_table);
    result.exhibits.push_back(course.exhibit());
    return {decision, std::move(early)};
  };
  std::uint64_t question = 0;
  for (const std::uint64_t look : test.schedule()) {
    while (result.draws < look) {
      const std::uint64_t draws = std::min(most, look - result.draws);
      try {
        add(question++, draws, counts);
      } catch (const Ended& early) {
        if (early.verdict != Verdict::inconclusive || result.draws == 0) throw;
        return ended_with(test.stop(counts), early);
      }
      result.draws += draws;
    }
    const statistic::Decision decision = test.look(counts);
    if (decision != statistic::Decision::go_on) return ended_with(decision, std::nullopt);
    course.add(test.evidence());
  }
  return {};
}

}  // namespace gumbelcheck::claim
