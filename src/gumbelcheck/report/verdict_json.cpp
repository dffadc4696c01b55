#include "gumbelcheck/report/verdict_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "gumbelcheck/report/json_values.hpp"
#include "gumbelcheck/report/summary.hpp"

namespace gumbelcheck::report {
namespace {

using Json = nlohmann::ordered_json;

std::string_view seeding_name(subject::Seeding seeding) {
  switch (seeding) {
    case subject::Seeding::call:
      return "call";
    case subject::Seeding::stream:
      return "stream";
    case subject::Seeding::none:
      return "none";
  }
  return "none";
}

Json description_json(const claim::RunRecord& record) {
  const subject::Description& description = record.description;
  Json dtypes = Json::array();
  for (const subject::Dtype dtype : description.dtypes) dtypes.push_back(subject::name(dtype));
  Json operations = Json::object();
  for (const auto& [operation, offer] : description.operations) {
    operations[std::string(subject::name(operation))] = {{"gradient", offer.gradient},
                                                         {"temperature_gradient", offer.temperature_gradient},
                                                         {"maximum", offer.maximum},
                                                         {"axis", offer.axis},
                                                         {"frozen_noise", offer.frozen_noise},
                                                         {"noise", offer.noise},
                                                         {"endpoints", offer.endpoints},
                                                         {"hard", offer.hard},
                                                         {"soft", offer.soft},
                                                         {"refusal_by_adapter", offer.refusal_by_adapter}};
  }
  return {{"asked", record.subject},
          {"name", description.name},
          {"version", description.version},
          {"device", description.device},
          {"dtypes", dtypes},
          {"seeding", seeding_name(description.seeding)},
          {"seed_bits", description.seed_bits},
          {"operations", operations}};
}

// A vocabulary of logits would be nearly all of the file; the replay token holds them, or their digest.
constexpr std::size_t kMostLogits = 1024;

Json logits_json(const std::vector<double>& values) {
  if (values.size() > kMostLogits) return nullptr;
  Json logits = Json::array();
  for (const double logit : values) logits.push_back(real(logit));
  return logits;
}

Json case_json(const claim::Case& tried) {
  return {{"index", tried.index},
          {"label", tried.label},
          {"shape", tried.shape},
          {"logits", logits_json(tried.logits)},
          {"axis", tried.axis},
          {"dtype", subject::name(tried.dtype)},
          {"temperature", real(tried.temperature)},
          {"variant", tried.variant},
          {"seed", tried.seed},
          {"draws", tried.draws},
          {"effect", real(tried.effect)}};
}

Json fixed_draws_json(const std::optional<statistic::FixedDrawsTest>& test) {
  if (!test) return nullptr;
  return {{"statistic", real(test->statistic)},
          {"degrees_of_freedom", real(test->degrees_of_freedom)},
          {"p_value", real(test->p_value)},
          {"label", test->label}};
}

Json evidence_json(const std::optional<statistic::Evidence>& found) {
  if (!found) return nullptr;
  Json control = nullptr;
  if (found->control) {
    control = {{"planted_effect", real(found->control->planted_effect)},
               {"log_e", real(found->control->log_e)},
               {"refuted", found->control->refuted}};
  }
  Json estimates = Json::array();
  for (const statistic::Estimate& estimate : found->estimates) {
    estimates.push_back({{"quantity", estimate.quantity},
                         {"value", real(estimate.value)},
                         {"low", real(estimate.low)},
                         {"high", real(estimate.high)},
                         {"expected", real(estimate.expected)}});
  }
  return {{"draws", found->draws},
          {"looks", found->looks},
          {"log_e", real(found->log_e)},
          {"largest_log_e", real(found->largest_log_e)},
          {"p_value", real(found->p_value)},
          {"leading", found->leading},
          {"effect", real(found->effect)},
          {"effect_low", real(found->effect_low)},
          {"effect_high", real(found->effect_high)},
          {"effect_table", found->effect_table},
          {"declared_effect", real(found->declared_effect)},
          {"smallest_detectable_effect", real(found->smallest_detectable_effect)},
          {"pearson", fixed_draws_json(found->pearson)},
          {"g", fixed_draws_json(found->g)},
          {"splitting_tree", fixed_draws_json(found->splitting_tree)},
          {"kolmogorov_smirnov", fixed_draws_json(found->kolmogorov_smirnov)},
          {"valiant_valiant", fixed_draws_json(found->valiant_valiant)},
          {"control", control},
          {"estimates", estimates}};
}

Json exact_json(const std::optional<claim::ExactEvidence>& exact) {
  if (!exact) return nullptr;
  return {{"comparisons", exact->comparisons},
          {"worst", real(exact->worst)},
          {"bound", exact->bound},
          {"witness", exact->witness},
          {"where", exact->where}};
}

Json reruns_json(const std::vector<claim::Rerun>& reruns) {
  Json listed = Json::array();
  for (const claim::Rerun& rerun : reruns) {
    listed.push_back({{"what", rerun.what},
                      {"verdict", claim::name(rerun.verdict)},
                      {"finding", rerun.finding},
                      {"draws", rerun.draws},
                      {"replay", rerun.replay_token}});
  }
  return listed;
}

Json smaller_json(const std::optional<claim::SmallerCase>& smaller) {
  if (!smaller) return nullptr;
  return {{"case", case_json(smaller->tried)}, {"finding", smaller->finding},     {"draws", smaller->draws},
          {"candidates", smaller->candidates}, {"replay", smaller->replay_token}, {"lines", smaller->lines}};
}

// Seven digits are more than a picture shows.
Json rounded(double value) {
  if (!std::isfinite(value) || value == std::floor(value)) return real(value);
  return std::stod(fmt::format("{:.7g}", value));
}

// Small, and drawn of all checks of a claim together.
bool of_the_claim(std::string_view kind) {
  return kind == "simplex" || kind == "steps" || kind == "rows" || kind == "seeds";
}

Json exhibits_json(const std::vector<claim::Exhibit>& exhibits, bool all) {
  Json listed = Json::array();
  for (const claim::Exhibit& exhibit : exhibits) {
    if (!all && !of_the_claim(exhibit.kind)) continue;
    Json columns = Json::object();
    for (const claim::Exhibit::Column& column : exhibit.columns) {
      Json& values = columns[column.name] = Json::array();
      for (const double value : column.values) values.push_back(rounded(value));
    }
    listed.push_back({{"kind", exhibit.kind}, {"title", exhibit.title}, {"columns", columns}});
  }
  return listed;
}

// Whose exhibits are kept whole: those of all would be most of the file.
std::set<const claim::CheckResult*> exhibited(const claim::ClaimResult& result, const statistic::Budget& budget) {
  constexpr std::size_t kMostRefuted = 3;
  std::set<const claim::CheckResult*> kept = {shown_check(result, budget)};
  std::size_t refuted = 0;
  for (const claim::CheckResult* check : by_weight(result, budget)) {
    if (check->verdict == claim::Verdict::refuted && ++refuted <= kMostRefuted) kept.insert(check);
  }
  return kept;
}

Json tolerances_json(const std::vector<claim::Tolerance>& tolerances) {
  Json listed = Json::array();
  for (const claim::Tolerance& tolerance : tolerances) {
    listed.push_back({{"dtype", tolerance.dtype}, {"what", tolerance.what}, {"rule", tolerance.rule}});
  }
  return listed;
}

Json claim_json(const claim::ClaimResult& result, const statistic::Budget& budget) {
  const std::set<const claim::CheckResult*> whole = exhibited(result, budget);
  Json checks = Json::array();
  for (const claim::CheckResult& check : result.checks) {
    checks.push_back({{"case", case_json(check.tried)},
                      {"verdict", claim::name(check.verdict)},
                      {"held_to", check.held_to},
                      {"finding", check.finding},
                      {"draws", check.draws},
                      {"evidence", evidence_json(check.evidence)},
                      {"exact", exact_json(check.exact)},
                      {"exhibits", exhibits_json(check.exhibits, whole.contains(&check))},
                      {"smaller", smaller_json(check.smaller)},
                      {"reruns", reruns_json(check.reruns)},
                      {"cut_short", check.cut_short},
                      {"stderr", check.last_stderr},
                      {"replay", check.replay_token},
                      {"seconds", real(check.seconds)}});
    if (check.impossible) checks.back()["impossible"] = true;  // absent in files of earlier versions
  }
  const claim::Sheet& sheet = result.sheet;
  return {{"id", sheet.id},
          {"verdict", claim::name(result.verdict)},
          {"statement", sheet.statement},
          {"pivot", sheet.pivot},
          {"test", sheet.test},
          {"power", sheet.power},
          {"proof", sheet.proof},
          {"source", sheet.source},
          {"effect", real(sheet.effect)},
          {"beside", sheet.beside},
          {"implied_by", sheet.implied_by},
          {"checks", checks}};
}

Json expected_json(const ExpectedOutcome* outcome) {
  if (outcome == nullptr) return nullptr;
  const auto listed = [](const ExpectedFinding& finding) {
    return Json{{"claim", finding.claim}, {"case", finding.label}, {"why", finding.why}};
  };
  Json met = Json::array();
  Json unmet = Json::array();
  Json unexpected = Json::array();
  for (const ExpectedOutcome::Met& each : outcome->met) {
    met.push_back(listed(each.finding));
    met.back()["checks"] = each.checks;
  }
  for (const ExpectedFinding& finding : outcome->unmet) unmet.push_back(listed(finding));
  for (const claim::CheckResult* check : outcome->unexpected) {
    unexpected.push_back({{"claim", check->tried.claim}, {"case", check->tried.label}});
  }
  return {{"met", met}, {"unmet", unmet}, {"unexpected", unexpected}};
}

std::string compact(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

// The library's own indentation puts every logit on a line of its own: a file nobody reads.
void write(const Json& value, std::size_t depth, std::string& out) {
  const bool nested = value.is_structured() && !value.empty();
  const bool plain_array =
      value.is_array() && std::none_of(value.begin(), value.end(), [](const Json& v) { return v.is_structured(); });
  if (!nested || plain_array) {
    out += compact(value);
    return;
  }
  out += value.is_object() ? "{" : "[";
  bool first = true;
  for (const auto& [key, member] : value.items()) {
    out += first ? "\n" : ",\n";
    first = false;
    out.append(2 * (depth + 1), ' ');
    if (value.is_object()) out += compact(Json(key)) + ": ";
    write(member, depth + 1, out);
  }
  out += '\n';
  out.append(2 * depth, ' ');
  out += value.is_object() ? "}" : "]";
}

}  // namespace

std::string verdict_json(const claim::RunRecord& record, const ExpectedOutcome* expected) {
  Json claims = Json::array();
  for (const claim::ClaimResult& result : record.claims) claims.push_back(claim_json(result, record.budget));
  const Tally count = tally(record);
  const statistic::Budget& budget = record.budget;
  const Json document = {
      {"schema", kVerdictSchema},
      {"program_version", record.program_version},
      {"verdict", claim::name(claim::overall(record))},
      {"exit_status", expected == nullptr ? claim::exit_status(record) : expected->exit_status()},
      {"subject", description_json(record)},
      {"seed", record.seed},
      {"budget",
       {{"false_alarm_rate", real(budget.false_alarm_rate)},
        {"miss_rate", real(budget.miss_rate)},
        {"checks", budget.checks},
        {"alpha_per_check", real(budget.alpha_per_check())}}},
      {"tally",
       {{"upheld", count.upheld},
        {"refuted", count.refuted},
        {"inconclusive", count.inconclusive},
        {"unsupported", count.unsupported},
        {"broken", count.broken}}},
      {"expected", expected_json(expected)},
      {"tolerances", tolerances_json(record.tolerances)},
      {"claims", claims},
      {"timing", {{"started", record.started}, {"seconds", real(record.seconds)}, {"threads", record.threads}}}};
  std::string text;
  write(document, 0, text);
  return text + "\n";
}

}  // namespace gumbelcheck::report
