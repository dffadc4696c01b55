// Draws against effect: what the plan asks for, and what simulated counts took. Even classes, and the tables of the
// Concrete pivot.
//
//   power_curves [--paths N] [--most-cells N] [--markdown FILE] [FILE]
//
// Effects have exactly the total variation named. Up to 300 classes: half of the mass up, half down, the direction that
// is seen last. Above, where the bound is held on groups: "blocks" moves mass from the second half of the ids to the
// first, "classes" from every second class to its neighbour, which no group of neighbours sees and which is only
// refuted, never bounded.
//
// Exit status 1 where a right path is not upheld, or a wrong one not refuted: at a miss rate of 1e-6 neither is seen.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "gumbelcheck/claim/class_tables.hpp"
#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/report/text.hpp"
#include "gumbelcheck/statistic/power.hpp"
#include "gumbelcheck/subject/reference.hpp"
#include "statistic/simulation.hpp"
#include "verify/calibration/planted_effect.hpp"

namespace {

using namespace gumbelcheck;
using Json = nlohmann::ordered_json;
using statistic::Decision;

const statistic::Budget kBudget{.checks = 1000};
constexpr double kEffects[] = {.002, .005, .01, .02, .05, .1};

// Tables filled from tables: entry k of a drawn table is counted in cell[t][k] of table t.
struct Source {
  std::vector<double> law;
  std::vector<std::vector<std::size_t>> cells;  // [table][entry]; empty: the table is filled from another source
  std::size_t entries_per_draw = 1;
  std::size_t rows_per_draw = 1;
};

struct Setup {
  std::string name;
  statistic::Engine engine;
  std::vector<Source> sources;  // under the claim
  std::size_t planted = 0;      // the source that is off
};

Setup classes_setup(std::size_t classes) {
  const std::vector<double> law(classes, 1.0 / static_cast<double>(classes));
  const claim::ClassTables tables(law, "classes");
  Setup setup{.name = fmt::format("{} classes", classes), .engine = statistic::Engine(tables.laws()), .sources = {}};
  Source source{.law = law, .cells = {}};
  source.cells.resize(tables.laws().size());
  // Where each class is counted, whatever tables there are: in the one cell of each that it raises.
  statistic::Counts counts = setup.engine.empty();
  std::vector<std::vector<std::uint64_t>> seen = counts.tables;
  for (std::size_t k = 0; k < classes; ++k) {
    tables.add(k, counts, 0);
    for (std::size_t t = 0; t < counts.tables.size(); ++t) {
      std::size_t cell = t == 0 ? k : 0;
      while (counts.tables[t][cell] == seen[t][cell]) ++cell;
      seen[t][cell] = counts.tables[t][cell];
      source.cells[t].push_back(cell);
    }
  }
  setup.sources.push_back(std::move(source));
  return setup;
}

// Every table by itself, as if drawn apart.
Setup concrete_setup() {
  const claim::Claim& claim = *claim::find("concrete/law");
  const subject::Description description = subject::Reference().describe();
  const claim::Case tried = claim.cases(description, {}).front();
  const claim::WouldCount counted = *claim::what_is_counted(claim, tried, description, kBudget);
  Setup setup{.name = fmt::format("Concrete pivot ({})", tried.label), .engine = counted.engine, .sources = {}};
  const auto& laws = counted.engine.laws();
  for (std::size_t t = 0; t < laws.size(); ++t) {
    Source source{.law = laws[t].probability,
                  .cells = std::vector<std::vector<std::size_t>>(laws.size()),
                  .entries_per_draw = laws[t].entries_per_draw,
                  .rows_per_draw = laws[t].rows_per_draw};
    source.cells[t].resize(laws[t].probability.size());
    std::iota(source.cells[t].begin(), source.cells[t].end(), std::size_t{0});
    setup.sources.push_back(std::move(source));
  }
  setup.planted = statistic::check_needs(.01, counted.engine, kBudget).table;
  return setup;
}

struct Seen {
  std::uint64_t paths = 0, refuted = 0, upheld = 0;
  std::vector<std::uint64_t> draws;  // at the decision that was due
  Json json() const {
    std::vector<std::uint64_t> sorted = draws;
    std::ranges::sort(sorted);
    Json made = {{"paths", paths}, {"refuted", refuted}, {"upheld", upheld}};
    if (!sorted.empty()) made["median_draws"] = sorted[sorted.size() / 2];
    return made;
  }
};

Seen simulate(const Setup& setup, const std::vector<double>& law, double effect, std::uint64_t draws,
              std::uint64_t paths, Decision due, std::uint32_t number) {
  Seen seen{.paths = paths, .draws = {}};
  std::vector<statistic::Sampler> samplers;
  for (std::size_t s = 0; s < setup.sources.size(); ++s) {
    samplers.emplace_back(s == setup.planted ? law : setup.sources[s].law);
  }
  for (std::uint32_t path = 0; path < paths; ++path) {
    statistic::SequentialTest test(
        setup.engine,
        {.budget = kBudget,
         .effect = effect,
         .draws = draws,
         .control_stream = {
             .seed = 20240301, .purpose = random::Purpose::control, .case_index = number, .block = path}});
    random::Stream stream = statistic::calibration_stream(number, path);
    statistic::Counts counts = test.engine().empty();
    std::vector<std::vector<std::uint64_t>> entries;
    for (const Source& source : setup.sources) entries.emplace_back(source.law.size());
    std::vector<std::uint64_t> drawn(setup.sources.size());
    Decision decision = Decision::go_on;
    for (const std::uint64_t look : test.schedule()) {
      for (std::size_t s = 0; s < setup.sources.size(); ++s) {
        const Source& source = setup.sources[s];
        const std::uint64_t upto = look / source.rows_per_draw * source.entries_per_draw;
        samplers[s].add(entries[s], upto - drawn[s], stream);
        drawn[s] = upto;
        for (std::size_t t = 0; t < source.cells.size(); ++t) {
          if (source.cells[t].empty()) continue;
          std::ranges::fill(counts.tables[t], 0);
          for (std::size_t k = 0; k < entries[s].size(); ++k) counts.tables[t][source.cells[t][k]] += entries[s][k];
        }
      }
      counts.rows = look;
      decision = test.look(counts);
      if (decision != Decision::go_on) break;
    }
    seen.refuted += decision == Decision::refuted ? 1 : 0;
    seen.upheld += decision == Decision::upheld ? 1 : 0;
    if (decision == due) seen.draws.push_back(counts.rows);
  }
  return seen;
}

struct Direction {
  std::string name;
  std::vector<double> law;
  bool bounded;
};

std::vector<Direction> directions(const Setup& setup, double effect) {
  const std::vector<double>& law = setup.sources[setup.planted].law;
  if (law.size() <= claim::kMostBoundedClasses) {
    return {{"half the mass", calibration::moved(law, calibration::half_the_mass(law), effect), true}};
  }
  std::vector<double> blocks(law.size()), classes(law.size());
  for (std::size_t k = 0; k < law.size(); ++k) {
    blocks[k] = k < law.size() / 2 ? 1 : -1;
    classes[k] = k % 2 == 0 ? 1 : -1;
  }
  return {{"blocks", calibration::moved(law, blocks, effect), true},
          {"classes", calibration::moved(law, classes, effect), false}};
}

void write(const std::string& file, const std::string& text) {
  std::ofstream(file + ".unfinished") << text;
  std::filesystem::rename(file + ".unfinished", file);
}

}  // namespace

