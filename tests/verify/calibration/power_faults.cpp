// Every fault that draws decide: after how many draws its claim refutes it, and after how many the tests that people
// use would. All look at the same subject.
//
//   power_faults [--runs N] [--right-runs N] [--most-draws N] [--markdown FILE] [FILE]
//
// A fault is asked in the case in which its claim first refutes it (as `gumbelcheck selftest` tries them), on N seeds
// of the harness. Growing draws: a test has found the fault at the first number of a geometric grid at which at least
// nine in ten runs raise the alarm, there and at every later number. Published recipes are also run at their own
// number of draws.
//
// Exit status 1 where Gumbelcheck overlooks a fault in any of the runs.
//
//   Pearson    chi-squared over classes (noise and soft samples: 32 bins of each pivot uniform), 1e-9, cells of expected
//              count below 5 put together
//   KS         Kolmogorov-Smirnov by Massart's bound at 1e-9 (noise and soft samples: pivot uniforms; classes: the
//              cumulated counts): what tensorflow_probability's statistical_testing asserts
//   cosine     similarity of counted and expected class frequencies above .99 (flashinfer, tests/utils/test_sampling.py)
//   torch 100  three classes of logits .2, .8, .1; 100 draws; |z| < 2.58 for each (pytorch, test/test_nn.py). Where a
//              subject has noise alone, classes of the largest logit + noise
//   torch 1e4  chi-squared over 10,000 draws, p > .001 (pytorch, test/distributions)
//   jax 1e4    chi-squared, or KS, over 10,000 draws, p > .01 (jax, tests/random_lax_test.py)

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/index_law.hpp"
#include "gumbelcheck/claim/uniform_rows.hpp"
#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/report/text.hpp"
#include "gumbelcheck/subject/reference.hpp"
#include "gumbelcheck/verify/plan.hpp"
#include "verify/calibration/recipes.hpp"

namespace {

using namespace gumbelcheck;
using namespace gumbelcheck::recipes;
using claim::Path;
using Json = nlohmann::ordered_json;
using subject::Operation;

class Drawer {
 public:
  Drawer(const claim::Case& tried, const Path& path, subject::Subject& subject)
      : case_(tried), path_(path), inquiry_(case_, subject), rows_(inquiry_, path) {
    if (path.operation != Operation::gumbel) {
      seen_.laws = claim::row_probabilities(case_);
      for (const auto& law : seen_.laws) seen_.classes.emplace_back(law.size());
    }
    if (!path.index()) seen_.uniforms.assign(rows_.coordinates(), std::vector<std::uint64_t>(kEdges));
  }

  const Seen& upto(std::uint64_t draws) {
    // A question of indices repeats the logits and holds one number a draw.
    const std::uint64_t most =
        path_.index() ? 1u << 14 : std::max<std::uint64_t>(64, (1u << 17) / std::max<std::size_t>(1, rows_.elements()));
    while (seen_.draws < draws) add(std::min(most, draws - seen_.draws));
    return seen_;
  }

 private:
  void add(std::uint64_t draws) {
    const claim::UniformRows::Block block = rows_.draw(inquiry_.seed(number_), draws, number_);
    ++number_;
    for (std::uint64_t i = 0; i < draws * rows_.batch(); ++i) {
      const claim::UniformRows::Row row = block.row(i);
      if (!seen_.classes.empty()) ++seen_.classes[i % rows_.batch()][class_of(row)];
      if (path_.index()) continue;
      for (std::size_t c = 0; c < row.uniforms.size(); ++c) {
        const random::UniformPair& u = row.uniforms[c];
        const double value = u.lower < u.upper ? u.lower : 1 - u.upper;
        ++seen_.uniforms[c][std::min(kEdges - 1, static_cast<std::size_t>(value * static_cast<double>(kEdges)))];
      }
    }
    seen_.draws += draws;
  }
  std::size_t class_of(const claim::UniformRows::Row& row) const {
    if (path_.index()) return static_cast<std::size_t>(row.raw.front());
    return static_cast<std::size_t>(std::ranges::max_element(row.raw) - row.raw.begin());
  }

