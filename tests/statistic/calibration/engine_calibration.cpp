// Is the engine what it says it is? On counts drawn from the law itself: how often each family of components, and
// the whole, crosses 1/alpha at any look, against alpha (Ville), and that the whole moves at all. On whole runs: how
// often a right subject is refuted or left undecided, a wrong one upheld, and after how many draws it is refuted.
//
//   engine_calibration [--short] [FILE]     writes FILE (JSON) where it is named
//
// Exit status 1 where a rate is beyond its level by more than chance (an exact binomial test at 1e-6 each).

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "gumbelcheck/statistic/component.hpp"
#include "gumbelcheck/statistic/exact_tails.hpp"
#include "gumbelcheck/statistic/power.hpp"
#include "gumbelcheck/statistic/sequential.hpp"
#include "gumbelcheck/statistic/uniform_tables.hpp"
#include "statistic/simulation.hpp"

namespace gumbelcheck::statistic {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kLevels = {0.1, 0.01, 0.001};
constexpr double kChance = 1e-6;
constexpr double kLeastMoving = 0.1;  // of nominal, at the first level: an engine that never moves is found out

// Whether everything so far held; what did not is printed where it was seen.
bool holds = true;

Json rate(std::uint64_t seen, std::uint64_t of, double level, const std::string& what) {
  const double p_value = binomial_upper_tail(seen, of, level);
  if (!(p_value > kChance)) {
    holds = false;
    fmt::print("TOO OFTEN: {}\n", what);
  }
  fmt::print("{:<58} {:>7} of {:>7}, at most {:<6g} allowed\n", what, seen, of, level);
  return {{"seen", seen}, {"of", of}, {"level", level}, {"p_value", p_value}};
}

// The largest log E of each family over one path.
struct Crossings {
  explicit Crossings(std::vector<std::string> family_names) : names(std::move(family_names)), seen(names.size()) {}
  void add(const std::vector<double>& largest) {
    ++paths;
    for (std::size_t f = 0; f < names.size(); ++f) {
      for (std::size_t i = 0; i < kLevels.size(); ++i) seen[f][i] += largest[f] >= -std::log(kLevels[i]) ? 1 : 0;
    }
  }
  // The last family is the whole engine.
  Json report(const std::string& law) const {
    Json made = Json::array();
    for (std::size_t f = 0; f < names.size(); ++f) {
      for (std::size_t i = 0; i < kLevels.size(); ++i) {
        const std::string what = fmt::format("{}: {} crosses {:g}", law, names[f], 1 / kLevels[i]);
        Json entry = {{"component", names[f]},
                      {"over_nominal", static_cast<double>(seen[f][i]) / (static_cast<double>(paths) * kLevels[i])}};
        entry.update(rate(seen[f][i], paths, kLevels[i], what));
        made.push_back(entry);
      }
    }
    if (!(binomial_lower_tail(seen.back()[0], paths, kLeastMoving * kLevels[0]) > kChance)) {
      holds = false;
      fmt::print("HARDLY MOVES: {}\n", law);
    }
    return made;
  }
  std::vector<std::string> names;
  std::vector<std::array<std::uint64_t, kLevels.size()>> seen;
  std::uint64_t paths = 0;
};

double log_mean_of(const Components& components, const std::vector<std::uint64_t>& cells) {
  const Histogram histogram(cells);
  std::vector<double> terms;
  for (const auto& component : components) terms.push_back(component->log_e(histogram).value);
  return log_mean(terms, terms.size(), 0).value;
}

struct Law {
  std::string name;
  std::vector<double> probability;
  std::uint32_t paths;
};

Json null_paths_of_classes(const Law& law, std::uint32_t case_index) {
  const std::vector<std::uint64_t> schedule = look_schedule(std::uint64_t{1} << 16);
  const Engine engine({{.name = law.name, .probability = law.probability, .temperature = true}});
  const std::array<Components, 3> families = {dirichlet_multinomial(law.probability), spike(law.probability),
                                              temperature(law.probability)};
  const Sampler sampler(law.probability);
  Crossings crossings({"Dirichlet-multinomial", "spike", "temperature", "engine"});
  for (std::uint32_t path = 0; path < law.paths; ++path) {
    random::Stream stream = calibration_stream(case_index, path);
    Counts counts = engine.empty();
    std::vector<double> largest(4);
    for (const std::uint64_t upto : schedule) {
      sampler.add(counts.tables[0], upto - counts.rows, stream);
      counts.rows = upto;
      for (std::size_t f = 0; f < families.size(); ++f) {
        largest[f] = std::max(largest[f], log_mean_of(families[f], counts.tables[0]));
      }
      largest[3] = std::max(largest[3], engine.log_e(counts).lower);
    }
    crossings.add(largest);
  }
  return {{"law", law.name}, {"looks", schedule.size()}, {"crossings", crossings.report(law.name)}};
}

Json null_paths_of_uniforms(std::uint32_t paths) {
  const UniformTables tables({.coordinates = 4});
  const std::vector<CellLaw> laws = tables.laws();
  const Engine engine(laws);
  // Each kind of table as an engine of its own, and the whole.
  std::vector<Engine> alone;
  Crossings crossings({});
  for (const CellLaw& law : laws) {
    alone.emplace_back(std::vector<CellLaw>{law});
    crossings.names.push_back(law.name);
  }
  crossings.names.push_back("engine");
  crossings.seen.resize(crossings.names.size());
  const std::vector<std::uint64_t> schedule = look_schedule(4096);
  std::vector<random::UniformPair> row(4);
  for (std::uint32_t path = 0; path < paths; ++path) {
    random::Stream stream = calibration_stream(50, path);
    Counts counts = engine.empty();
    UniformTables::BlockState state;
    std::vector<double> largest(crossings.names.size());
    for (const std::uint64_t upto : schedule) {
      for (; counts.rows < upto; ++counts.rows) {
        for (random::UniformPair& u : row) u = random::uniform_pair(stream());
        tables.add(row, state, counts);
      }
      for (std::size_t t = 0; t < alone.size(); ++t) {
        const LogE found = alone[t].log_e({.tables = {counts.tables[t]}, .ratios = {}, .rows = upto});
        largest[t] = std::max(largest[t], found.lower);
      }
      largest.back() = std::max(largest.back(), engine.log_e(counts).lower);
    }
    crossings.add(largest);
  }
  return {
      {"law", "rows of four uniforms"}, {"looks", schedule.size()}, {"crossings", crossings.report("four uniforms")}};
}

// Half of the cells up, half down, by this total variation.
std::vector<double> dense(std::vector<double> p, double effect) {
  for (std::size_t k = 0; k < p.size(); ++k) p[k] *= 1 + (k % 2 == 0 ? 2 : -2) * effect;
  return p;
}

Json whole_runs(std::uint32_t runs) {
  // A run of forty checks at a raised false-alarm rate, of an effect ten times the default, so that runs are short.
  constexpr std::uint32_t checks = 40;
  constexpr double effect = 0.1;
  const Budget budget{.false_alarm_rate = 0.1, .miss_rate = 1e-2, .checks = checks};
  const std::vector<double> p(10, 0.1);
  const std::uint64_t draws = draws_needed(effect, {.cells = p.size()}, budget);
  Json made = {
      {"checks_a_run", checks}, {"declared_effect", effect}, {"draws_needed", draws}, {"truths", Json::array()}};
  for (const double truth : {0.0, 1.0, 4.0}) {
    const std::vector<double> q = dense(p, truth * effect);
    const Sampler sampler(q);
    std::uint64_t runs_refuting = 0, refuted = 0, upheld = 0, undecided = 0;
    double spent = 0;
    for (std::uint32_t run = 0; run < runs; ++run) {
      bool any = false;
      for (std::uint32_t check = 0; check < checks; ++check) {
        SequentialTest test(
            Engine({{.name = "classes", .probability = p, .temperature = true}}),
            {.budget = budget,
             .effect = effect,
             .draws = draws,
             .control_stream = {.seed = run, .purpose = random::Purpose::control, .case_index = check}});
        random::Stream stream = calibration_stream(100 + static_cast<std::uint32_t>(truth), run * checks + check);
        Counts counts = test.engine().empty();
        Decision decision = Decision::go_on;
        for (const std::uint64_t upto : test.schedule()) {
          sampler.add(counts.tables[0], upto - counts.rows, stream);
          counts.rows = upto;
          decision = test.look(counts);
          if (decision != Decision::go_on) break;
        }
        any = any || decision == Decision::refuted;
        refuted += decision == Decision::refuted ? 1 : 0;
        upheld += decision == Decision::upheld ? 1 : 0;
        undecided += decision == Decision::inconclusive ? 1 : 0;
        spent += static_cast<double>(counts.rows);
      }
      runs_refuting += any ? 1 : 0;
    }
    const std::uint64_t all = std::uint64_t{runs} * checks;
    Json entry = {{"true_effect_over_declared", truth},
                  {"refuted", refuted},
                  {"upheld", upheld},
                  {"inconclusive", undecided},
                  {"mean_draws_over_needed", spent / static_cast<double>(all) / static_cast<double>(draws)}};
    const std::string of = fmt::format("effect {:g} times the declared one: ", truth);
    if (truth == 0) {
      entry["runs_refuting"] = rate(runs_refuting, runs, budget.false_alarm_rate, "right subject: runs that refute");
      entry["not_upheld"] = rate(all - upheld, all, budget.miss_rate, "right subject: checks not upheld");
    } else {
      entry["upheld_wrongly"] = rate(upheld, all, budget.miss_rate, of + "checks that uphold");
      entry["not_refuted"] = rate(all - refuted, all, budget.miss_rate, of + "checks that do not refute");
    }
    fmt::print("{}{:.3f} of the draws needed, on average\n", of, entry["mean_draws_over_needed"].get<double>());
    made["truths"].push_back(entry);
  }
  return made;
}

// Whole or not at all: a reader never sees half a report.
void write(const std::string& file, const Json& report) {
  const std::string unfinished = file + ".unfinished";
  std::ofstream(unfinished) << report.dump(1) << '\n';
  std::filesystem::rename(unfinished, file);
}

}  // namespace
}  // namespace gumbelcheck::statistic

