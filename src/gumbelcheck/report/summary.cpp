#include "gumbelcheck/report/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::report {
namespace {

using claim::CheckResult;
using claim::ClaimResult;
using claim::RunRecord;
using claim::Verdict;

// "a, b and c" of the claims with this verdict; at most six by name.
constexpr std::size_t kLongestId = 200;  // columns; ours are shorter

std::string claims_with(const RunRecord& record, Verdict verdict) {
  std::vector<std::string> ids;
  for (const ClaimResult& result : record.claims) {
    if (result.verdict == verdict) ids.push_back(result.sheet.id);
  }
  std::string text;
  const std::size_t shown = std::min<std::size_t>(ids.size(), 6);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) text += i + 1 == ids.size() ? " and " : ", ";
    text += shortened(ids[i], kLongestId);
  }
  if (ids.size() > shown) text += fmt::format(" and {} more", ids.size() - shown);
  return text;
}

}  // namespace

Tally tally(const RunRecord& record) {
  Tally count;
  for (const ClaimResult& result : record.claims) {
    switch (result.verdict) {
      case Verdict::upheld:
        ++count.upheld;
        break;
      case Verdict::refuted:
        ++count.refuted;
        break;
      case Verdict::inconclusive:
        ++count.inconclusive;
        break;
      case Verdict::unsupported:
        ++count.unsupported;
        break;
      case Verdict::broken:
        ++count.broken;
        break;
    }
  }
  return count;
}

std::string subject_title(const RunRecord& record) {
  const subject::Description& description = record.description;
  if (description.name.empty()) return shortened(record.subject, 200);
  std::string title = shortened(description.name, 80);
  if (!description.version.empty()) title += fmt::format(" {}", shortened(description.version, 60));
  if (!description.device.empty()) title += fmt::format(" ({})", shortened(description.device, 60));
  return title;
}

std::string verdict_sentence(const RunRecord& record) {
  const Tally count = tally(record);
  std::vector<std::string> parts;
  if (count.refuted > 0) {
    parts.push_back(count.asked() == 1
                        ? fmt::format("is refuted on the one claim asked: {}", claims_with(record, Verdict::refuted))
                        : fmt::format("is refuted on {} of the {} asked: {}", count.refuted,
                                      counted(count.asked(), "claim"), claims_with(record, Verdict::refuted)));
  }
  if (count.broken > 0) {
    parts.push_back(
        fmt::format("broke on {}: {}", counted(count.broken, "claim"), claims_with(record, Verdict::broken)));
  }
  if (count.inconclusive > 0) {
    parts.push_back(fmt::format("is not decided on {}: {}", counted(count.inconclusive, "claim"),
                                claims_with(record, Verdict::inconclusive)));
  }
  if (count.upheld > 0 && count.upheld < count.asked()) parts.push_back(fmt::format("upheld {}", count.upheld));
  if (count.upheld == 1 && count.asked() == 1) parts.emplace_back("upheld the one claim asked");
  if (count.upheld > 1 && count.upheld == count.asked()) {
    parts.push_back(fmt::format("upheld all {} asked", counted(count.upheld, "claim")));
  }
  if (count.unsupported > 0) {
    parts.push_back(fmt::format("does not offer what {} more would need", counted(count.unsupported, "claim")));
  }
  if (parts.empty()) parts.emplace_back("was asked no claim");
  std::string sentence = fmt::format("{}: {} ", claim::name(claim::overall(record)), subject_title(record));
  for (std::size_t i = 0; i < parts.size(); ++i) sentence += (i == 0 ? "" : "; ") + parts[i];
  if (count.upheld == 0 && count.refuted == 0) sentence += "; nothing was upheld";
  return sentence + ".";
}

std::string error_rates_sentence(const statistic::Budget& budget) {
  return fmt::format(
      "A run on a correct subject refutes anything at all with probability at most {} (false-alarm rate); "
      "each "
      "check overlooks an effect of its declared size with probability at most {} (miss rate).",
      number(budget.false_alarm_rate), number(budget.miss_rate));
}

int weight(Verdict verdict) {
  switch (verdict) {
    case Verdict::refuted:
      return 4;
    case Verdict::broken:
      return 3;
    case Verdict::inconclusive:
      return 2;
    case Verdict::upheld:
      return 1;
    case Verdict::unsupported:
      return 0;
  }
  return 4;
}

