// stream/rows and stream/calls: nothing that should be independent knows of each other.

#include <fmt/format.h>

#include <algorithm>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/correlation.hpp"
#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/claim/stream_cases.hpp"
#include "gumbelcheck/claim/uniform_rows.hpp"
#include "gumbelcheck/statistic/exact_tails.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

std::vector<Case> cases_of(const char* claim, const subject::Description& description, const Request& request,
                           std::size_t batch, CasePlan plan) {
  const Request own = with_own_logits(request);
  CaseList list(claim, own);
  const std::vector<subject::Dtype> dtypes = judged_dtypes(description);
  std::size_t turn = 0;
  for (const Path& path : random_paths(description)) {
    list.add(stream_logits(own, path, batch), dtypes[turn++ % dtypes.size()], kStreamTemperature, plan, name(path),
             false);
  }
  return list.take();
}

// Counts pairs of rows that are equal bit for bit where independent ones would not be. Indices are often
// equal by chance, and count for nothing here: the tables see what they share.
class Repeats {
 public:
  Repeats(const Path& path, const char* what) : path_(path), what_(what) {}

  void compare(const UniformRows::Row& one, const UniformRows::Row& other) {
    if (path_.index()) return;
    ++pairs_;
    seen_ += std::ranges::equal(one.raw, other.raw);
  }
  // The draws may have ended at any look, so each look has its share of `part`.
  void conclude(CheckResult& result, const statistic::Budget& part) const {
    if (pairs_ == 0) return;
    const double p = statistic::poisson_upper_tail(seen_, static_cast<double>(pairs_) * chance());
    const std::size_t looks = statistic::look_schedule(result.tried.draws).size();
    if (p > part.part_of(looks).alpha_per_check()) return;
    result.verdict = Verdict::refuted;
    result.finding = fmt::format("{} of {} pairs of {} are equal bit for bit (p = {:.3g}).", seen_, pairs_, what_, p);
  }

 private:
  // Bounds. Rows of four classes in float32: three free coordinates, each on a grid of some 2^-20 or finer. A
  // noise value repeats as its spacing says, 3e-8 of the time in float32.
  double chance() const { return path_.operation == Operation::gumbel ? 1e-6 : 1e-15; }

  Path path_;
  const char* what_;
  std::uint64_t pairs_ = 0;
  std::uint64_t seen_ = 0;
};

// ---- stream/rows

CheckResult check_rows(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const Path path = path_named(tried.variant);
    UniformRows rows(inquiry, path);
    const std::size_t batch = rows.batch();
    const std::size_t coordinates = rows.coordinates();
    // One long row a draw, the batch interleaved, so that disjoint pairs lie across rows of the batch.
    const statistic::UniformTables tables = dependence_tables(batch * coordinates);
    std::vector<random::UniformPair> joined(batch * coordinates);
    Repeats of_rows(path, "rows of one draw");
    Repeats of_draws(path, "successive draws of one call");
    RowCorrelations correlations(batch);
    Drawing drawing{.engine = statistic::Engine(tables.laws()), .elements_per_draw = rows.elements(), .add = {}};
    drawing.add = [&](std::uint64_t number, std::uint64_t draws, statistic::Counts& counts) {
      const UniformRows::Block block = rows.draw(inquiry.seed(number), draws, number);
      correlations.add(block);
      statistic::UniformTables::BlockState state;
      for (std::uint64_t draw = 0; draw < draws; ++draw) {
        for (std::size_t b = 0; b < batch; ++b) {
          const UniformRows::Row row = block.row(draw * batch + b);
          for (std::size_t c = 0; c < coordinates; ++c) joined[c * batch + b] = row.uniforms[c];
          if (b > 0) of_rows.compare(row, block.row(draw * batch + b - 1));
          if (draw > 0) of_draws.compare(row, block.row((draw - 1) * batch + b));
        }
        tables.add(joined, state, counts);
      }
      counts.rows += draws;
    };
    const statistic::Budget part = budget.part_of(3);
    draw_and_judge(result, inquiry, part, drawing);
    result.exhibits.push_back(correlations.exhibit());
    of_rows.conclude(result, part);
    of_draws.conclude(result, part);
  });
}