int main(int count, char** arguments) {
  using namespace gumbelcheck::statistic;
  bool brief = false;
  std::string file;
  for (int i = 1; i < count; ++i) {
    if (std::string_view(arguments[i]) == "--short") {
      brief = true;
    } else {
      file = arguments[i];
    }
  }
  std::vector<double> zipf;
  double sum = 0;
  for (int k = 1; k <= 32; ++k) sum += 1.0 / k;
  for (int k = 1; k <= 32; ++k) zipf.push_back(1.0 / k / sum);
  // An engine that never moves fails from 1400 paths on: .99^1400 is 1e-6.
  const std::vector<Law> laws = {{"fair coin", {0.5, 0.5}, brief ? 10000u : 1000000u},
                                 {"uniform 10", std::vector<double>(10, 0.1), brief ? 2000u : 100000u},
                                 {"Zipf 32", zipf, brief ? 1500u : 30000u}};
  Json report = {{"format", 1}, {"seed", 20240229}, {"null_paths", Json::array()}};
  for (std::uint32_t i = 0; i < laws.size(); ++i) report["null_paths"].push_back(null_paths_of_classes(laws[i], i));
  report["null_paths"].push_back(null_paths_of_uniforms(brief ? 1500 : 20000));
  report["whole_runs"] = whole_runs(brief ? 30 : 300);
  report["holds"] = holds;
  if (!file.empty()) write(file, report);
  fmt::print("{}\n", holds ? "Every rate is within its level, and the engine moves."
                           : "A rate is beyond its level, or the engine hardly moves.");
  return holds ? 0 : 1;
}