double pressure(const CheckResult& check, const statistic::Budget& budget) {
  const auto or_infinity = [](double value) {
    return std::isnan(value) ? std::numeric_limits<double>::infinity() : value;
  };
  double largest = -std::numeric_limits<double>::infinity();
  if (check.evidence) {
    largest = or_infinity(check.evidence->largest_log_e / -std::log(budget.alpha_per_check()));
  }
  if (check.exact) largest = std::max(largest, or_infinity(check.exact->worst));
  return largest;
}

std::vector<const CheckResult*> by_weight(const ClaimResult& result, const statistic::Budget& budget) {
  std::vector<const CheckResult*> checks;
  for (const CheckResult& check : result.checks) checks.push_back(&check);
  std::stable_sort(checks.begin(), checks.end(), [&](const CheckResult* a, const CheckResult* b) {
    if (weight(a->verdict) != weight(b->verdict)) return weight(a->verdict) > weight(b->verdict);
    return pressure(*a, budget) > pressure(*b, budget);
  });
  return checks;
}

const CheckResult* deciding_check(const ClaimResult& result, const statistic::Budget& budget) {
  return result.checks.empty() ? nullptr : by_weight(result, budget).front();
}

const CheckResult* shown_check(const ClaimResult& result, const statistic::Budget& budget) {
  if (result.verdict != Verdict::upheld) return deciding_check(result, budget);
  const auto bound = [](const CheckResult& check) {
    return check.evidence && check.evidence->declared_effect > 0 ? check.evidence->effect_high : 0;
  };
  const CheckResult* shown = nullptr;
  for (const CheckResult* check : by_weight(result, budget)) {  // the first of equals has the largest pressure
    if (check->verdict == Verdict::upheld && (shown == nullptr || bound(*check) > bound(*shown))) shown = check;
  }
  return shown;
}

std::uint64_t total_draws(const ClaimResult& result) {
  std::uint64_t draws = 0;
  for (const CheckResult& check : result.checks) draws += check.draws;
  return draws;
}

double total_seconds(const ClaimResult& result) {
  double seconds = 0;
  for (const CheckResult& check : result.checks) seconds += check.seconds;
  return seconds;
}

std::string family(std::string_view claim_id) { return std::string(claim_id.substr(0, claim_id.find('/'))); }

std::string interval_text(const statistic::Evidence& evidence) {
  return fmt::format("{} [{}, {}]", number(evidence.effect, 2), number(evidence.effect_low, 2),
                     number(evidence.effect_high, 2));
}

std::string effect_text(const CheckResult& check) {
  std::string text;
  if (check.evidence && check.evidence->declared_effect > 0) text = interval_text(*check.evidence);
  if (check.exact) {
    text += fmt::format("{}{} of bound", text.empty() ? "" : "; ", number(check.exact->worst, 2));
  }
  return text;
}

std::string effect_text(const claim::Sheet& sheet, const CheckResult& check) {
  const std::string text = effect_text(check);
  if (!check.evidence || !(check.evidence->declared_effect > sheet.effect)) return text;
  return fmt::format("{} (declared {})", text, number(check.evidence->declared_effect, 2));
}

std::string p_text(const statistic::Evidence& evidence) {
  // p_value underflows to 0 where ln E is above 745; the e-value still says how small it is.
  if (evidence.p_value < 1e-300 && evidence.largest_log_e > 690 && std::isfinite(evidence.largest_log_e)) {
    return fmt::format("p 1e-{:.0f}", std::floor(evidence.largest_log_e / std::numbers::ln10));
  }
  return "p " + number(evidence.p_value, 2);
}

std::string evidence_text(const CheckResult& check) {
  if (check.evidence) return p_text(*check.evidence);
  if (check.exact) return counted(check.exact->comparisons, "comparison");
  return "";
}

std::string estimates_text(const CheckResult& check) {
  std::string text;
  if (check.verdict != Verdict::refuted || !check.evidence) return text;
  for (const statistic::Estimate& found : check.evidence->estimates) {
    text += fmt::format("{}{}: about {} [{}, {}], expected {}", text.empty() ? "" : "; ", found.quantity,
                        number(found.value, 4), number(found.low, 4), number(found.high, 4), number(found.expected, 4));
  }
  return text;
}

}  // namespace gumbelcheck::report
