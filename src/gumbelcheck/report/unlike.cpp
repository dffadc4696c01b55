#include "gumbelcheck/report/unlike.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::report {

namespace {

using claim::Case;
using claim::CheckResult;
using claim::ClaimResult;
using claim::RunRecord;

constexpr std::size_t kLongestValue = 80;
constexpr std::size_t kMostNamed = 4;  // of claims, or rows of tolerances

// "seed: 1 in 2.5, 2 in 2.6."; "" where all are equal.
std::string differing(std::string_view what, const std::vector<ComparedRun>& runs,
                      const std::function<std::string(const RunRecord&)>& value) {
  std::vector<std::string> parts;
  std::set<std::string> distinct;
  for (const ComparedRun& run : runs) {
    const std::string own = value(*run.record);
    distinct.insert(own);
    parts.push_back(fmt::format("{} in {}", own.empty() ? "none" : shortened(own, kLongestValue), run.name));
  }
  return distinct.size() < 2 ? "" : fmt::format("{}: {}.", what, fmt::join(parts, ", "));
}

std::string some_of(const std::vector<std::string>& names) {
  const std::size_t shown = std::min(names.size(), kMostNamed);
  std::string text =
      fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  if (shown < names.size()) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

// Rows of tolerances of any run, and what each run has there.
void add_tolerances(const std::vector<ComparedRun>& runs, std::vector<std::string>& all) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> rows;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (const claim::Tolerance& row : runs[i].record->tolerances) {
      auto& rules = rows[{row.dtype, row.what}];
      rules.resize(runs.size());
      rules[i] = row.rule;
    }
  }
  std::vector<std::string> changed;
  for (const auto& row : rows) {
    const auto& rules = row.second;  // no structured binding: C++20's lambdas may hold one, clang 14's may not
    if (std::ranges::all_of(rules, [&](const std::string& rule) { return rule == rules.front(); })) continue;
    changed.push_back(shortened(row.first.first + " " + row.first.second, kLongestValue));
  }
  if (!changed.empty()) all.push_back(fmt::format("Held to something else: {}.", some_of(changed)));
}

// Claims of which one run says something else than another that has it.
void add_claims(std::string_view what, const std::vector<ComparedRun>& runs,
                const std::function<std::string(const claim::Sheet&)>& value, std::vector<std::string>& all) {
  std::map<std::string, std::set<std::string>> values;
  for (const ComparedRun& run : runs) {
    for (const ClaimResult& result : run.record->claims) values[result.sheet.id].insert(value(result.sheet));
  }
  std::vector<std::string> changed;
  for (const auto& [id, own] : values) {
    if (own.size() > 1) changed.push_back(shortened(id, kLongestValue));
  }
  if (!changed.empty()) all.push_back(fmt::format("{}: {}.", what, some_of(changed)));
}

// Cases that several runs have, and that are not the same one; with what is short, such as a number.
void add_cases(std::string_view what, const std::vector<ComparedRun>& runs,
               const std::function<std::string(const Case&)>& value, std::vector<std::string>& all) {
  struct Seen {
    std::string first, other;
  };
  std::map<std::pair<std::string, std::string>, Seen> cases;
  for (const ComparedRun& run : runs) {
    for (const ClaimResult& result : run.record->claims) {
      for (const CheckResult& check : result.checks) {
        if (check.tried.label.empty()) continue;
        const std::string own = value(check.tried);
        const auto [at, is_new] = cases.try_emplace({result.sheet.id, check.tried.label}, Seen{own, ""});
        if (!is_new && own != at->second.first && at->second.other.empty()) at->second.other = own;
      }
    }
  }
  std::size_t changed = 0;
  std::string first;
  for (const auto& [key, seen] : cases) {
    if (seen.other.empty()) continue;
    if (changed++ > 0) continue;
    first = fmt::format("{} ({})", shortened(key.first, kLongestValue), shortened(key.second, kLongestValue));
    if (seen.first.size() < kLongestValue / 4) first += fmt::format(": {} and {}", seen.first, seen.other);
  }
  if (changed > 0)
    all.push_back(fmt::format("{} in {} that several runs have, such as {}.", what, counted(changed, "case"), first));
}

std::string words_of(const std::vector<double>& logits) {
  std::vector<std::string> words;
  for (const double logit : logits) words.push_back(fmt::format("{}", logit));
  return fmt::format("{}", fmt::join(words, " "));
}

}  // namespace

std::vector<std::string> what_is_unlike(const std::vector<ComparedRun>& runs) {
  std::vector<std::string> all;
  const auto add = [&](std::string_view what, const auto& value) {
    std::string sentence = differing(what, runs, value);
    if (!sentence.empty()) all.push_back(std::move(sentence));
  };
  for (std::size_t i = 0; i + 1 < runs.size(); ++i) {
    const RunRecord &one = *runs[i].record, &other = *runs[i + 1].record;
    if (one.started == other.started && one.seed == other.seed && one.seconds == other.seconds) {
      all.push_back(fmt::format("{} and {} are records of the same run.", runs[i].name, runs[i + 1].name));
    }
  }
  add("Subject", [](const RunRecord& r) { return r.description.name; });
  const auto named_by_version = [](const ComparedRun& run) { return run.name == run.record->description.version; };
  if (!std::ranges::all_of(runs, named_by_version))
    add("Version", [](const RunRecord& r) { return r.description.version; });
  add("Device", [](const RunRecord& r) { return r.description.device; });
  add("Asked as", [](const RunRecord& r) { return r.subject; });
  add("Version of gumbelcheck", [](const RunRecord& r) { return r.program_version; });
  add("Seed, so that part of every difference is chance", [](const RunRecord& r) { return fmt::format("{}", r.seed); });
  add("False-alarm rate", [](const RunRecord& r) { return number(r.budget.false_alarm_rate, 6); });
  add("Miss rate", [](const RunRecord& r) { return number(r.budget.miss_rate, 6); });
  add("Checks that share the false-alarm rate", [](const RunRecord& r) { return grouped(r.budget.checks); });
  add("Threads, so that speeds say little", [](const RunRecord& r) { return fmt::format("{}", r.threads); });
  add_tolerances(runs, all);
  add_claims(
      "Claims that say or test something else", runs,
      [](const claim::Sheet& sheet) { return sheet.statement + "\n" + sheet.pivot + "\n" + sheet.test; }, all);
  add_cases(
      "Other draws planned", runs, [](const Case& tried) { return grouped(tried.draws); }, all);
  add_cases(
      "Another effect declared", runs, [](const Case& tried) { return number(tried.effect, 6); }, all);
  add_cases(
      "Another temperature", runs, [](const Case& tried) { return number(tried.temperature, 6); }, all);
  add_cases(
      "Other logits", runs, [](const Case& tried) { return words_of(tried.logits); }, all);
  return all;
}

}  // namespace gumbelcheck::report
