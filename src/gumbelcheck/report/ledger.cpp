#include "gumbelcheck/report/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <numbers>
#include <set>
#include <stdexcept>

#include "gumbelcheck/claim/claim.hpp"
#include "gumbelcheck/report/json_values.hpp"
#include "gumbelcheck/report/read_verdict.hpp"
#include "gumbelcheck/report/text.hpp"
#include "gumbelcheck/report/verdict_json.hpp"

namespace gumbelcheck::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kRowsShown = 20;  // without `all`

[[noreturn]] void refuse(std::string_view origin, const std::string& why) {
  throw std::invalid_argument(fmt::format("'{}' {}.", shortened(origin, 200), why));
}

// As verdict.json writes real numbers.
double e_value_from(const Json& value, std::string_view origin) {
  const std::optional<double> known = real_from(value);
  if (!known || std::isnan(*known)) refuse(origin, "holds an e-value that is no number");
  return *known;
}

// The logits that a claim chooses by itself under this seed: they differ from run to run, and their law is the same
// rule. What a user gave is a law of its own.
std::set<std::string> logits_of_the_battery(const std::string& claim_id, const subject::Description& description,
                                            std::uint64_t seed) {
  std::set<std::string> digests;
  const claim::Claim* known = claim::find(claim_id);
  if (known == nullptr || !known->missing(description).empty()) return digests;
  for (const claim::Case& tried : known->cases(description, {.seed = seed})) {
    digests.insert(claim::logits_digest(tried.logits));
  }
  return digests;
}

Json law_of(const Json& check, const std::set<std::string>& battery, std::string_view origin) {
  const Json& tried = check.at("case");
  std::string digest;
  try {
    digest = claim::logits_digest_of(check.at("replay").get<std::string>());
  } catch (const std::invalid_argument& error) {
    refuse(origin, fmt::format("holds a check that cannot be rebuilt: {}", error.what()));
  }
  return {
      {"shape", tried.at("shape")},     {"axis", tried.at("axis")},
      {"dtype", tried.at("dtype")},     {"temperature", tried.at("temperature")},
      {"variant", tried.at("variant")}, {"effect", tried.at("effect")},
      {"held_to", check.at("held_to")}, {"logits", battery.contains(digest) ? std::string("of the battery") : digest}};
}

// Which member of two laws differs, for a sentence.
std::string difference(const std::string& before, const Json& now) {
  const Json old = Json::parse(before);
  for (const auto& [member, value] : now.items()) {
    if (old.at(member) == value) continue;
    if (member != "logits") return fmt::format("{} {} before and {} now", member, old.at(member).dump(), value.dump());
    constexpr std::string_view kOfTheBattery = "of the battery";
    if (value == kOfTheBattery) return "the logits were given before, and are the battery's own now";
    return old.at(member) == kOfTheBattery ? "the logits were the battery's own before, and are given now"
                                           : "other logits were given before";
  }
  return "nothing";
}

// rule  where only a p-value is known, ln of 1 / (2 sqrt p): of the calibrators kappa p^(kappa - 1) that with kappa 1/2.
//       An engine's E that never left 1 looks like a p-value of 1 here, and is then counted as 1/2. A p-value of 0 has
//       underflowed: it is improbable and not impossible, and counts as the smallest number
double log_e_of(const Json& check, std::string_view origin) {
  if (check.value("impossible", false)) return std::numeric_limits<double>::infinity();
  const Json& evidence = check.at("evidence");
  const double log_e = e_value_from(evidence.at("log_e"), origin);
  if (log_e != 0 || e_value_from(evidence.at("largest_log_e"), origin) != 0) return log_e;
  const double p_value = e_value_from(evidence.at("p_value"), origin);
  if (!(p_value >= 0 && p_value <= 1)) refuse(origin, fmt::format("holds a p-value of {}", p_value));
  return -std::numbers::ln2 - std::log(std::max(p_value, std::numeric_limits<double>::denorm_min())) / 2;
}