int main(int count, char** arguments) {
  std::uint64_t most_paths = 100;
  std::size_t most_cells = std::size_t{1} << 20;
  std::string file, markdown;
  CLI::App program{"Draws against effect: planned and simulated."};
  program.add_option("--paths", most_paths, "of each point at most")->check(CLI::PositiveNumber);
  program.add_option("--most-cells", most_cells, "of all tables; larger laws are left out");
  program.add_option("--markdown", markdown, "where the table goes");
  program.add_option("FILE", file, "where the report goes");
  CLI11_PARSE(program, count, arguments);

  std::vector<Setup> setups;
  for (const std::size_t classes : {2, 10, 32, 100, 1000, 131072}) setups.push_back(classes_setup(classes));
  setups.push_back(concrete_setup());
  Json report = {{"format", 1},
                 {"false_alarm_rate", kBudget.false_alarm_rate},
                 {"miss_rate", kBudget.miss_rate},
                 {"alpha_per_check", kBudget.alpha_per_check()},
                 {"points", Json::array()}};
  std::string table =
      "# Draws against effect\n\n"
      "Made by `power_curves` (see [README](README.md), which says what the columns mean).\n\n"
      "| law | effect | where | draws planned | right: upheld | after (median) | wrong: refuted | after (median) |\n"
      "|---|---|---|---|---|---|---|---|\n";
  std::uint32_t number = 5000;
  bool holds = true;
  for (const Setup& setup : setups) {
    std::size_t cells = 0;
    for (const statistic::CellLaw& law : setup.engine.laws()) cells += law.probability.size();
    if (cells > most_cells) continue;
    const std::uint64_t paths = std::min<std::uint64_t>(std::max<std::uint64_t>(100'000 / cells, 5), most_paths);
    for (const double effect : kEffects) {
      // A table of many cells asks for minutes a path at the smallest effects.
      if (cells > 10'000 && effect < .02) continue;
      const std::uint64_t needed = statistic::check_needs(effect, setup.engine, kBudget).draws;
      const Seen right =
          simulate(setup, setup.sources[setup.planted].law, effect, needed, paths, Decision::upheld, number++);
      for (const Direction& direction : directions(setup, effect)) {
        std::uint64_t draws = needed;
        if (!direction.bounded) {
          draws = statistic::draws_needed(effect, statistic::table_shapes(setup.engine).front(), kBudget);
        }
        // Groups that do not see it would uphold it: an effect too small to be upheld leaves E alone to decide.
        const Seen wrong = simulate(setup, direction.law, direction.bounded ? effect : 1e-6, draws, paths,
                                    Decision::refuted, number++);
        holds = holds && right.upheld == paths && wrong.refuted == paths;
        report["points"].push_back({{"law", setup.name},
                                    {"effect", effect},
                                    {"direction", direction.name},
                                    {"draws_planned", draws},
                                    {"right", right.json()},
                                    {"wrong", wrong.json()}});
        const auto median = [](const Json& seen) {
          return seen.contains("median_draws") ? report::grouped(seen["median_draws"].get<std::uint64_t>()) : "-";
        };
        table += fmt::format("| {} | {} | {} | {} | {} of {} | {} | {} of {} | {} |\n", setup.name, effect,
                             direction.name, report::grouped(draws), right.upheld, paths, median(right.json()),
                             wrong.refuted, paths, median(wrong.json()));
        fmt::print("{} {} {}: planned {}, right {}, wrong {}\n", setup.name, effect, direction.name, draws,
                   right.json().dump(), wrong.json().dump());
        std::fflush(stdout);
      }
    }
  }
  report["holds"] = holds;
  if (!file.empty()) write(file, report.dump(1) + "\n");
  if (!markdown.empty()) write(markdown, table);
  return holds ? 0 : 1;
}
