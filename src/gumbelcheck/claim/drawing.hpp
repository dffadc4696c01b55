#pragma once

// The loop of every random claim: ask, pivot, count, look, until the evidence decides.

#include <functional>

#include "gumbelcheck/claim/inquiry.hpp"
#include "gumbelcheck/statistic/sequential.hpp"

namespace gumbelcheck::claim {

struct Drawing {
  statistic::Engine engine;
  std::size_t elements_per_draw = 1;  // decides how many draws one question asks for
  // Asks question number `question` for `draws` draws and adds them to `counts`. Nothing is kept.
  std::function<void(std::uint64_t question, std::uint64_t draws, statistic::Counts& counts)> add;
};

// Draws by the look schedule until the check is decided, and fills verdict, evidence and finding.
void draw_and_judge(CheckResult& result, const Inquiry& inquiry, const statistic::Budget& budget,
                    const Drawing& drawing);

// Draws a question may ask for, so that an answer stays near 2 MiB: even, so that pairs of rows never cross
// questions.
std::uint64_t draws_per_question(std::size_t elements_per_draw);

}  // namespace gumbelcheck::claim