void add_check(Ledger& ledger, const std::string& claim, const Json& check, const std::set<std::string>& battery,
               std::uint64_t seed, std::string_view origin) {
  const Json& evidence = check.at("evidence");
  const std::string label = check.at("case").at("label");
  const Json law = law_of(check, battery, origin);
  auto row =
      std::ranges::find_if(ledger.rows, [&](const LedgerRow& r) { return r.claim == claim && r.label == label; });
  if (row == ledger.rows.end()) {
    row = ledger.rows.insert(ledger.rows.end(), {.claim = claim, .label = label, .law = law.dump(), .entries = {}});
  } else if (row->law != law.dump()) {
    refuse(origin, fmt::format("asks {} ({}) under another law than the ledger holds: {}", claim, label,
                               difference(row->law, law)));
  }
  if (std::ranges::find(row->entries, seed, &LedgerEntry::seed) != row->entries.end()) {
    refuse(origin, fmt::format("holds {} ({}) twice", claim, label));
  }
  row->entries.push_back({.seed = seed,
                          .log_e = log_e_of(check, origin),
                          .draws = evidence.is_null() ? check.at("draws") : evidence.at("draws")});
}

Ledger with_verdict(Ledger ledger, const Json& verdict, std::string_view origin) {
  if (!verdict.is_object() || verdict.value("schema", "") != kVerdictSchema) {
    refuse(origin, fmt::format("is no verdict.json of schema {}", kVerdictSchema));
  }
  const subject::Description description = description_from(verdict.at("subject"));
  if (description.name.empty()) refuse(origin, "is of a subject that did not say its name");
  if (ledger.runs.empty()) {
    ledger.subject = description.name;
    ledger.version = description.version;
    ledger.device = description.device;
  }
  if (ledger.subject != description.name || ledger.version != description.version) {
    refuse(origin, fmt::format("is of {} {}, and the ledger of {} {}", description.name, description.version,
                               ledger.subject, ledger.version));
  }
  if (ledger.device != description.device) {
    refuse(origin, fmt::format("was run on device \"{}\", and the ledger's runs on \"{}\": another device is another "
                               "sampler",
                               shortened(description.device, 80), shortened(ledger.device, 80)));
  }
  const Json& seed_given = verdict.at("seed");
  if (!seed_given.is_number_unsigned() || seed_given.get<std::uint64_t>() >= std::uint64_t{1} << 53) {
    refuse(origin, fmt::format("has seed {}; a seed is a whole number from 0 to 2^53 - 1", seed_given.dump()));
  }
  const std::uint64_t seed = seed_given;
  if (std::ranges::find(ledger.runs, seed, &LedgerRun::seed) != ledger.runs.end()) {
    refuse(origin, fmt::format("is of seed {}, which is in the ledger already: the same draws twice are no new "
                               "evidence",
                               seed));
  }
  bool any = false;
  std::uint64_t refuted_checks = 0;
  for (const Json& claim : verdict.at("claims")) {
    const std::string id = claim.at("id");
    std::set<std::string> battery;
    for (const Json& check : claim.at("checks")) {
      refuted_checks += check.at("verdict") == "refuted" ? 1 : 0;
      if (check.at("evidence").is_null() && !check.value("impossible", false)) continue;
      if (battery.empty()) battery = logits_of_the_battery(id, description, seed);
      add_check(ledger, id, check, battery, seed, origin);
      any = true;
    }
  }
  if (!any) refuse(origin, "holds no statistical check, and so no e-value");
  ledger.runs.push_back({.seed = seed,
                         .started = verdict.at("timing").at("started"),
                         .program_version = verdict.at("program_version"),
                         .refuted_checks = refuted_checks});
  return ledger;
}

// What no ledger that this program wrote holds: it was changed by hand, or two were put together.
void refuse_inconsistent(const Ledger& ledger, const std::string& file) {
  const auto contradicts = [&](const std::string& what) { refuse(file, "contradicts itself: " + what); };
  std::map<std::uint64_t, std::size_t> place;  // of each seed among the runs
  for (const LedgerRun& run : ledger.runs) {
    if (run.seed >= std::uint64_t{1} << 53) contradicts(fmt::format("seed {} is not below 2^53", run.seed));
    if (!place.emplace(run.seed, place.size()).second) contradicts(fmt::format("two runs have seed {}", run.seed));
  }
  std::set<std::pair<std::string, std::string>> cases;
  std::set<std::uint64_t> with_evidence;
  for (const LedgerRow& row : ledger.rows) {
    const std::string name = fmt::format("{} ({})", shortened(row.claim, 80), shortened(row.label, 120));
    if (!cases.emplace(row.claim, row.label).second) contradicts(name + " stands there twice");
    if (row.entries.empty()) contradicts(name + " holds no run");
    std::size_t next = 0;
    for (const LedgerEntry& entry : row.entries) {
      const auto run = place.find(entry.seed);
      if (run == place.end()) contradicts(fmt::format("{} holds seed {}, which no run has", name, entry.seed));
      if (run->second < next) contradicts(fmt::format("the runs of {} are repeated, or out of order", name));
      next = run->second + 1;
      if (std::isnan(entry.log_e)) contradicts(fmt::format("{} holds an e-value that is no number", name));
      with_evidence.insert(entry.seed);
    }
  }
  for (const LedgerRun& run : ledger.runs) {
    if (!with_evidence.contains(run.seed)) contradicts(fmt::format("the run of seed {} is of no case", run.seed));
  }
  if (!ledger.runs.empty() && ledger.subject.empty()) contradicts("it has runs, and no name of their subject");
}

