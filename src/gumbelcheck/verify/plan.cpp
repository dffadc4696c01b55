#include "gumbelcheck/verify/plan.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

namespace gumbelcheck::verify {

namespace {

// As far as the claims are meant to go; a question of two draws is 4 MiB then.
constexpr std::size_t kMostClasses = std::size_t{1} << 18;

std::set<std::string> asked_for(const std::vector<std::string>& patterns) {
  std::set<std::string> ids;
  for (const claim::Claim& claim : claim::catalogue()) {
    if (patterns.empty()) ids.insert(claim.sheet.id);
  }
  for (const std::string& pattern : patterns) {
    const std::size_t before = ids.size();
    bool any = false;
    for (const claim::Claim& claim : claim::catalogue()) {
      if (fnmatch(pattern.c_str(), claim.sheet.id.c_str(), 0) != 0) continue;
      ids.insert(claim.sheet.id);
      any = true;
    }
    if (!any && ids.size() == before) {
      throw std::invalid_argument(fmt::format(
          "claims: \"{}\" matches no claim; `gumbelcheck claims` lists their ids, and * stands for any part", pattern));
    }
  }
  return ids;
}

void check_rate(const char* what, double rate) {
  if (rate > 0 && rate < 1) return;
  throw std::invalid_argument(fmt::format("{} is {}; it must lie in (0, 1)", what, rate));
}

// The first law, in the claim's own order, that this subject can be asked.
const claim::Claim* law_beside(const claim::Sheet& sheet, const subject::Description& description) {
  for (const std::string& id : sheet.beside) {
    const claim::Claim* law = claim::find(id);
    if (law != nullptr && law->missing(description).empty()) return law;
  }
  return nullptr;
}

}  // namespace

void check_settings(const Settings& settings) {
  asked_for(settings.claims);
  check_rate("false-alarm rate", settings.false_alarm_rate);
  check_rate("miss rate", settings.miss_rate);
  const claim::Request& request = settings.request;
  for (const double temperature : request.temperatures) {
    if (temperature > 0 && std::isfinite(temperature)) continue;
    throw std::invalid_argument(fmt::format("temperature is {}; it must be positive and finite", temperature));
  }
  if (request.draws && *request.draws < 2) {
    throw std::invalid_argument(fmt::format("draws is {}; it must be at least 2", *request.draws));
  }
  if (request.effect && !(*request.effect >= kSmallestEffect && *request.effect < 1)) {
    throw std::invalid_argument(
        fmt::format("effect is {}; it must be at least {} and below 1", *request.effect, kSmallestEffect));
  }
  if (request.class_tolerance && !(request.class_tolerance->size >= 0 && request.class_tolerance->size < 1)) {
    throw std::invalid_argument(
        fmt::format("class tolerance is {}; it must be at least 0 and below 1", request.class_tolerance->size));
  }
  if (request.seed >= std::uint64_t{1} << 53) {
    throw std::invalid_argument(fmt::format("seed is {}; it must be below 2^53", request.seed));
  }
  if (!request.logits) return;
  const std::vector<double>& logits = *request.logits;
  const auto possible = std::ranges::count_if(logits, [](double logit) { return std::isfinite(logit); });
  const bool wrong = std::ranges::any_of(logits, [](double logit) { return std::isnan(logit) || logit == HUGE_VAL; });
  if (wrong) throw std::invalid_argument("logits: NaN and +inf are not allowed; -inf is a class of probability zero");
  if (logits.size() > kMostClasses) {
    throw std::invalid_argument(
        fmt::format("logits: there are {}; at most {} can be asked", logits.size(), kMostClasses));
  }
  if (possible < 2) throw std::invalid_argument("logits: at least two must be finite");
}

Plan plan(const Settings& settings, const subject::Description& description) {
  check_settings(settings);
  const std::set<std::string> asked = asked_for(settings.claims);
  std::set<std::string> ids = asked;
  for (const std::string& id : asked) {
    const claim::Sheet& sheet = claim::find(id)->sheet;
    const bool beside = std::ranges::any_of(sheet.beside, [&](const std::string& law) { return ids.contains(law); });
    if (sheet.beside.empty() || beside) continue;
    if (const claim::Claim* law = law_beside(sheet, description)) ids.insert(law->sheet.id);
  }

  Plan made;
  claim::Request request = settings.request;
  request.rates = {.false_alarm_rate = settings.false_alarm_rate, .miss_rate = settings.miss_rate};
  std::uint64_t checks = 0;
  for (const claim::Claim& claim : claim::catalogue()) {
    if (!ids.contains(claim.sheet.id)) continue;
    PlannedClaim& planned = made.claims.emplace_back();
    planned.claim = &claim;
    planned.asked = asked.contains(claim.sheet.id);
    planned.missing = claim.missing(description);
    if (planned.missing.empty()) planned.cases = claim.cases(description, request);
    checks += planned.cases.size();
  }
  made.budget = request.rates;
  made.budget.checks = checks;
  return made;
}

}  // namespace gumbelcheck::verify