  claim::Case case_;
  Path path_;
  claim::Inquiry inquiry_;
  claim::UniformRows rows_;
  Seen seen_;
  std::uint64_t number_ = 0;
};

// A value that no sample can have (a class that does not exist, NaN) is an alarm for whoever looks.
template <class Body>
bool alarmed(const Body& body) {
  try {
    return body();
  } catch (const claim::Ended& ended) {
    if (ended.verdict == claim::Verdict::refuted) return true;
    throw;
  }
}

// The draws that the other tests are given; nullopt where none of them has a use for what is drawn (ordered draws without
// replacement), or could be paid for (a race of thousands of classes a row).
std::optional<Path> path_of(const claim::Case& tried, const subject::Description& description) {
  static const std::map<std::string, Path> by_claim = {{"gumbel/law", {.operation = Operation::gumbel}},
                                                       {"gumbel/tail", {.operation = Operation::gumbel}},
                                                       {"gumbel-max/law", {.operation = Operation::gumbel_max}},
                                                       {"categorical/law", {.operation = Operation::categorical}}};
  const auto known = by_claim.find(tried.claim);
  if (known != by_claim.end()) {
    return description.offer(known->second.operation) != nullptr ? std::optional(known->second) : std::nullopt;
  }
  const std::vector<Path> offered = claim::random_paths(description);
  if (offered.empty()) return std::nullopt;
  if (tried.variant == "log samples") return Path{.operation = Operation::log_concrete};
  if (tried.claim.starts_with("concrete/") || tried.claim.starts_with("gumbel-softmax/")) {
    return Path{.operation = Operation::gumbel_softmax, .hard = tried.variant == "hard"};
  }
  try {
    return claim::path_named(tried.variant);
  } catch (const std::invalid_argument&) {
    return offered.front();
  }
}

claim::Case three_classes(const subject::Description& description, std::uint64_t seed) {
  claim::Case made;
  made.claim = "recipe";
  made.shape = {3};
  made.logits = {.2, .8, .1};
  made.dtype = claim::every_dtype(description).front();
  made.seed = seed;
  return made;
}

// A subject of noise alone: the classes are those of the largest logit + noise.
bool z_alarm_of_noise(subject::Subject subject, const claim::Case& tried) {
  constexpr std::uint64_t kDraws = 100;
  claim::Inquiry inquiry(tried, subject);
  claim::UniformRows rows(inquiry, {.operation = Operation::gumbel});
  const std::size_t classes = tried.logits.size();
  return alarmed([&] {
    const claim::UniformRows::Block block = rows.draw(inquiry.seed(0), kDraws * classes, 0);
    Seen seen{
        .laws = claim::row_probabilities(tried), .classes = {std::vector<std::uint64_t>(classes)}, .uniforms = {}};
    for (std::uint64_t draw = 0; draw < kDraws; ++draw) {
      std::size_t largest = 0;
      const auto value = [&](std::size_t k) { return tried.logits[k] + block.raw[draw * classes + k]; };
      for (std::size_t k = 1; k < classes; ++k) largest = value(k) > value(largest) ? k : largest;
      ++seen.classes[0][largest];
    }
    seen.draws = kDraws;
    return z_alarm(seen);
  });
}

std::optional<Path> class_path(const subject::Description& description) {
  for (const Path& path : claim::random_paths(description)) {
    if (path.operation != Operation::gumbel) return path;
  }
  return std::nullopt;
}

// The share of runs in which the recipes raise the alarm, at their own numbers of draws.
Json recipe_alarms(const std::function<subject::Subject()>& open, const claim::Case& tried, const Path& path,
                   std::uint64_t runs) {
  std::map<std::string, std::uint64_t> alarms;
  const subject::Description description = open().describe();
  const std::optional<Path> classes = class_path(description);
  for (std::uint64_t run = 0; run < runs; ++run) {
    claim::Case own = tried;
    own.seed = 1000 + run;
    subject::Subject subject = open();
    for (const Test& test : ten_thousand_tests()) alarms[test.name];
    std::optional<Seen> seen;
    const bool impossible = alarmed([&] {
      Drawer drawer(own, path, subject);
      seen = drawer.upto(10'000);
      return false;
    });
    for (const Test& test : ten_thousand_tests()) alarms[test.name] += impossible || test.alarm(*seen) ? 1 : 0;
    if (!classes) {
      alarms["torch 100"] += z_alarm_of_noise(open(), three_classes(description, own.seed)) ? 1 : 0;
      continue;
    }
    subject::Subject again = open();
    alarms["torch 100"] += alarmed([&] {
      Drawer drawer(three_classes(description, own.seed), *classes, again);
      return z_alarm(drawer.upto(100));
    })
                               ? 1
                               : 0;
  }
  Json made = Json::object();
  for (const auto& [name, count] : alarms) made[name] = static_cast<double>(count) / static_cast<double>(runs);
  return made;
}

// For each growing test the draws at which nine in ten runs raise the alarm for good; null where none do.
Json growing(const std::function<subject::Subject()>& open, const claim::Case& tried, const Path& path,
             std::uint64_t runs, std::uint64_t most) {
  std::vector<std::uint64_t> grid;
  for (double n = 32; n <= static_cast<double>(most); n *= std::sqrt(2.0)) {
    grid.push_back(static_cast<std::uint64_t>(n / 2) * 2);
  }
  std::map<std::string, std::vector<std::uint64_t>> alarms;
  for (const Test& test : growing_tests()) alarms[test.name].resize(grid.size());
  for (std::uint64_t run = 0; run < runs; ++run) {
    claim::Case own = tried;
    own.seed = 2000 + run;
    subject::Subject subject = open();
    Drawer drawer(own, path, subject);
    bool impossible = false;
    for (std::size_t i = 0; i < grid.size(); ++i) {
      const Seen* seen = nullptr;
      impossible = impossible || alarmed([&] {
                     seen = &drawer.upto(grid[i]);
                     return false;
                   });
      for (const Test& test : growing_tests()) alarms[test.name][i] += impossible || test.alarm(*seen) ? 1 : 0;
    }
  }
  Json made = Json::object();
  for (const auto& [name, counts] : alarms) {
    made[name] = nullptr;
    for (std::size_t i = grid.size(); i > 0 && 10 * counts[i - 1] >= 9 * runs; --i) made[name] = grid[i - 1];
  }
  return made;
}

struct Found {
  claim::Case tried;
  std::uint64_t draws = 0;
};

// The case in which the fault's claim first refutes it, where counts or tail probabilities decide; on another seed than the
// cases' own where one is given.
std::optional<Found> refuting_case(const fault::Fault& fault, const verify::PlannedClaim& planned,
                                   const statistic::Budget& budget, std::optional<std::uint64_t> seed = {}) {
  for (claim::Case tried : planned.cases) {
    tried.seed = seed.value_or(tried.seed);
    subject::Subject own = fault.open();
    const claim::CheckResult check = planned.claim->check(tried, own, budget);
    if (check.verdict != claim::Verdict::refuted) continue;
    if (!check.evidence) return std::nullopt;
    return Found{tried, check.draws};
  }
  return std::nullopt;
}

// "never": asked, and no alarm; "-": not asked.
std::string shown(const Json& tests, const char* name) {
  if (!tests.contains(name)) return "-";
  return tests[name].is_null() ? "never" : report::grouped(tests[name].get<std::uint64_t>());
}
std::string percent(const Json& rates, const char* name) {
  return rates.contains(name) ? fmt::format("{:.0f}%", 100 * rates[name].get<double>()) : "-";
}
void write(const std::string& file, const std::string& text) {
  std::ofstream(file + ".unfinished") << text;
  std::filesystem::rename(file + ".unfinished", file);
}

}  // namespace

int main(int count, char** arguments) {
  std::uint64_t runs = 10, right_runs = 200, most = std::uint64_t{1} << 20;
  std::string file, markdown, only = "";
  CLI::App program{"Draws to refutation of every fault that draws decide, beside what other tests need."};
  program.add_option("--runs", runs, "of each fault")->check(CLI::PositiveNumber)->capture_default_str();
  program.add_option("--right-runs", right_runs, "of the right subject")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  program.add_option("--most-draws", most, "of the growing tests")->check(CLI::PositiveNumber)->capture_default_str();
  program.add_option("--only", only, "faults whose id contains this");
  program.add_option("--markdown", markdown, "where the table goes");
  program.add_option("FILE", file, "where the report goes");
  CLI11_PARSE(program, count, arguments);

  Json report = {{"format", 1}, {"runs", runs}, {"right_runs", right_runs}, {"most_draws", most}};
  report["faults"] = Json::array();
  bool holds = true;
  std::string table =
      "# Faults, and what other tests need\n\n"
      "Made by `power_faults` (see [README](README.md), which says what the columns mean). \"Never\": not within the\n"
      "draws of the grid; \"-\": nothing of the kind is drawn.\n\n"
      "| fault | claim | Gumbelcheck | Pearson 1e-9 | KS 1e-9 | cosine .99 | torch 100 | torch 1e4 | jax 1e4 |\n"
      "|---|---|---|---|---|---|---|---|---|\n";
  for (const fault::Fault& fault : fault::catalogue()) {
    if (fault.acquittal() || fault.id.find(only) == std::string::npos) continue;
    verify::Settings settings;
    settings.claims = {fault.refuted_by};
    const subject::Description description = fault.open().describe();
    verify::Plan planned = verify::plan(settings, description);
    std::erase_if(planned.claims, [&](const auto& p) { return p.claim->sheet.id != fault.refuted_by; });
    planned.budget.checks = 1000;
    const std::optional<Found> found = refuting_case(fault, planned.claims.front(), planned.budget);
    if (!found) continue;
    std::vector<std::uint64_t> draws = {found->draws};
    std::uint64_t missed = 0;
    for (std::uint64_t run = 1; run < runs; ++run) {
      const std::optional<Found> again = refuting_case(fault, planned.claims.front(), planned.budget, 2000 + run);
      missed += again ? 0 : 1;
      if (again) draws.push_back(again->draws);
    }
    holds = holds && missed == 0;
    std::ranges::sort(draws);
    const std::optional<Path> path = path_of(found->tried, description);
    const bool asked = path.has_value();
    Json row = {{"fault", fault.id},
                {"claim", fault.refuted_by},
                {"case", found->tried.label},
                {"asked", asked ? Json(claim::name(*path)) : Json(nullptr)},
                {"gumbelcheck", {{"median_draws", draws[draws.size() / 2]}, {"not_refuted", missed}, {"runs", runs}}},
                {"growing", asked ? growing(fault.open, found->tried, *path, runs, most) : Json::object()},
                {"recipes",
                 asked ? recipe_alarms(fault.open, found->tried, *path, std::max<std::uint64_t>(runs, right_runs / 4))
                       : Json::object()}};
    table += fmt::format(
        "| {} | {} | {}{} | {} | {} | {} | {} | {} | {} |\n", fault.id, fault.refuted_by,
        report::grouped(draws[draws.size() / 2]), missed > 0 ? fmt::format(" ({} missed)", missed) : "",
        shown(row["growing"], "pearson"), shown(row["growing"], "ks"),
        asked && path->operation == Operation::gumbel ? "-" : shown(row["growing"], "cosine"),
        percent(row["recipes"], "torch 100"), percent(row["recipes"], "torch 1e4"), percent(row["recipes"], "jax 1e4"));
    fmt::print("{}\n", row.dump());
    std::fflush(stdout);
    report["faults"].push_back(std::move(row));
  }

  // The right subject: ten classes, and noise.
  const auto reference = [] { return subject::Subject(subject::Reference()); };
  for (const char* id : {"gumbel-max/law", "gumbel/law", "concrete/law"}) {
    const std::vector<claim::Case> cases = claim::find(id)->cases(subject::Reference().describe(), {});
    const claim::Case& tried = cases[cases.size() > 1 && std::string_view(id) == "gumbel-max/law" ? 1 : 0];
    const Path path = path_of(tried, subject::Reference().describe()).value();
    const Json rates = recipe_alarms(reference, tried, path, right_runs);
    const Json first = growing(reference, tried, path, std::min<std::uint64_t>(runs, 5), most);
    report["right"].push_back({{"claim", id}, {"case", tried.label}, {"recipes", rates}, {"growing", first}});
    table +=
        fmt::format("| (right: {}, {}) | | | {} | {} | {} | {} | {} | {} |\n", id, tried.label, shown(first, "pearson"),
                    shown(first, "ks"), path.operation == Operation::gumbel ? "-" : shown(first, "cosine"),
                    percent(rates, "torch 100"), percent(rates, "torch 1e4"), percent(rates, "jax 1e4"));
    fmt::print("{}\n", report["right"].back().dump());
    std::fflush(stdout);
  }
  report["holds"] = holds;
  if (!file.empty()) write(file, report.dump(1) + "\n");
  if (!markdown.empty()) write(markdown, table);
  return holds ? 0 : 1;
}