// rule  the sum of the logarithms; infinity stays, whatever comes before it or after: it has probability 0
double times(double log_e, double other) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return log_e == infinity || other == infinity ? infinity : log_e + other;
}

std::string logarithm(double log_e) { return number(log_e / std::numbers::ln10, 4); }

}  // namespace

double LedgerRow::largest_log_e() const {
  double product = 0;
  double largest = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) largest = std::max(largest, product = times(product, counted(i)));
  return largest;
}

double LedgerRow::log_e() const {
  double product = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) product = times(product, counted(i));
  return product;
}

double LedgerRow::counted(std::size_t i) const {
  const LedgerEntry& entry = entries[i];
  const auto end = entries.begin() + static_cast<std::ptrdiff_t>(i);
  const bool repeated = std::any_of(entries.begin(), end, [&](const LedgerEntry& earlier) {
    return earlier.log_e == entry.log_e && earlier.draws == entry.draws;
  });
  return repeated ? std::min(0.0, entry.log_e) : entry.log_e;
}

double Ledger::alpha_of(const LedgerRow& row) const {
  constexpr std::ptrdiff_t kFirst = 1000;
  const std::ptrdiff_t place = &row - rows.data();
  if (place < kFirst) return false_alarm_rate / (2 * static_cast<double>(kFirst));
  const double later = std::numbers::pi * static_cast<double>(place - kFirst + 1);
  return false_alarm_rate * 3 / (later * later);
}

bool Ledger::refuted(const LedgerRow& row) const { return row.largest_log_e() >= -std::log(alpha_of(row)); }

bool Ledger::refuted() const {
  return std::ranges::any_of(rows, [&](const LedgerRow& row) { return refuted(row); });
}

void add_verdict(Ledger& ledger, std::string_view verdict_json, std::string_view origin) {
  Json verdict;
  try {
    verdict = Json::parse(verdict_json);
    ledger = with_verdict(ledger, verdict, origin);
  } catch (const nlohmann::json::exception& error) {
    refuse(origin, fmt::format("cannot be read as a verdict.json: {}", in_words(error)));
  }
}

Ledger read_ledger(const std::filesystem::path& file) {
  if (std::filesystem::is_directory(file)) refuse(file.string(), "is a folder, and not a file");
  std::ifstream stream(file, std::ios::binary);
  if (!stream) refuse(file.string(), "cannot be read");
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  try {
    const Json content = Json::parse(text);
    if (!content.is_object() || content.value("schema", "") != kLedgerSchema) {
      refuse(file.string(), fmt::format("is no ledger of schema {}", kLedgerSchema));
    }
    Ledger ledger;
    ledger.subject = content.at("subject").at("name");
    ledger.version = content.at("subject").at("version");
    ledger.device = content.at("subject").at("device");
    ledger.false_alarm_rate = content.at("false_alarm_rate");
    if (!(ledger.false_alarm_rate > 0 && ledger.false_alarm_rate < 1)) {
      refuse(file.string(), "has a false_alarm_rate outside (0, 1)");
    }
    for (const Json& run : content.at("runs")) {
      ledger.runs.push_back({.seed = run.at("seed"),
                             .started = run.at("started"),
                             .program_version = run.at("program_version"),
                             .refuted_checks = run.at("refuted_checks")});
    }
    for (const Json& row : content.at("cases")) {
      LedgerRow& made = ledger.rows.emplace_back();
      made.claim = row.at("claim");
      made.label = row.at("label");
      made.law = row.at("law").dump();
      for (const Json& entry : row.at("runs")) {
        made.entries.push_back({.seed = entry.at("seed"),
                                .log_e = e_value_from(entry.at("log_e"), file.string()),
                                .draws = entry.at("draws")});
      }
    }
    refuse_inconsistent(ledger, file.string());
    return ledger;
  } catch (const nlohmann::json::exception& error) {
    refuse(file.string(), fmt::format("cannot be read as a ledger: {}", in_words(error)));
  }
}

