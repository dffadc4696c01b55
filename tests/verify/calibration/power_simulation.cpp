// Does `gumbelcheck plan` tell the truth? For every claim that counts decide: the tables of its default cases, the
// draws that the plan asks for at the declared effect, and counts simulated from laws that are off by exactly that
// much, in several directions; and from the law itself.
//
//   power_simulation [--paths N] [--claims GLOB] [--most-cells N] [--share X] [FILE]
//
// The miss rate is raised to 1e-2, so that misses can be counted. A path is missed when it ends `upheld`. Exit status 1
// where the 99% interval of a frequency lies above its rate: of missed paths, of paths that are not refuted, of right
// paths that are not upheld; or where a right path is refuted (allowed: 1e-12).
//
// `--share .5` takes half the draws that the plan asks for: then it must not hold.
//
// Tables are simulated independently of one another, and only one of them is off: the others argue for the law.

#include <fmt/format.h>
#include <fnmatch.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/random/uniform.hpp"
#include "gumbelcheck/statistic/power.hpp"
#include "gumbelcheck/subject/reference.hpp"
#include "statistic/simulation.hpp"
#include "verify/calibration/planted_effect.hpp"
#include "verify/calibration/within_paths.hpp"

namespace {

using namespace gumbelcheck;
using Json = nlohmann::ordered_json;
using calibration::half_the_mass;
using calibration::moved;
using statistic::Decision;

constexpr double kMissRate = 1e-2;
constexpr std::uint64_t kChecks = 1000;  // alpha is 1e-12, as in a run of the whole battery

struct Direction {
  std::string name;
  std::vector<double> law;
};

std::vector<Direction> directions(const std::vector<double>& p, double effect, random::Stream& stream) {
  std::vector<double> signs(p.size()), heavy(p.size(), 0), tilt(p.size());
  double before = 0;
  for (std::size_t k = 0; k < p.size(); ++k) {
    signs[k] = 2 * random::uniform_pair(stream()).lower - 1;
    signs[k] += signs[k] > 0 ? 1 : -1;  // between 1 and 2 in size
    tilt[k] = before + p[k] / 2;
    before += p[k];
  }
  heavy[static_cast<std::size_t>(std::ranges::max_element(p) - p.begin())] = 1;
  std::vector<Direction> made = {{"half the mass", moved(p, half_the_mass(p), effect)},
                                 {"random signs", moved(p, signs, effect)},
                                 {"one heavy cell up", moved(p, heavy, effect)},
                                 {"smooth tilt", moved(p, tilt, effect)}};
  std::erase_if(made, [](const Direction& direction) { return direction.law.empty(); });
  return made;
}

struct Seen {
  std::uint64_t paths = 0, upheld = 0, refuted = 0, inconclusive = 0;
  double share_of_draws = 0;
};

Seen paths_of(const claim::WouldCount& counted, double effect, std::uint64_t draws, std::uint64_t paths,
              const std::vector<std::vector<double>>& laws, std::uint32_t number) {
  Seen seen{.paths = paths};
  std::vector<statistic::Sampler> samplers;
  for (const std::vector<double>& law : laws) samplers.emplace_back(law);
  const statistic::Budget budget = counted.budget;
  for (std::uint32_t path = 0; path < paths; ++path) {
    statistic::SequentialTest test(
        counted.engine,
        {.budget = budget,
         .effect = effect,
         .draws = draws,
         .control_stream = {
             .seed = 20240229, .purpose = random::Purpose::control, .case_index = number, .block = path}});
    random::Stream stream = statistic::calibration_stream(number, path);
    statistic::Counts counts = test.engine().empty();
    std::vector<std::uint64_t> entries(laws.size());
    Decision decision = Decision::go_on;
    for (const std::uint64_t look : test.schedule()) {
      for (std::size_t t = 0; t < laws.size(); ++t) {
        const statistic::CellLaw& law = counted.engine.laws()[t];
        const std::uint64_t upto = look / law.rows_per_draw * law.entries_per_draw;
        samplers[t].add(counts.tables[t], upto - entries[t], stream);
        entries[t] = upto;
      }
      counts.rows = look;
      decision = test.look(counts);
      if (decision != Decision::go_on) break;
    }
    seen.upheld += decision == Decision::upheld ? 1 : 0;
    seen.refuted += decision == Decision::refuted ? 1 : 0;
    seen.inconclusive += decision == Decision::inconclusive ? 1 : 0;
    seen.share_of_draws += static_cast<double>(counts.rows) / static_cast<double>(draws) / static_cast<double>(paths);
  }
  return seen;
}

// Clopper and Pearson, 99%.
std::pair<double, double> interval(std::uint64_t seen, std::uint64_t of) {
  using boost::math::binomial_distribution;
  const double n = static_cast<double>(of);
  const double successes = static_cast<double>(seen);
  return {seen == 0 ? 0 : binomial_distribution<>::find_lower_bound_on_p(n, successes, .005),
          seen == of ? 1 : binomial_distribution<>::find_upper_bound_on_p(n, successes, .005)};
}

bool holds = true;

Json rate(std::uint64_t seen, std::uint64_t of, const std::string& what) {
  const auto [low, high] = interval(seen, of);
  if (low > kMissRate) {
    holds = false;
    fmt::print("TOO OFTEN: {}, {} of {}\n", what, seen, of);
  }
  return {{"seen", seen}, {"of", of}, {"interval_99", {low, high}}};
}

// Tables that may be off: of those that bound what is upheld, the weakest, and the one with the fewest cells.
std::vector<std::size_t> planted_tables(const statistic::Engine& engine, double effect,
                                        const statistic::Budget& budget) {
  const std::vector<statistic::TableShape> shapes = statistic::table_shapes(engine);
  std::size_t fewest = statistic::check_needs(effect, engine, budget).table;
  std::vector<std::size_t> tables = {fewest};
  for (std::size_t t = 0; t < shapes.size(); ++t) {
    if (shapes[t].bounded && shapes[t].cells >= 2 && shapes[t].cells < shapes[fewest].cells) fewest = t;
  }
  if (fewest != tables.front()) tables.push_back(fewest);
  return tables;
}

std::size_t cells_of(const statistic::Engine& engine) {
  std::size_t cells = 0;
  for (const statistic::CellLaw& law : engine.laws()) cells += law.probability.size();
  return cells;
}

Json simulate(const claim::Claim& claim, const claim::Case& tried, const claim::WouldCount& counted,
              std::uint64_t most_paths, double share, std::uint32_t& number) {
  const statistic::Engine& engine = counted.engine;
  const auto draws = static_cast<std::uint64_t>(
      share * static_cast<double>(statistic::check_needs(tried.effect, engine, counted.budget).draws));
  std::vector<std::vector<double>> right;
  for (const statistic::CellLaw& law : engine.laws()) right.push_back(law.probability);
  const std::size_t cells = cells_of(engine);
  // A look costs so much a cell, and intervals are as wide as they are.
  const std::uint64_t paths = std::min<std::uint64_t>(std::max<std::uint64_t>(400'000 / cells, 16), most_paths);
  const std::string name = fmt::format("{} ({})", claim.sheet.id, tried.label);
  Json made = {{"claim", claim.sheet.id},      {"case", tried.label},
               {"tables", right.size()},       {"cells", cells},
               {"effect", tried.effect},       {"draws_needed", draws},
               {"draws_planned", tried.draws}, {"directions", Json::array()}};
  const Seen null = paths_of(counted, tried.effect, draws, paths, right, number++);
  made["right"] = {{"refuted", null.refuted},
                   {"not_upheld", rate(paths - null.upheld, paths, name + ": right, not upheld")},
                   {"share_of_draws", null.share_of_draws}};
  if (null.refuted > 0) {
    holds = false;
    fmt::print("REFUTED: {}, right, {} of {}\n", name, null.refuted, paths);
  }
  fmt::print("{:<70.70} {:>9} draws: right {:>4} of {:>4} upheld", name, draws, null.upheld, paths);
  for (const std::size_t t : planted_tables(engine, tried.effect, counted.budget)) {
    random::Stream stream = statistic::calibration_stream(number, 1u << 30);
    for (Direction& direction : directions(right[t], tried.effect, stream)) {
      std::vector<std::vector<double>> wrong = right;
      wrong[t] = std::move(direction.law);
      const Seen seen = paths_of(counted, tried.effect, draws, paths, wrong, number++);
      const std::string what = fmt::format("{}: {} in {}", name, direction.name, engine.laws()[t].name);
      made["directions"].push_back({{"table", engine.laws()[t].name},
                                    {"direction", direction.name},
                                    {"missed", rate(seen.upheld, paths, what + ", upheld")},
                                    {"not_refuted", rate(paths - seen.refuted, paths, what + ", not refuted")},
                                    {"share_of_draws", seen.share_of_draws}});
      fmt::print("; {:.2f}", seen.share_of_draws);
    }
  }
  fmt::print("\n");
  std::fflush(stdout);
  return made;
}

// What is held to a law within a tolerance: classes in half precision. The draws are those of which the test says that
// they see the effect; a law at the very edge of the tolerance must not be refuted, one beyond it by the effect must.
Json simulate_within(const calibration::WithinQuestion& asked, std::uint64_t paths, double share,
                     std::uint32_t& number) {
  const auto draws = static_cast<std::uint64_t>(share * static_cast<double>(calibration::within_draws(asked)));
  const char* scale = asked.allowance.scale == statistic::Scale::log_odds ? "log odds" : "log probabilities";
  const std::string name = fmt::format("{} classes within {:g} on {}", asked.law.size(), asked.allowance.size, scale);
  const auto of = [&](const std::vector<double>& truth) {
    return calibration::within_paths(asked, truth, draws, paths, number++);
  };
  const calibration::WithinSeen right = of(asked.law);
  const calibration::WithinSeen edge = of(calibration::at_the_edge(asked, 0));
  const calibration::WithinSeen beyond = of(calibration::at_the_edge(asked, asked.effect));
  if (right.refuted + edge.refuted > 0) {
    holds = false;
    fmt::print("REFUTED: {}, right {} and at the edge {} of {}\n", name, right.refuted, edge.refuted, paths);
  }
  fmt::print("{:<70.70} {:>9} draws: right {} upheld, edge {} upheld, beyond {} refuted, of {}\n", name, draws,
             right.upheld, edge.upheld, beyond.refuted, paths);
  return {
      {"classes", asked.law.size()},
      {"scale", scale},
      {"tolerance", asked.allowance.size},
      {"effect", asked.effect},
      {"draws", draws},
      {"right", {{"refuted", right.refuted}, {"not_upheld", rate(paths - right.upheld, paths, name + ": right")}}},
      {"edge", {{"refuted", edge.refuted}, {"not_upheld", rate(paths - edge.upheld, paths, name + ": at the edge")}}},
      {"beyond",
       {{"missed", rate(beyond.upheld, paths, name + ": beyond, upheld")},
        {"not_refuted", rate(paths - beyond.refuted, paths, name + ": beyond, not refuted")}}}};
}

// Cases that count alike need one simulation: same tables of the same sizes, same effect.
std::string shape_of(const claim::WouldCount& counted, double effect) {
  std::string text = fmt::format("{} {}", effect, counted.budget.alpha_per_check());
  for (const statistic::CellLaw& law : counted.engine.laws()) {
    text += fmt::format(" {}/{}/{}", law.probability.size(), law.entries_per_draw, law.bounded);
  }
  return text;
}

}  // namespace

int main(int count, char** arguments) {
  std::uint64_t paths = 600;
  std::size_t most_cells = std::numeric_limits<std::size_t>::max();
  double share = 1;
  std::string claims = "*", file;
  CLI::App program{
      "At the draws that a plan asks for: are effects of the declared size found, and right subjects upheld?"};
  program.add_option("--paths", paths, "of each direction at most")->check(CLI::PositiveNumber)->capture_default_str();
  program.add_option("--claims", claims, "a glob; `within` stands for what is held to a law within a tolerance")
      ->capture_default_str();
  program.add_option("--most-cells", most_cells, "of all tables of a check; larger ones are left out");
  program.add_option("--share", share, "of the draws that the plan asks for")->check(CLI::PositiveNumber);
  program.add_option("FILE", file, "where the report goes");
  CLI11_PARSE(program, count, arguments);

  const statistic::Budget budget{.miss_rate = kMissRate, .checks = kChecks};
  const subject::Description description = subject::Reference().describe();
  Json report = {{"format", 1},
                 {"seed", 20240229},
                 {"miss_rate", kMissRate},
                 {"paths", paths},
                 {"alpha_per_check", budget.alpha_per_check()},
                 {"cases", Json::array()}};
  std::uint32_t number = 1000;
  for (const claim::Claim& claim : claim::catalogue()) {
    if (fnmatch(claims.c_str(), claim.sheet.id.c_str(), 0) != 0) continue;
    std::set<std::string> known;
    for (const claim::Case& tried : claim.cases(description, {})) {
      if (tried.effect == 0) continue;
      const auto counted = claim::what_is_counted(claim, tried, description, budget);
      if (!counted || cells_of(counted->engine) > most_cells || !known.insert(shape_of(*counted, tried.effect)).second)
        continue;
      report["cases"].push_back(simulate(claim, tried, *counted, paths, share, number));
    }
  }
  report["within"] = Json::array();
  for (const auto& [scale, size] : {std::pair{statistic::Scale::log_odds, .25},
                                    {statistic::Scale::log_odds, 1.0 / 32},
                                    {statistic::Scale::log_probability, .1}}) {
    for (const std::size_t classes : {3u, 10u, 64u}) {
      if (fnmatch(claims.c_str(), "within", 0) != 0 || classes > most_cells) continue;
      std::vector<double> law(classes);
      for (std::size_t k = 0; k < classes; ++k) law[k] = 1.0 / static_cast<double>(k + 2);
      const double sum = std::accumulate(law.begin(), law.end(), 0.0);
      for (double& p : law) p /= sum;
      report["within"].push_back(simulate_within({law, {scale, size}, .01, budget}, paths, share, number));
    }
  }
  holds = holds && !(report["cases"].empty() && report["within"].empty());
  report["holds"] = holds;
  if (!file.empty()) {
    std::ofstream(file + ".unfinished") << report.dump(1) << '\n';
    std::filesystem::rename(file + ".unfinished", file);
  }
  fmt::print("{}\n", holds ? "The plan holds." : "The plan does not hold.");
  return holds ? 0 : 1;
}
