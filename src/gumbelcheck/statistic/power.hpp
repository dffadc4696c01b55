#pragma once

// Draws needed for an effect, and the effect that so many draws can see.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gumbelcheck/statistic/engine.hpp"

namespace gumbelcheck::statistic {

// What there is to see an effect in.
struct TableShape {
  std::size_t cells = 2;             // of positive probability
  std::size_t components = 11;       // of the whole check: they share the average. 11: of one table of classes
  std::size_t entries_per_draw = 1;  // as in CellLaw
  std::size_t rows_per_draw = 1;     // likewise; the draws of this page are rows
  bool bounded = true;               // false: nothing is upheld by this table, so it has only to refute
};

// Draws after which an effect of this total variation in such a table is refuted, and its absence upheld (live
// control included), except with probability miss_rate each.
//
// rule   the smallest n with both, m = n * entries_per_draw
//        upheld:  TV(counted, law) stays below sqrt(K - 1)/(2 sqrt m) + sqrt(ln(1/miss)/2m) except with
//                 probability miss (Cauchy-Schwarz and McDiarmid), and that plus sqrt(ln(L/miss)/2n) is at
//                 most the effect
//        refuted: at the best step s = m w^2/(K - 1) of the ladder, X s/(1 + s) - (K - 1) ln(1 + s) reaches
//                 2 ln(J/alpha), X the miss quantile of noncentral chi-squared with ncp 4 m effect^2, J the
//                 components of the whole engine. The control plants twice the effect in as many draws, so it is
//                 refuted where the effect itself is
// domain 0 < effect < 1; an effect that no number of draws below 2^62 sees gives 2^62
// error  "refuted" is the large-sample form of the Dirichlet-multinomial; the tests simulate it
// throws outside the domain, rates outside (0, 1), fewer than two cells
std::uint64_t draws_needed(double effect, const TableShape& table, const Budget& budget);

// The smallest total variation for which that many draws are enough in the same sense; 1 when there is none.
double detectable_effect(std::uint64_t draws, const TableShape& table, const Budget& budget);

// The shape of each of the engine's tables, in their order. A table of one possible cell, which can show nothing, has
// one cell here.
std::vector<TableShape> table_shapes(const Engine& engine);

// Of the tables that bound what is upheld, the one that needs the most draws: what it sees is what the check sees.
struct Weakest {
  std::size_t table = 0;    // of the engine
  std::uint64_t draws = 0;  // as asked, or as needed
  double effect = 1;        // as seen, or as asked
};
// domain  an engine with a bounded table of two possible cells or more; otherwise an effect of 1
Weakest check_sees(std::uint64_t draws, const Engine& engine, const Budget& budget);
Weakest check_needs(double effect, const Engine& engine, const Budget& budget);

}  // namespace gumbelcheck::statistic