std::string ledger_json(const Ledger& ledger) {
  Json runs = Json::array();
  for (const LedgerRun& run : ledger.runs) {
    runs.push_back({{"seed", run.seed},
                    {"started", run.started},
                    {"program_version", run.program_version},
                    {"refuted_checks", run.refuted_checks}});
  }
  Json rows = Json::array();
  for (const LedgerRow& row : ledger.rows) {
    Json entries = Json::array();
    for (const LedgerEntry& entry : row.entries) {
      entries.push_back({{"seed", entry.seed}, {"log_e", real(entry.log_e)}, {"draws", entry.draws}});
    }
    rows.push_back({{"claim", row.claim}, {"label", row.label}, {"law", Json::parse(row.law)}, {"runs", entries}});
  }
  const Json content = {{"schema", kLedgerSchema},
                        {"subject", {{"name", ledger.subject}, {"version", ledger.version}, {"device", ledger.device}}},
                        {"false_alarm_rate", ledger.false_alarm_rate},
                        {"runs", runs},
                        {"cases", rows}};
  return content.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string console_ledger(const Ledger& ledger, const ConsoleOptions& options) {
  if (ledger.runs.empty()) return "The ledger is empty: --add takes the verdict.json of a run.\n";
  std::vector<const LedgerRow*> order;
  for (const LedgerRow& row : ledger.rows) order.push_back(&row);
  std::ranges::stable_sort(
      order, [](const LedgerRow* a, const LedgerRow* b) { return a->largest_log_e() > b->largest_log_e(); });
  std::vector<std::vector<std::string>> rows;
  std::size_t refuted = 0;
  for (const LedgerRow* row : order) {
    const bool against = ledger.refuted(*row);
    refuted += against;
    if (!options.all && !against && rows.size() >= kRowsShown) continue;
    std::uint64_t draws = 0;
    for (const LedgerEntry& entry : row->entries) draws += entry.draws;
    rows.push_back({against ? "refuted" : "-", row->claim, row->label, grouped(row->entries.size()), grouped(draws),
                    logarithm(row->log_e()), logarithm(row->largest_log_e())});
  }
  std::string text =
      fmt::format("{} {}: {}{}\n\n", shortened(ledger.subject, 80), shortened(ledger.version, 60),
                  counted(ledger.runs.size(), "run"), ledger.runs.size() == 1 ? "" : " on distinct seeds");
  text += console_columns({"state", "claim", "case", "runs", "draws", "log10 E", "largest"}, rows,
                          {.width = options.width,
                           .droppable = {"draws", "runs"},
                           .right_aligned = {"runs", "draws", "log10 E", "largest"},
                           .colour = options.colour});
  if (rows.size() < order.size()) {
    text +=
        fmt::format("  {} with less evidence: --all shows them\n", counted(order.size() - rows.size(), "more case"));
  }
  text += "\n";
  text +=
      wrapped(fmt::format("log10 E is the product over the runs, largest what it came to after any of them. A case "
                          "is refuted from {} (after the first thousand, from more): the ledger on a correct subject "
                          "refutes anything at all, at any "
                          "time, with probability at most {} (its false-alarm rate).",
                          logarithm(-std::log(ledger.alpha_of(ledger.rows.front()))), number(ledger.false_alarm_rate)),
              options.width, "");
  const auto by_themselves =
      std::ranges::count_if(ledger.runs, [](const LedgerRun& run) { return run.refuted_checks > 0; });
  if (by_themselves > 0) {
    text +=
        wrapped(fmt::format("{} refuted something by itself, which may have no e-value and then is not in the table: "
                            "see its report.",
                            counted(static_cast<std::uint64_t>(by_themselves), "run")),
                options.width, "");
  }
  text += refuted == 0 ? fmt::format("Nothing is refuted in {}.\n", counted(order.size(), "case"))
                       : fmt::format("refuted: {} of {}.\n", refuted, counted(order.size(), "case"));
  return text;
}

}  // namespace gumbelcheck::report
