// Whole runs on the built-in implementation over many seeds: how often does a run on a right subject refute?
//
//   null_runs [--seeds N] [--draws N] [--effect X] [--first-seed N] [FILE]
//
// At a run-wide false-alarm rate of 1e-9 nothing may be refuted. At a raised rate of .1 (with a miss rate of .01, so that
// runs are short) the share of refuting runs must have a 99% interval that contains or lies below .1; of the checks that
// could end `upheld`, the share that does not must be .01 or less, by the same interval. And E must cross 10 on at least
// one null path in a hundred (the 99% interval of that share contains or lies above .01): an engine that never moves
// would pass everything. The declared effect is ten times the default one, so that runs are short. Every claim is tried
// at 1e-9; claims into which chance does not enter, whose verdict no rate touches, on every tenth seed only. At .1 the
// claims that chance enters are tried again.
//
// Writes what it found to FILE as JSON where one is named. Exit status 0 when all of it holds.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "gumbelcheck/verify/verify.hpp"

namespace {

using namespace gumbelcheck;

constexpr double kStrict = 1e-9;
constexpr double kLoose = .1;
constexpr double kLooseMisses = .01;
constexpr std::uint64_t kExactEvery = 10;
constexpr double kLeastShareCrossing = .01;

// Chance enters a claim where a check of it carries evidence.
std::vector<std::string> claims_of_chance(const claim::RunRecord& record) {
  std::vector<std::string> ids;
  for (const claim::ClaimResult& claim : record.claims) {
    if (std::ranges::any_of(claim.checks, [](const auto& check) { return check.evidence.has_value(); })) {
      ids.push_back(claim.sheet.id);
    }
  }
  return ids;
}

struct Tally {
  std::uint64_t runs = 0, checks = 0, refuting_runs = 0, paths = 0, crossings = 0, decidable = 0, not_upheld = 0;
  double largest_log_e = 0;

  void add(const claim::RunRecord& record) {
    ++runs;
    refuting_runs += claim::overall(record) == claim::Verdict::refuted ? 1 : 0;
    for (const claim::ClaimResult& claim : record.claims) {
      for (const claim::CheckResult& check : claim.checks) {
        ++checks;
        if (check.verdict == claim::Verdict::refuted || check.verdict == claim::Verdict::broken) {
          fmt::print(stderr, "seed {}: {} ({}) is {} at {}: {}\n", record.seed, claim.sheet.id, check.tried.label,
                     claim::name(check.verdict), record.budget.false_alarm_rate, check.finding);
        }
        if (!check.evidence || check.evidence->looks < 2) continue;  // a check that looks once has no path
        // What the case's own draws cannot decide at this effect is no miss.
        if (check.evidence->smallest_detectable_effect <= check.evidence->declared_effect) {
          ++decidable;
          not_upheld += check.verdict == claim::Verdict::upheld ? 0 : 1;
        }
        ++paths;
        crossings += check.evidence->largest_log_e >= std::log(10.0) ? 1 : 0;
        largest_log_e = std::max(largest_log_e, check.evidence->largest_log_e);
      }
    }
  }

  nlohmann::ordered_json json(double rate) const {
    return {{"false_alarm_rate", rate},
            {"runs", runs},
            {"checks", checks},
            {"refuting_runs", refuting_runs},
            {"checks_that_could_be_upheld", decidable},
            {"of_them_not_upheld", not_upheld},
            {"null_paths", paths},
            {"paths_crossing_10", crossings},
            {"largest_e", std::exp(largest_log_e)}};
  }
};

// Clopper and Pearson, 99%.
std::pair<double, double> interval(std::uint64_t seen, std::uint64_t of) {
  using boost::math::binomial_distribution;
  if (of == 0) return {0, 1};
  const double n = static_cast<double>(of);
  const double successes = static_cast<double>(seen);
  return {seen == 0 ? 0 : binomial_distribution<>::find_lower_bound_on_p(n, successes, .005),
          seen == of ? 1 : binomial_distribution<>::find_upper_bound_on_p(n, successes, .005)};
}

void write(const std::string& file, const nlohmann::ordered_json& report) {
  const std::string unfinished = file + ".unfinished";
  std::ofstream(unfinished) << report.dump(1) << '\n';
  std::filesystem::rename(unfinished, file);
}

}  // namespace

int main(int count, char** arguments) {
  std::uint64_t seeds = 300, draws = 65536, first = 1;
  double effect = .1;
  std::string file;
  CLI::App program{"Whole runs on the built-in implementation: how often does a right subject refute?"};
  program.add_option("--seeds", seeds, "runs at each rate")->check(CLI::PositiveNumber)->capture_default_str();
  program.add_option("--draws", draws, "of each check that chance enters")
      ->check(CLI::Range(2, 1 << 30))
      ->capture_default_str();
  program.add_option("--effect", effect, "declared by each check that chance enters")
      ->check(CLI::Range(1e-4, .9))
      ->capture_default_str();
  program.add_option("--first-seed", first, "the others follow")->capture_default_str();
  program.add_option("FILE", file, "where the report goes");
  CLI11_PARSE(program, count, arguments);

  const verify::SubjectSource reference = verify::subject_source("reference");
  Tally strict, loose;
  std::vector<std::string> of_chance;
  for (std::uint64_t i = 0; i < seeds; ++i) {
    verify::Settings settings;
    settings.request.seed = first + i;
    settings.request.draws = draws;
    settings.request.effect = effect;
    settings.threads = 1;
    settings.false_alarm_rate = kStrict;
    if (i % kExactEvery != 0) settings.claims = of_chance;
    const claim::RunRecord record = verify::run(settings, reference);
    if (i == 0) of_chance = claims_of_chance(record);
    strict.add(record);
    settings.false_alarm_rate = kLoose;
    settings.miss_rate = kLooseMisses;
    settings.claims = of_chance;
    loose.add(verify::run(settings, reference));
  }

  const auto [low, high] = interval(loose.refuting_runs, loose.runs);
  const auto [crossing_low, crossing_high] = interval(loose.crossings, loose.paths);
  const auto [missing_low, missing_high] = interval(loose.not_upheld, loose.decidable);
  const bool holds = strict.refuting_runs == 0 && low <= kLoose && loose.paths > 0 &&
                     crossing_high >= kLeastShareCrossing && loose.decidable > 0 && missing_low <= kLooseMisses;
  nlohmann::ordered_json report = {{"format", 2},
                                   {"seeds", seeds},
                                   {"first_seed", first},
                                   {"draws", draws},
                                   {"effect", effect},
                                   {"miss_rate_of_the_second", kLooseMisses},
                                   {"runs", {strict.json(kStrict), loose.json(kLoose)}},
                                   {"refuting_share_interval_99", {low, high}},
                                   {"share_not_upheld_interval_99", {missing_low, missing_high}},
                                   {"share_of_paths_crossing_10_interval_99", {crossing_low, crossing_high}},
                                   {"holds", holds}};
  fmt::print("{}\n", report.dump(1));
  if (!file.empty()) write(file, report);
  return holds ? 0 : 1;
}