// ---- stream/calls

CheckResult check_calls(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    const Path path = path_named(tried.variant);
    UniformRows rows(inquiry, path);
    const std::size_t coordinates = rows.coordinates();
    const statistic::UniformTables tables = dependence_tables(2 * coordinates);
    const bool seeded_calls = inquiry.description().seeding == subject::Seeding::call;
    std::vector<random::UniformPair> joined(2 * coordinates);
    Repeats repeats(path, "draws at the same place of two calls");
    Drawing drawing{.engine = statistic::Engine(tables.laws()), .elements_per_draw = rows.elements(), .add = {}};
    drawing.add = [&](std::uint64_t number, std::uint64_t draws, statistic::Counts& counts) {
      // A subject that continues a stream is seeded once and then just called, as its users call it.
      const auto seed = [&](std::uint64_t call) {
        return seeded_calls || call == 0 ? inquiry.seed(call) : std::nullopt;
      };
      const UniformRows::Block first = rows.draw(seed(2 * number), draws, 2 * number);
      const UniformRows::Block second = rows.draw(seed(2 * number + 1), draws, 2 * number + 1);
      statistic::UniformTables::BlockState state;
      for (std::uint64_t draw = 0; draw < draws; ++draw) {
        for (std::size_t c = 0; c < coordinates; ++c) {
          joined[2 * c] = first.row(draw).uniforms[c];
          joined[2 * c + 1] = second.row(draw).uniforms[c];
        }
        repeats.compare(first.row(draw), second.row(draw));
        tables.add(joined, state, counts);
      }
      counts.rows += draws;
    };
    const statistic::Budget part = budget.part_of(2);
    draw_and_judge(result, inquiry, part, drawing);
    repeats.conclude(result, part);
  });
}

}  // namespace

Family stream_independence() {
  return {{.sheet = {.id = "stream/rows",
                     .statement = "Rows of a batch and draws of a call are independent.",
                     .pivot = "each row becomes uniforms; pairs across rows of a draw and across successive draws are "
                              "uniform on the square",
                     .test = "test martingale over 8 x 8 tables of such pairs; rows that are equal bit for bit",
                     .power = "a total variation of .01 in a pair table; two equal rows of samples in all, of noise "
                              "values one pair in some 40,000; blind to dependence between rows that are far apart",
                     .proof = "proofs/streams.md#stream-rows",
                     .source = "Knuth 1998, The art of computer programming 2, 3.3.2 (serial test)",
                     .effect = .01},
           .cases =
               [](const subject::Description& d, const Request& r) {
                 return cases_of("stream/rows", d, r, 2, {1u << 21, .01});
               },
           .missing = missing_random_path,
           .check = check_rows},
          {.sheet = {.id = "stream/calls",
                     .statement = "Successive calls are independent: under different seeds, or, for a subject that "
                                  "continues a stream, without any.",
                     .pivot = "draws at the same place of two calls become pairs of uniforms",
                     .test = "test martingale over 8 x 8 tables of such pairs; draws that are equal bit for bit",
                     .power = "a total variation of .01 in a pair table, which pairs of draws at the same place make; "
                              "two equal draws in all, of noise values one pair in some 40,000",
                     .proof = "proofs/streams.md#stream-calls",
                     .source = "Knuth 1998, The art of computer programming 2, 3.3.2 (serial test)",
                     .effect = .01},
           .cases =
               [](const subject::Description& d, const Request& r) {
                 return cases_of("stream/calls", d, r, 1, {1u << 21, .01});
               },
           .missing = missing_random_path,
           .check = check_calls}};
}

}  // namespace gumbelcheck::claim::family
