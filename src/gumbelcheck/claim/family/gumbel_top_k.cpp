// gumbel-top-k/law: the k largest of logits + noise, in falling order, are k draws without replacement.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/class_tables.hpp"
#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/claim/index_law.hpp"
#include "gumbelcheck/claim/plackett_luce.hpp"
#include "gumbelcheck/claim/resolution.hpp"
#include "gumbelcheck/statistic/uniform_tables.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

constexpr std::string_view kVariant = "k = ";
constexpr std::uint64_t kDraws = std::uint64_t{1} << 19;

std::string variant_of(std::size_t k) { return fmt::format("{}{}", kVariant, k); }

// A variant that came with a replay token may be anything.
std::size_t k_of(const Case& tried) {
  const std::string& variant = tried.variant;
  std::size_t k = 0;
  if (variant.starts_with(kVariant))
    std::from_chars(variant.data() + kVariant.size(), variant.data() + variant.size(), k);
  if (k < 1) {
    throw std::invalid_argument(fmt::format("The case's variant is \"{}\"; it must say \"k = 4\", say.", variant));
  }
  return k;
}

std::vector<Case> law_cases(const subject::Description& description, const Request& request) {
  CaseList list("gumbel-top-k/law", request);
  const std::vector<subject::Dtype> dtypes = judged_dtypes(description);
  const auto add = [&](const LogitsSet& set, subject::Dtype dtype, std::size_t k, std::uint64_t draws, double effect) {
    const CasePlan plan{.draws = draws, .effect = effect, .cost = static_cast<double>(k)};
    list.add(set, dtype, 1, plan, variant_of(k), false);
  };
  if (request.logits) {
    const auto possible =
        static_cast<std::size_t>(std::ranges::count_if(*request.logits, [](double o) { return std::isfinite(o); }));
    const LogitsSet given = listed_logits(*request.logits, "");
    for (const subject::Dtype dtype : dtypes) add(given, dtype, std::min<std::size_t>(4, possible), kDraws, .02);
    if (possible <= 16) add(given, dtypes.front(), possible, kDraws, .02);
    return list.take();
  }
  const LogitsSet ten = spread_logits(request.seed, 10);
  for (const subject::Dtype dtype : dtypes) add(ten, dtype, 4, 4 * kDraws, .01);
  add(spread_logits(request.seed, 5), dtypes.front(), 5, kDraws, .02);
  // After the heavy class is drawn, what is left is a small part of the whole.
  const LogitsSet heavy = listed_logits({0.5, 16, 1, -1, 0, -0.5}, "a heavy class among 6");
  for (const subject::Dtype dtype : dtypes) add(heavy, dtype, 3, kDraws, .02);
  const LogitsSet impossible = listed_logits({-HUGE_VAL, 1, 0, -HUGE_VAL, -1, -HUGE_VAL}, "3 possible classes of 6");
  add(impossible, dtypes.back(), 3, kDraws, .02);
  if (description.offer(Operation::gumbel_top_k)->axis) {
    add(spread_batch(request.seed, {4, 3}, 0), dtypes.back(), 2, kDraws, .02);
  }
  return list.take();
}

CheckResult check_law(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  return concluded(tried, [&](CheckResult& result) {
    Inquiry inquiry(tried, subject);
    require_noise_resolution(tried);
    const std::size_t k = k_of(tried);
    const RowLayout layout = row_layout(tried.shape, tried.axis);
    std::vector<PlackettLuceRow> rows;
    for (std::vector<double>& row : rows_of(rounded_logits(tried), layout)) rows.emplace_back(std::move(row), k);
    const std::size_t coordinates = std::ranges::min_element(rows, {}, &PlackettLuceRow::coordinates)->coordinates();
    if (coordinates == 0) throw Ended{Verdict::unsupported, "A row has one possible class: nothing is random in it."};
    const statistic::UniformTables tables({.coordinates = coordinates});
    std::vector<statistic::CellLaw> laws = tables.laws();
    for (statistic::CellLaw& law : laws) law.entries_per_draw *= rows.size();  // all rows in the same tables
    // The first place of each row is a class drawn from softmax: of many classes the bins above see too little.
    std::vector<ClassTables> first_places;
    const std::size_t first_class_table = laws.size();
    for (const std::vector<double>& probability : row_probabilities(tried)) {
      first_places.emplace_back(probability, fmt::format("first place of row {}", first_places.size()));
      laws.insert(laws.end(), first_places.back().laws().begin(), first_places.back().laws().end());
    }
    const std::size_t tables_per_row = first_places.front().laws().size();

    Drawing drawing{.engine = statistic::Engine(std::move(laws)), .elements_per_draw = layout.elements, .add = {}};
    drawing.add = [&](std::uint64_t number, std::uint64_t draws, statistic::Counts& counts) {
      subject::Question question = inquiry.question(Operation::gumbel_top_k);
      question.seed = inquiry.seed(number);
      question.draws = draws;
      question.k = k;
      const subject::Answer answer = inquiry.ask(question);
      const std::vector<std::int64_t>& indices = array(answer, "index").as<std::int64_t>();
      random::Stream randomisation(inquiry.stream(random::Purpose::randomisation, static_cast<std::uint32_t>(number)));
      std::vector<statistic::UniformTables::BlockState> states(rows.size());
      std::vector<std::int64_t> drawn(k);
      std::vector<random::UniformPair> uniforms(k);
      for (std::uint64_t draw = 0; draw < draws; ++draw) {
        for (std::size_t row = 0; row < rows.size(); ++row) {
          // As in the logits, with k in place of the classes.
          const std::size_t start = layout.starts[row];
          const std::size_t first =
              start / (layout.stride * layout.classes) * layout.stride * k + start % layout.stride;
          for (std::size_t j = 0; j < k; ++j) {
            drawn[j] = indices[draw * rows.size() * k + first + j * layout.stride];
          }
          const std::string wrong = rows[row].look(drawn, randomisation, uniforms);
          if (!wrong.empty()) {
            throw impossible(fmt::format("Draw {} of question {}, row {}: {}.", draw, number, row, wrong));
          }
          tables.add(std::span(uniforms).first(coordinates), states[row], counts);
          first_places[row].add(static_cast<std::size_t>(drawn[0]), counts, first_class_table + row * tables_per_row);
        }
      }
      counts.rows += draws;
    };
    draw_and_judge(result, inquiry, budget, drawing);
  });
}

}  // namespace

Family gumbel_top_k() {
  return {
      {.sheet = {.id = "gumbel-top-k/law",
                 .statement = "The k largest of logits + Gumbel noise, in falling order, are k draws without "
                              "replacement: each next class follows softmax over those that are left, and none "
                              "comes twice.",
                 .pivot = "at each step the randomised probability transform of the class drawn, given the ones "
                          "before: independent uniforms",
                 .test = "classes out of range, drawn twice or of probability 0 refute at once; test martingale "
                         "over 32 bins of every step, dyadic tail bins at both ends, and 8 x 8 bins of neighbouring "
                         "steps and of successive draws, and over the class in the first place",
                 .power = "a total variation of .01 between the bins with 10 classes and k = 4, .02 elsewhere. "
                          "Classes light against 1/32 of what is left share a bin and are seen through its tail "
                          "bins, and in the first place by themselves",
                 .proof = "proofs/gumbel-max.md#gumbel-top-k-law",
                 .source = "Plackett 1975; Kool, van Hoof and Welling 2019",
                 .effect = .01},
       .cases = law_cases,
       .missing = [](const subject::Description& d) { return lacks(d, Operation::gumbel_top_k); },
       .check = check_law}};
}

}  // namespace gumbelcheck::claim::family
