#pragma once

// The check that several claims share: indices, one a row, must follow softmax(logits) of their row.

#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/claim/tolerance.hpp"

namespace gumbelcheck::claim {

// How the indices of one question are had: one per draw and row, in the order draw-major, row-minor.
// Anything outside [0, classes) refutes.
using IndexSource = std::function<std::vector<std::int64_t>(std::uint64_t question, std::uint64_t draws)>;

// The indices of an answer, taken out of it: of ten million draws a copy would cost more than the counting.
// throws Ended(broken) where there are none
std::vector<std::int64_t> indices_from(subject::Answer answer, std::string_view name);

// One table of classes a row of the batch; above 300 classes the bound on the total variation is held on 64
// blocks of neighbouring ids and on 64 groups of equal mass, while the evidence looks at every class.
// `elements_per_draw` decides how many draws one question asks for; 0: all entries of a draw.
// What the classes are held to is class_tolerance(the case, drawn_by); the result says which it was.
void judge_indices(CheckResult& result, const Inquiry& inquiry, const statistic::Budget& budget,
                   const IndexSource& source, std::size_t elements_per_draw = 0, DrawnBy drawn_by = DrawnBy::other);

// softmax of every row of the case, from the logits as rounded to the dtype.
std::vector<std::vector<double>> row_probabilities(const Case& tried);
// The law of round(round(noise) + logit) of every row, ties to the first.
std::vector<std::vector<double>> rounded_sum_probabilities(const Case& tried);

// throws Ended(unsupported) where a row has fewer than two possible classes: nothing is random there
void require_two_possible(const std::vector<std::vector<double>>& probabilities);

}  // namespace gumbelcheck::claim
