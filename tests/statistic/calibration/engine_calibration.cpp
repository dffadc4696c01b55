// Is the engine what it says it is? On counts drawn from the law itself: how often each family of components, and
// the whole, crosses 1/alpha at any look, against alpha (Ville), and that the whole moves at all. On whole runs: how
// often a right subject is refuted or left undecided, a wrong one upheld, and after how many draws it is refuted.
//
//   engine_calibration [--short] [--paths N] [--threads N] [FILE]     writes FILE (JSON) where it is named
//
// Each component alone and each table as a whole on paths of their own: 1,000,000 unless --paths says otherwise, some
// 2,000 with --short. The file does not depend on the number of threads.
//
// Exit status 1 where a rate is beyond its level by more than chance (an exact binomial test at 1e-6 each).

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>
#include <string_view>
#include <thread>

#include "gumbelcheck/claim/concrete_pivot.hpp"
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
  void merge(const Crossings& other) {
    paths += other.paths;
    for (std::size_t f = 0; f < names.size(); ++f) {
      for (std::size_t i = 0; i < kLevels.size(); ++i) seen[f][i] += other.seen[f][i];
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

double log_mean_of(const std::vector<double>& terms) { return log_mean(terms, terms.size(), 0).value; }

// Runs of paths side by side. Sums of integers: the order does not matter.
Crossings side_by_side(std::uint32_t paths, unsigned threads, const std::vector<std::string>& names,
                       const std::function<std::vector<double>(std::uint32_t path)>& largest_of) {
  std::vector<Crossings> parts(threads, Crossings(names));
  std::vector<std::thread> running;
  for (unsigned t = 0; t < threads; ++t) {
    running.emplace_back([&, t] {
      for (std::uint32_t path = t; path < paths; path += threads) parts[t].add(largest_of(path));
    });
  }
  for (std::thread& one : running) one.join();
  for (unsigned t = 1; t < threads; ++t) parts[0].merge(parts[t]);
  return parts[0];
}

struct Extent {
  std::uint32_t paths = 0;
  unsigned threads = 1;
  std::uint64_t draws = 0;  // of a path
};

// One table, its families of components each alone, and the engine of all of them.
Json null_paths_of_table(const CellLaw& law, const Extent& extent, std::uint32_t case_index) {
  const std::vector<double>& p = law.probability;
  const bool large = p.size() > kMostCellsOfLadder;
  std::vector<std::string> names = {large ? "gamma-Poisson" : "Dirichlet-multinomial",
                                    large ? "stepped spike" : "spike"};
  std::vector<Components> families;
  if (large) {
    families = {gamma_poisson(p), stepped_spike(p)};
  } else {
    families = {dirichlet_multinomial(p), spike(p)};
  }
  const auto append = [&](const Components& components) {
    for (const auto& component : components) {
      names.push_back(component->name());
      families.push_back({component});
    }
  };
  if (law.temperature) append(temperature(p));
  if (law.cells == Cells::squares_of_two_uniforms) append(dependence(p));
  if (law.cells == Cells::shares_of_a_pair) append(log_odds_scale(p.size()));
  names.emplace_back("engine");
  const std::vector<std::uint64_t> schedule = look_schedule(extent.draws);
  const Sampler sampler(p);
  const Crossings crossings = side_by_side(extent.paths, extent.threads, names, [&](std::uint32_t path) {
    random::Stream stream = calibration_stream(case_index, path);
    std::vector<std::uint64_t> cells(p.size());
    std::uint64_t drawn = 0;
    std::vector<double> largest(names.size());
    std::vector<double> terms, all;
    for (const std::uint64_t upto : schedule) {
      sampler.add(cells, upto - drawn, stream);
      drawn = upto;
      const Histogram histogram(cells);
      all.clear();
      for (std::size_t f = 0; f < families.size(); ++f) {
        terms.clear();
        for (const auto& component : families[f]) terms.push_back(component->log_e(histogram).value);
        all.insert(all.end(), terms.begin(), terms.end());
        largest[f] = std::max(largest[f], log_mean_of(terms));
      }
      // The engine's plain average: a test holds Engine::log_e to it. Evaluating it here would double the time.
      largest.back() = std::max(largest.back(), log_mean_of(all));
    }
    return largest;
  });
  return {{"law", law.name},
          {"draws", extent.draws},
          {"looks", schedule.size()},
          {"paths", extent.paths},
          {"crossings", crossings.report(law.name)}};
}

// Rows of the Concrete distribution made from exponentials: each grid of likelihood ratios alone, and all together.
Json null_paths_of_ratios(const Extent& extent, std::uint32_t case_index) {
  const std::vector<double> p = {.5, .3, .15, .05};
  constexpr double temperature = 2;
  const claim::ConcretePivot::Options options{
      .probabilities = p,
      .temperature = temperature,
      .others = {.temperatures = {.97 * temperature, 1.03 * temperature, .8 * temperature, 1.25 * temperature},
                 .logit_factors = {.8, .97, 1.03, 1.25},
                 .classes = {0, 3},
                 .logit_shifts = {-.05, -0x1p-5, 0x1p-5, .05}}};
  const auto grid = [](std::string name) {
    return RatioLaw{.name = std::move(name), .points = std::vector<std::string>(4, "a point")};
  };
  const std::vector<RatioLaw> laws = {grid("temperature ratios"), grid("logit factor ratios"),
                                      grid("ratios of logit 0"), grid("ratios of logit 3")};
  std::vector<std::string> names;
  std::vector<Engine> alone;
  for (const RatioLaw& law : laws) {
    names.push_back(law.name);
    alone.emplace_back(std::vector<CellLaw>{}, std::vector<RatioLaw>{law});
  }
  names.emplace_back("engine");
  const Engine engine({}, laws);
  const std::vector<std::uint64_t> schedule = look_schedule(extent.draws);
  const Crossings crossings = side_by_side(extent.paths, extent.threads, names, [&](std::uint32_t path) {
    random::Stream stream = calibration_stream(case_index, path);
    claim::ConcretePivot pivot(options);
    Counts counts = engine.empty();
    std::vector<double> largest(names.size());
    std::vector<double> log_sample(p.size());
    for (const std::uint64_t upto : schedule) {
      for (; counts.rows < upto; ++counts.rows) {
        for (std::size_t k = 0; k < p.size(); ++k) {
          const double exponential = -std::log(random::uniform_pair(stream()).lower);
          log_sample[k] = (std::log(p[k]) - std::log(exponential)) / temperature;
        }
        const auto row = pivot.from_log_sample(log_sample, stream);  // nothing is censored: it draws no word
        const double* log_ratio = row.log_ratios.data();
        for (std::vector<std::int64_t>& sums : counts.ratios) {
          for (std::int64_t& sum : sums) sum += ratio_units(*log_ratio++);
        }
      }
      for (std::size_t r = 0; r < alone.size(); ++r) {
        const LogE found = alone[r].log_e({.tables = {}, .ratios = {counts.ratios[r]}, .rows = upto});
        largest[r] = std::max(largest[r], found.lower);
      }
      largest.back() = std::max(largest.back(), engine.log_e(counts).lower);
    }
    return largest;
  });
  return {{"law", "four classes at temperature 2"},
          {"draws", extent.draws},
          {"looks", schedule.size()},
          {"paths", extent.paths},
          {"crossings", crossings.report("Concrete")}};
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

Json whole_runs(const std::string& name, const std::vector<double>& p, std::uint32_t runs, std::uint32_t case_index) {
  // A run of forty checks at a raised false-alarm rate, of an effect ten times the default, so that runs are short.
  constexpr std::uint32_t checks = 40;
  constexpr double effect = 0.1;
  const Budget budget{.false_alarm_rate = 0.1, .miss_rate = 1e-2, .checks = checks};
  const std::uint64_t draws = draws_needed(effect, {.cells = p.size()}, budget);
  Json made = {{"law", name},
               {"checks_a_run", checks},
               {"declared_effect", effect},
               {"draws_needed", draws},
               {"truths", Json::array()}};
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
        random::Stream stream =
            calibration_stream(case_index + static_cast<std::uint32_t>(truth), run * checks + check);
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
    const std::string of = fmt::format("{}, {:g} times the effect: ", name, truth);
    if (truth == 0) {
      entry["runs_refuting"] = rate(runs_refuting, runs, budget.false_alarm_rate, of + "runs that refute");
      entry["not_upheld"] = rate(all - upheld, all, budget.miss_rate, of + "checks not upheld");
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
  std::uint32_t paths = 0;
  unsigned threads = std::max(1u, std::thread::hardware_concurrency());
  std::string file;
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--short") {
      brief = true;
    } else if (argument == "--paths" && i + 1 < count) {
      paths = static_cast<std::uint32_t>(std::stoul(arguments[++i]));
    } else if (argument == "--threads" && i + 1 < count) {
      threads = std::max(1u, static_cast<unsigned>(std::stoul(arguments[++i])));
    } else {
      file = argument;
    }
  }
  std::vector<double> zipf;
  double sum = 0;
  for (int k = 1; k <= 32; ++k) sum += 1.0 / k;
  for (int k = 1; k <= 32; ++k) zipf.push_back(1.0 / k / sum);
  const std::vector<double> ten(10, 0.1);
  std::vector<CellLaw> laws = {{.name = "fair coin", .probability = {0.5, 0.5}, .temperature = true},
                               {.name = "uniform 10", .probability = ten, .temperature = true},
                               {.name = "Zipf 32", .probability = zipf, .temperature = true}};
  // One of each kind that uniforms are counted in: bins, a tail, pairs.
  const std::vector<CellLaw> of_uniforms = UniformTables({.coordinates = 2, .tail_bits_at_one = 0}).laws();
  for (const std::size_t t : {0u, 2u, 3u}) laws.push_back(of_uniforms[t]);
  laws.push_back(
      {.name = "shares of a pair", .probability = std::vector<double>(32, 1. / 32), .cells = Cells::shares_of_a_pair});
  // An engine that never moves fails from 1400 paths on: .99^1400 is 1e-6.
  Extent extent{.paths = paths > 0 ? paths
                         : brief   ? 1500u
                                   : 1000000u,
                .threads = threads,
                .draws = brief ? std::uint64_t{1} << 10 : std::uint64_t{1} << 14};
  // Above the cells of the ladder, mixtures that look at the cells that were hit: classes of two sizes, so that a
  // million paths can be had; and a law of forty sizes on fewer.
  constexpr std::size_t kTwoSizes = 320;
  std::vector<double> two_sizes(kTwoSizes, 2. / (3 * kTwoSizes));
  for (std::size_t k = 0; k < kTwoSizes / 2; ++k) two_sizes[k] *= 2;
  std::vector<double> many;
  for (int k = 1; k <= 400; ++k) many.push_back(1.0 / k);
  const double harmonic = std::accumulate(many.begin(), many.end(), 0.0);
  for (double& p : many) p /= harmonic;
  Json report = {{"format", 2}, {"seed", 20240229}, {"null_paths", Json::array()}};
  std::uint32_t case_index = 0;
  for (const CellLaw& law : laws) {
    report["null_paths"].push_back(null_paths_of_table(law, extent, case_index++));
    std::fflush(stdout);  // a run takes an hour: whoever waits sees how far it is
  }
  extent.draws = brief ? 256 : 2048;
  report["null_paths"].push_back(
      null_paths_of_table({.name = "320 classes of two sizes", .probability = two_sizes}, extent, case_index++));
  const Extent fewer{.paths = std::min(extent.paths, 50000u), .threads = extent.threads, .draws = extent.draws};
  report["null_paths"].push_back(
      null_paths_of_table({.name = "Zipf 400", .probability = many, .temperature = true}, fewer, case_index++));
  std::fflush(stdout);
  report["null_paths"].push_back(null_paths_of_ratios(extent, case_index++));
  std::fflush(stdout);
  report["null_paths"].push_back(null_paths_of_uniforms(brief ? 1500 : std::min(extent.paths, 20000u)));
  report["whole_runs"] = Json::array();
  const std::uint32_t runs = brief ? 10 : 300;
  report["whole_runs"].push_back(whole_runs("uniform 10", ten, brief ? 30 : runs, 100));
  report["whole_runs"].push_back(whole_runs("fair coin", {0.5, 0.5}, runs, 110));
  report["whole_runs"].push_back(whole_runs("uniform 64", std::vector<double>(64, 1. / 64), runs, 120));
  report["holds"] = holds;
  if (!file.empty()) write(file, report);
  fmt::print("{}\n", holds ? "Every rate is within its level, and the engine moves."
                           : "A rate is beyond its level, or the engine hardly moves.");
  return holds ? 0 : 1;
}
