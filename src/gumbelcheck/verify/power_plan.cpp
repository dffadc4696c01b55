#include "gumbelcheck/verify/power_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/verify/plan.hpp"

namespace gumbelcheck::verify {

namespace {

void fill_from(const claim::WouldCount& counted, CheckSees& made) {
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

}  // namespace

PowerPlan power_plan(const PowerQuestion& question, const subject::Description& description) {
  PowerPlan made{.description = description, .budget = {}, .claims = {}};
  if (question.dtype) {
    std::erase_if(made.description.dtypes, [&](subject::Dtype dtype) { return dtype != *question.dtype; });
  }
  const Plan planned = plan(question.settings, made.description);
  made.budget = planned.budget;
  Settings battery = question.settings;
  battery.claims.clear();
  made.budget.checks = question.checks.value_or(plan(battery, description).budget.checks);
  for (const PlannedClaim& claim : planned.claims) {
    ClaimSees& row = made.claims.emplace_back();
    row.claim = claim.claim;
    row.missing = claim.missing;
    for (const claim::Case& tried : claim.cases) {
      row.checks.push_back(sees(*claim.claim, tried, made.description, made.budget));
    }
  }
  return made;
}

PowerPlan power_plan(const PowerQuestion& question, const SubjectSource& source) {
  check_settings(question.settings);  // before anything is started
  subject::Subject subject = source.open();
  const subject::Description& description = subject.describe();
  if (description.name.empty() && description.operations.empty()) {
    const subject::Reply reply = subject.ask({});
    const auto* breakdown = std::get_if<subject::Breakdown>(&reply);
    throw std::runtime_error(breakdown != nullptr ? breakdown->reason : "The subject did not describe itself.");
  }
  return power_plan(question, description);
}

}  // namespace gumbelcheck::verify
