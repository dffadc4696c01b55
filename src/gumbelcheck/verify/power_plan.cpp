#include "gumbelcheck/verify/power_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/statistic/sequential.hpp"
#include "gumbelcheck/statistic/within.hpp"
#include "gumbelcheck/verify/plan.hpp"

namespace gumbelcheck::verify {

namespace {

void fill_within(const claim::WouldCount& counted, CheckSees& made) {
  made.by = CheckSees::By::within;
  const std::size_t sets = statistic::sets_of(counted.engine.laws());
  made.smallest_effect = statistic::detectable_beyond(made.tried.draws, sets, counted.budget);
  made.weakest =
      fmt::format("{} sets of classes, beyond a tolerance of {:g} on {}", sets, counted.allowance->size,
                  counted.allowance->scale == statistic::Scale::log_odds ? "log odds" : "log probabilities");
  if (made.tried.effect > 0) {
    made.draws_needed = statistic::draws_needed_beyond(made.tried.effect, sets, counted.budget);
  }
}

void fill_from(const claim::WouldCount& counted, CheckSees& made) {
  if (counted.allowance) return fill_within(counted, made);
  made.by = CheckSees::By::counts;
  const std::vector<statistic::TableShape> shapes = statistic::table_shapes(counted.engine);
  for (std::size_t t = 0; t < shapes.size(); ++t) {
    if (shapes[t].cells < 2) continue;
    made.tables.push_back({.name = counted.engine.laws()[t].name,
                           .shape = shapes[t],
                           .effect = statistic::detectable_effect(made.tried.draws, shapes[t], counted.budget)});
  }
  const statistic::Weakest sees = statistic::check_sees(made.tried.draws, counted.engine, counted.budget);
  made.smallest_effect = sees.effect;
  made.weakest = counted.engine.laws()[sees.table].name;
  if (made.tried.effect > 0) {
    made.draws_needed = statistic::check_needs(made.tried.effect, counted.engine, counted.budget).draws;
  }
}

CheckSees sees(const claim::Claim& claim, const claim::Case& tried, const subject::Description& description,
               const statistic::Budget& budget) {
  CheckSees made{.tried = tried};
  claim::CheckResult undrawn;
  if (const auto counted = claim::what_is_counted(claim, tried, description, budget, &undrawn)) {
    fill_from(*counted, made);
    return made;
  }
  if (claim.sees) made.sight = claim.sees(tried, budget);
  if (made.sight) {
    made.by = made.sight->smallest > 0 ? CheckSees::By::own : CheckSees::By::exact;
  } else if (undrawn.verdict == claim::Verdict::unsupported) {
    made.by = CheckSees::By::unasked;
    made.note = undrawn.finding;
  } else if (claim.sees || tried.effect > 0) {
    made.by = CheckSees::By::own;
    made.note = claim.sheet.power;
  }
  return made;
}

struct Timed {
  double draws = 0;
  double looks = 0;
  double seconds = 0;
};

double looks_of(std::uint64_t draws) { return static_cast<double>(statistic::look_schedule(draws).size()); }

std::optional<Timed> timed(const claim::Claim& claim, claim::Case tried, std::uint64_t draws, subject::Subject& subject,
                           const statistic::Budget& budget) {
  tried.draws = std::min(tried.draws, draws);
  const auto start = std::chrono::steady_clock::now();
  const claim::CheckResult result = claim.check(tried, subject, budget);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const bool drawn = result.verdict == claim::Verdict::upheld || result.verdict == claim::Verdict::inconclusive;
  if (!drawn || result.draws == 0) return std::nullopt;
  return Timed{static_cast<double>(result.draws), looks_of(tried.draws), seconds};
}

// A draw and a look have their price each; two short runs tell them apart. Looks grow with the logarithm of the draws.
std::optional<double> seconds_of(const claim::Claim& claim, const claim::Case& tried, subject::Subject& subject,
                                 const statistic::Budget& budget) {
  constexpr std::uint64_t few = 512;
  constexpr std::uint64_t more = std::uint64_t{1} << 15;
  const std::optional<Timed> one = timed(claim, tried, few, subject, budget);
  const std::optional<Timed> two = timed(claim, tried, more, subject, budget);
  if (!one || !two) return std::nullopt;
  const double determinant = one->draws * two->looks - two->draws * one->looks;
  if (tried.draws <= more || determinant == 0) return two->seconds;
  const double a_draw = (one->seconds * two->looks - two->seconds * one->looks) / determinant;
  const double a_look = (one->draws * two->seconds - two->draws * one->seconds) / determinant;
  const double seconds = a_draw * static_cast<double>(tried.draws) + std::max(0.0, a_look) * looks_of(tried.draws);
  return std::max(two->seconds, seconds);
}

void announce(const ProgressSink& progress, std::size_t done, std::size_t all, std::string_view what,
              const claim::Case& tried) {
  if (!progress) return;
  progress({.checks_done = done, .checks = all, .now = fmt::format("{}{} ({})", what, tried.claim, tried.label)});
}

}  // namespace

PowerPlan power_plan(const PowerQuestion& question, const subject::Description& description,
                     const ProgressSink& progress) {
  PowerPlan made{.description = description, .budget = {}, .claims = {}};
  if (question.dtype) {
    std::erase_if(made.description.dtypes, [&](subject::Dtype dtype) { return dtype != *question.dtype; });
  }
  const Plan planned = plan(question.settings, made.description);
  made.budget = planned.budget;
  Settings battery = question.settings;
  battery.claims.clear();
  made.budget.checks = question.checks.value_or(plan(battery, description).budget.checks);
  const auto asked = [&](const std::string& id) {
    return std::ranges::any_of(
        planned.claims, [&](const PlannedClaim& one) { return one.claim->sheet.id == id && !one.cases.empty(); });
  };
  std::size_t done = 0;
  for (const PlannedClaim& claim : planned.claims) {
    ClaimSees& row = made.claims.emplace_back();
    row.claim = claim.claim;
    row.missing = claim.missing;
    const std::string& implied_by = claim.claim->sheet.implied_by;
    if (!implied_by.empty() && asked(implied_by)) row.implied_by = implied_by;
    for (const claim::Case& tried : claim.cases) {
      announce(progress, done++, planned.budget.checks, "", tried);
      row.checks.push_back(sees(*claim.claim, tried, made.description, made.budget));
    }
  }
  return made;
}

PowerPlan power_plan(const PowerQuestion& question, const SubjectSource& source, const ProgressSink& progress) {
  check_settings(question.settings);  // before anything is started
  subject::Subject subject = source.open();
  const subject::Description& description = subject.describe();
  if (description.name.empty() && description.operations.empty()) {
    const subject::Reply reply = subject.ask({});
    const auto* breakdown = std::get_if<subject::Breakdown>(&reply);
    throw std::runtime_error(breakdown != nullptr ? breakdown->reason : "The subject did not describe itself.");
  }
  PowerPlan made = power_plan(question, description, progress);
  if (!question.time) return made;
  std::size_t checks = 0;
  for (const ClaimSees& claim : made.claims) checks += claim.checks.size();
  std::size_t done = 0;
  for (ClaimSees& claim : made.claims) {
    for (CheckSees& check : claim.checks) {
      announce(progress, done++, checks, "timing ", check.tried);
      const bool drawn = check.by != CheckSees::By::exact && check.by != CheckSees::By::unasked;
      if (drawn && check.tried.draws > 0) check.seconds = seconds_of(*claim.claim, check.tried, subject, made.budget);
    }
  }
  return made;
}

}  // namespace gumbelcheck::verify
