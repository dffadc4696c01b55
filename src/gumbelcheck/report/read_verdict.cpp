#include "gumbelcheck/report/read_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "gumbelcheck/report/json_values.hpp"
#include "gumbelcheck/report/text.hpp"
#include "gumbelcheck/report/verdict_json.hpp"

namespace gumbelcheck::report {

namespace {

using Json = nlohmann::ordered_json;

// What is wrong, without the name of the file.
struct Wrong {
  std::string what;
};

double known_real(const Json& value) {
  if (const std::optional<double> known = real_from(value)) return *known;
  throw Wrong{fmt::format("holds the text {} where a number belongs", shortened(value.dump(), 60))};
}

double real_at(const Json& object, const char* member) { return known_real(object.at(member)); }

// Of members that were added in the course of one schema.
template <class Value>
Value added(const Json& object, const char* member, Value otherwise = {}) {
  return object.contains(member) ? object.at(member).get<Value>() : otherwise;
}

claim::Verdict verdict_from(const Json& value) {
  for (const claim::Verdict verdict : {claim::Verdict::upheld, claim::Verdict::refuted, claim::Verdict::inconclusive,
                                       claim::Verdict::unsupported, claim::Verdict::broken}) {
    if (value == claim::name(verdict)) return verdict;
  }
  throw Wrong{fmt::format("has the verdict {}, which is none", shortened(value.dump(), 60))};
}

claim::Case case_from(const Json& value, const std::string& claim_id) {
  claim::Case tried;
  tried.claim = claim_id;
  tried.index = value.at("index");
  tried.label = value.at("label");
  tried.shape = value.at("shape").get<subject::Shape>();
  if (!value.at("logits").is_null()) {
    for (const Json& logit : value.at("logits")) tried.logits.push_back(known_real(logit));
  }
  tried.axis = value.at("axis");
  const std::string dtype = value.at("dtype");
  const std::optional<subject::Dtype> known = subject::dtype_from(dtype);
  if (!known) throw Wrong{fmt::format("has a case in the dtype '{}', which is not known", shortened(dtype, 60))};
  tried.dtype = *known;
  tried.temperature = real_at(value, "temperature");
  tried.variant = value.at("variant");
  tried.seed = value.at("seed");
  tried.draws = value.at("draws");
  tried.effect = real_at(value, "effect");
  return tried;
}

std::optional<statistic::FixedDrawsTest> fixed_draws_from(const Json& evidence, const char* member) {
  if (!evidence.contains(member) || evidence.at(member).is_null()) return std::nullopt;
  const Json& value = evidence.at(member);
  return statistic::FixedDrawsTest{.statistic = real_at(value, "statistic"),
                                   .degrees_of_freedom = real_at(value, "degrees_of_freedom"),
                                   .p_value = real_at(value, "p_value"),
                                   .label = value.at("label")};
}

std::optional<statistic::Evidence> evidence_from(const Json& value) {
  if (value.is_null()) return std::nullopt;
  statistic::Evidence found;
  found.draws = value.at("draws");
  found.looks = value.at("looks");
  found.log_e = real_at(value, "log_e");
  found.largest_log_e = real_at(value, "largest_log_e");
  found.p_value = real_at(value, "p_value");
  found.leading = value.at("leading");
  found.effect = real_at(value, "effect");
  found.effect_low = real_at(value, "effect_low");
  found.effect_high = real_at(value, "effect_high");
  found.effect_table = value.at("effect_table");
  found.declared_effect = real_at(value, "declared_effect");
  found.smallest_detectable_effect = real_at(value, "smallest_detectable_effect");
  found.pearson = fixed_draws_from(value, "pearson");
  found.g = fixed_draws_from(value, "g");
  found.splitting_tree = fixed_draws_from(value, "splitting_tree");
  found.kolmogorov_smirnov = fixed_draws_from(value, "kolmogorov_smirnov");
  found.valiant_valiant = fixed_draws_from(value, "valiant_valiant");
  if (const Json& control = value.at("control"); !control.is_null()) {
    found.control = statistic::LiveControl{.planted_effect = real_at(control, "planted_effect"),
                                           .log_e = real_at(control, "log_e"),
                                           .refuted = control.at("refuted")};
  }
  for (const Json& estimate : added(value, "estimates", Json::array())) {
    found.estimates.push_back({.quantity = estimate.at("quantity"),
                               .value = real_at(estimate, "value"),
                               .low = real_at(estimate, "low"),
                               .high = real_at(estimate, "high"),
                               .expected = real_at(estimate, "expected")});
  }
  return found;
}

std::optional<claim::ExactEvidence> exact_from(const Json& value) {
  if (value.is_null()) return std::nullopt;
  return claim::ExactEvidence{.comparisons = value.at("comparisons"),
                              .worst = real_at(value, "worst"),
                              .bound = value.at("bound"),
                              .witness = value.at("witness"),
                              .where = value.at("where")};
}

std::vector<claim::Exhibit> exhibits_from(const Json& listed) {
  std::vector<claim::Exhibit> exhibits;
  for (const Json& value : listed) {
    claim::Exhibit& exhibit = exhibits.emplace_back();
    exhibit.kind = value.at("kind");
    exhibit.title = value.at("title");
    for (const auto& [name, column] : value.at("columns").items()) {
      exhibit.columns.push_back({.name = name, .values = {}});
      for (const Json& number : column) exhibit.columns.back().values.push_back(known_real(number));
      if (exhibit.columns.back().values.size() != exhibit.columns.front().values.size()) {
        throw Wrong{fmt::format("has an exhibit '{}' with columns of {} and of {} numbers, but they are of one length",
                                shortened(exhibit.title, 60), exhibit.columns.front().values.size(),
                                exhibit.columns.back().values.size())};
      }
    }
  }
  return exhibits;
}

claim::CheckResult check_from(const Json& value, const std::string& claim_id) {
  claim::CheckResult check;
  check.tried = case_from(value.at("case"), claim_id);
  check.verdict = verdict_from(value.at("verdict"));
  check.held_to = added<std::string>(value, "held_to");
  check.finding = value.at("finding");
  check.draws = value.at("draws");
  check.evidence = evidence_from(value.at("evidence"));
  check.exact = exact_from(value.at("exact"));
  check.exhibits = exhibits_from(added(value, "exhibits", Json::array()));
  if (const Json smaller = added<Json>(value, "smaller"); !smaller.is_null()) {
    check.smaller = claim::SmallerCase{.tried = case_from(smaller.at("case"), claim_id),
                                       .finding = smaller.at("finding"),
                                       .draws = smaller.at("draws"),
                                       .candidates = smaller.at("candidates"),
                                       .replay_token = smaller.at("replay"),
                                       .lines = smaller.at("lines")};
  }
  for (const Json& rerun : added(value, "reruns", Json::array())) {
    check.reruns.push_back({.what = rerun.at("what"),
                            .verdict = verdict_from(rerun.at("verdict")),
                            .finding = rerun.at("finding"),
                            .draws = rerun.at("draws"),
                            .replay_token = rerun.at("replay")});
  }
  check.cut_short = added<std::string>(value, "cut_short");
  check.impossible = added<bool>(value, "impossible");
  check.last_stderr = value.at("stderr");
  check.replay_token = value.at("replay");
  check.seconds = real_at(value, "seconds");
  return check;
}

claim::ClaimResult claim_from(const Json& value) {
  claim::ClaimResult result;
  claim::Sheet& sheet = result.sheet;
  sheet.id = value.at("id");
  sheet.statement = value.at("statement");
  sheet.pivot = value.at("pivot");
  sheet.test = value.at("test");
  sheet.power = value.at("power");
  sheet.proof = value.at("proof");
  sheet.source = value.at("source");
  sheet.effect = real_at(value, "effect");
  sheet.beside = added<std::vector<std::string>>(value, "beside");
  sheet.implied_by = added<std::string>(value, "implied_by");
  result.verdict = verdict_from(value.at("verdict"));
  for (const Json& check : value.at("checks")) result.checks.push_back(check_from(check, sheet.id));
  return result;
}

const claim::CheckResult* find_check(const claim::RunRecord& record, const std::string& claim_id,
                                     const std::string& label) {
  for (const claim::ClaimResult& result : record.claims) {
    if (result.sheet.id != claim_id) continue;
    for (const claim::CheckResult& check : result.checks) {
      if (check.tried.label == label) return &check;
    }
  }
  throw Wrong{fmt::format("lists {} ({}) as unexpected, but holds no such check", shortened(claim_id, 60),
                          shortened(label, 60))};
}

std::optional<ExpectedOutcome> expected_from(const Json& value, const claim::RunRecord& record) {
  if (value.is_null()) return std::nullopt;
  const auto finding_from = [](const Json& finding) {
    return ExpectedFinding{.claim = finding.at("claim"), .label = finding.at("case"), .why = finding.at("why")};
  };
  ExpectedOutcome outcome;
  for (const Json& met : value.at("met"))
    outcome.met.push_back({.finding = finding_from(met), .checks = met.at("checks")});
  for (const Json& finding : value.at("unmet")) outcome.unmet.push_back(finding_from(finding));
  for (const Json& check : value.at("unexpected"))
    outcome.unexpected.push_back(find_check(record, check.at("claim"), check.at("case")));
  return outcome;
}

claim::RunRecord record_from(const Json& document) {
  claim::RunRecord record;
  record.program_version = document.at("program_version");
  const Json& described = document.at("subject");
  record.subject = described.at("asked");
  record.description = description_from(described);
  const Json& budget = document.at("budget");
  record.budget = {.false_alarm_rate = real_at(budget, "false_alarm_rate"),
                   .miss_rate = real_at(budget, "miss_rate"),
                   .checks = budget.at("checks")};
  record.seed = document.at("seed");
  for (const Json& tolerance : added(document, "tolerances", Json::array())) {
    record.tolerances.push_back(
        {.dtype = tolerance.at("dtype"), .what = tolerance.at("what"), .rule = tolerance.at("rule")});
  }
  for (const Json& result : document.at("claims")) record.claims.push_back(claim_from(result));
  const Json& timing = document.at("timing");
  record.started = timing.at("started");
  record.seconds = real_at(timing, "seconds");
  record.threads = timing.at("threads");
  return record;
}

}  // namespace

subject::Description description_from(const Json& described) {
  subject::Description description;
  description.name = described.at("name");
  description.version = described.at("version");
  description.device = described.at("device");
  description.seed_bits = described.at("seed_bits");
  const std::string seeding = described.at("seeding");
  description.seeding = seeding == "call"     ? subject::Seeding::call
                        : seeding == "stream" ? subject::Seeding::stream
                                              : subject::Seeding::none;
  for (const Json& dtype : described.at("dtypes")) {
    if (const auto known = subject::dtype_from(dtype.get<std::string>())) description.dtypes.push_back(*known);
  }
  for (const auto& [operation, offer] : described.at("operations").items()) {
    const auto known = subject::operation_from(operation);
    if (!known) continue;
    description.operations[*known] = {.gradient = offer.at("gradient"),
                                      .temperature_gradient = offer.at("temperature_gradient"),
                                      .maximum = offer.at("maximum"),
                                      .axis = offer.at("axis"),
                                      .frozen_noise = offer.at("frozen_noise"),
                                      .noise = offer.at("noise"),
                                      .endpoints = offer.at("endpoints"),
                                      .hard = offer.at("hard"),
                                      .soft = offer.at("soft"),
                                      .refusal_by_adapter = offer.at("refusal_by_adapter")};
  }
  return description;
}

ReadVerdict read_verdict(std::string_view json, std::string_view origin) {
  const auto refuse = [&](std::string_view why) {
    throw std::invalid_argument(fmt::format("'{}' {}.", shortened(origin, 200), why));
  };
  ReadVerdict made;
  const Json document = Json::parse(json, nullptr, false);
  if (document.is_discarded() || !document.is_object()) refuse("is no verdict.json: it is not a JSON object");
  if (!document.contains("schema") || document.at("schema") != kVerdictSchema) {
    refuse(fmt::format("is no verdict.json of the schema {}, the only one that is read: its member 'schema' is {}",
                       kVerdictSchema,
                       document.contains("schema") ? shortened(document.at("schema").dump(), 60) : "missing"));
  }
  try {
    made.record = record_from(document);
    made.expected = expected_from(added<Json>(document, "expected"), made.record);
    if (made.expected) {
      // The one thing that the lists do not say.
      const int status = document.at("exit_status");
      made.expected->undecided = status == 3;
    }
  } catch (const Wrong& wrong) {
    refuse(wrong.what);
  } catch (const Json::exception& error) {
    refuse("cannot be read as a verdict.json: " + in_words(error));
  }
  return made;
}

ReadVerdict read_verdict_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file)) {
    throw std::invalid_argument(fmt::format("'{}' cannot be read: there is no such file, or it may not be opened.",
                                            shortened(file.string(), 200)));
  }
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return read_verdict(text, file.string());
}

}  // namespace gumbelcheck::report
