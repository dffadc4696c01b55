#include "gumbelcheck/report/comparison.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "gumbelcheck/report/summary.hpp"
#include "gumbelcheck/report/text.hpp"
#include "gumbelcheck/report/unlike.hpp"

namespace gumbelcheck::report {

namespace {

using claim::CheckResult;
using claim::ClaimResult;
using claim::Verdict;

int rank(const Known& verdict) {
  if (!verdict) return 1;
  switch (*verdict) {
    case Verdict::upheld:
      return 0;
    case Verdict::unsupported:
      return 1;
    case Verdict::inconclusive:
      return 2;
    case Verdict::broken:
      return 3;
    case Verdict::refuted:
      return 4;
  }
  return 4;
}

// Names that no two runs share, of the first rule that gives such.
void name_runs(std::vector<ComparedRun>& runs) {
  constexpr std::size_t kLongestName = 24;
  const auto one_subject = std::ranges::all_of(runs, [&](const ComparedRun& run) {
    return run.record->description.name == runs.front().record->description.name;
  });
  const auto distinct = [&](const auto& name_of) {
    std::set<std::string> used;
    for (ComparedRun& run : runs) {
      run.name = shortened(name_of(run), kLongestName);
      if (run.name.empty() || !used.insert(run.name).second) return false;
    }
    return true;
  };
  if (one_subject && distinct([](const ComparedRun& run) { return run.record->description.version; })) return;
  if (distinct([](const ComparedRun& run) {
        const auto& described = run.record->description;
        return described.name.empty() ? std::string() : described.name + " " + described.version;
      })) {
    return;
  }
  for (std::size_t i = 0; i < runs.size(); ++i) runs[i].name = fmt::format("run {}", i + 1);
}

std::optional<ComparedEffect> effect_of(const CheckResult* check) {
  if (check == nullptr || !check->evidence || !(check->evidence->declared_effect > 0)) return std::nullopt;
  const statistic::Evidence& found = *check->evidence;
  return ComparedEffect{.effect = found.effect,
                        .low = found.effect_low,
                        .high = found.effect_high,
                        .declared = found.declared_effect,
                        .verdict = check->verdict};
}

// Of one claim in all runs, with what its checks are called; equal labels in one claim are told apart by their order.
class Gathered {
 public:
  explicit Gathered(const std::vector<const ClaimResult*>& results) : results_(results) {
    for (const ClaimResult* result : results) {
      std::map<Label, const CheckResult*>& by_label = checks_.emplace_back();
      std::map<std::string, int> seen;
      for (std::size_t i = 0; result != nullptr && i < result->checks.size(); ++i) {
        const CheckResult& check = result->checks[i];
        by_label[{check.tried.label, seen[check.tried.label]++}] = &check;
      }
    }
  }

  std::vector<CaseMove> moves(std::size_t step) const {
    std::vector<CaseMove> found;
    for (const auto& [label, before] : checks_[step]) {
      const auto after = checks_[step + 1].find(label);
      if (after == checks_[step + 1].end() || after->second->verdict == before->verdict) continue;
      found.push_back({.label = label.first, .before = before->verdict, .after = after->second->verdict});
    }
    return found;
  }

  // By how much the intervals of two neighbours lie apart, at most; not above 0 where none do.
  static double apart(const ComparedCase& one) {
    double most = 0;
    for (std::size_t i = 0; i + 1 < one.effects.size(); ++i) {
      if (!one.effects[i] || !one.effects[i + 1]) continue;
      const ComparedEffect &before = *one.effects[i], &after = *one.effects[i + 1];
      most = std::max({most, after.low - before.high, before.low - after.high});
    }
    return most;
  }

  std::optional<ComparedCase> shown(const std::vector<ComparedRun>& runs) const {
    std::set<Label> labels;
    for (const auto& by_label : checks_) {
      for (const auto& [label, check] : by_label) {
        if (effect_of(check)) labels.insert(label);
      }
    }
    if (labels.empty()) return std::nullopt;
    Label chosen = *labels.begin();
    for (std::size_t i = runs.size(); i-- > 0;) {
      const CheckResult* const own =
          results_[i] == nullptr ? nullptr : shown_check(*results_[i], runs[i].record->budget);
      if (!effect_of(own)) continue;
      const auto at = std::ranges::find(checks_[i], own, [](const auto& entry) { return entry.second; });
      if (at == checks_[i].end()) continue;
      chosen = at->first;
      break;
    }
    double most = 0;
    for (const Label& label : labels) {
      const double distance = apart(in_all(label));
      if (distance <= most) continue;
      most = distance;
      chosen = label;
    }
    return in_all(chosen);
  }

 private:
  using Label = std::pair<std::string, int>;

  ComparedCase in_all(const Label& label) const {
    ComparedCase made{.label = label.first, .effects = {}};
    for (const auto& by_label : checks_) {
      const auto at = by_label.find(label);
      made.effects.push_back(effect_of(at == by_label.end() ? nullptr : at->second));
    }
    return made;
  }

  const std::vector<const ClaimResult*>& results_;
  std::vector<std::map<Label, const CheckResult*>> checks_;
};

struct Work {
  double draws = 0, seconds = 0;
  bool known() const { return draws > 0 && seconds > 0; }
};

Work work_of(const ClaimResult* result) {
  Work work;
  for (std::size_t i = 0; result != nullptr && i < result->checks.size(); ++i) {
    const CheckResult& check = result->checks[i];
    if (check.draws == 0 || !(check.seconds > 0)) continue;
    work.draws += static_cast<double>(check.draws);
    work.seconds += check.seconds;
  }
  return work;
}

ComparedClaim compared_claim(const std::string& id, const std::vector<const ClaimResult*>& results,
                             const std::vector<ComparedRun>& runs) {
  ComparedClaim made{.id = id, .verdicts = {}, .draws_per_second = {}, .cases = {}, .shown = {}};
  for (const ClaimResult* result : results) {
    made.verdicts.push_back(result == nullptr ? Known() : Known(result->verdict));
    const Work work = work_of(result);
    made.draws_per_second.push_back(work.known() ? work.draws / work.seconds : 0);
  }
  const Gathered gathered(results);
  for (std::size_t step = 0; step + 1 < runs.size(); ++step) made.cases.push_back(gathered.moves(step));
  made.shown = gathered.shown(runs);
  made.effect_moved = made.shown && Gathered::apart(*made.shown) > 0;
  return made;
}

// Ids of all runs, those of the last first.
std::vector<std::string> ids_of(const std::vector<ComparedRun>& runs) {
  std::vector<std::string> ids;
  std::set<std::string> seen;
  for (std::size_t i = runs.size(); i-- > 0;) {
    for (const ClaimResult& result : runs[i].record->claims) {
      if (seen.insert(result.sheet.id).second) ids.push_back(result.sheet.id);
    }
  }
  return ids;
}

}  // namespace

std::string verdict_word(const Known& verdict) {
  return verdict ? std::string(claim::name(*verdict)) : std::string("not in file");
}

bool worse(const Known& before, const Known& after) { return rank(after) > rank(before); }

int Comparison::exit_status() const {
  const std::size_t step = runs.size() - 2;
  bool undecided = false;
  for (const ComparedClaim& claim : claims) {
    const Known &before = claim.verdicts[step], &after = claim.verdicts[step + 1];
    if (after == Verdict::refuted) {
      if (before != Verdict::refuted) return 1;
      const auto& cases = claim.cases[step];
      if (std::ranges::any_of(cases, [](const CaseMove& move) { return move.after == Verdict::refuted; })) return 1;
    }
    undecided = undecided || worse(before, after);
  }
  return undecided ? 3 : 0;
}

Comparison compared(std::vector<ComparedRun> runs) {
  if (runs.size() < 2 || runs.size() > kMostCompared) {
    throw std::invalid_argument(fmt::format("{} given to compare, but 2 to {} stand side by side.",
                                            counted(runs.size(), "file"), kMostCompared));
  }
  name_runs(runs);
  Comparison made{.runs = std::move(runs), .unlike = {}, .claims = {}, .speed = {}};
  std::vector<std::map<std::string_view, const ClaimResult*>> by_id;
  for (const ComparedRun& run : made.runs) {
    auto& own = by_id.emplace_back();
    for (const ClaimResult& result : run.record->claims) own.emplace(result.sheet.id, &result);
  }
  std::vector<Work> before(made.runs.size() - 1), after(made.runs.size() - 1);
  for (const std::string& id : ids_of(made.runs)) {
    std::vector<const ClaimResult*> results;
    for (const auto& own : by_id) {
      const auto at = own.find(id);
      results.push_back(at == own.end() ? nullptr : at->second);
    }
    made.claims.push_back(compared_claim(id, results, made.runs));
    for (std::size_t step = 0; step < before.size(); ++step) {
      const Work one = work_of(results[step]), other = work_of(results[step + 1]);
      if (!one.known() || !other.known()) continue;
      // The same mix of claims on both sides: each weighs by the draws of the earlier run.
      before[step].draws += one.draws;
      before[step].seconds += one.seconds;
      after[step].draws += one.draws;
      after[step].seconds += other.seconds / other.draws * one.draws;
    }
  }
  for (std::size_t step = 0; step < before.size(); ++step) {
    made.speed.push_back(before[step].known() ? before[step].seconds / after[step].seconds : 0);
  }
  made.unlike = what_is_unlike(made.runs);
  return made;
}

double last_speed(const ComparedClaim& claim) {
  const std::size_t last = claim.draws_per_second.size() - 1;
  const double before = claim.draws_per_second[last - 1], after = claim.draws_per_second[last];
  return before > 0 && after > 0 ? after / before : 0;
}

std::string comparison_sentence(const Comparison& comparison) {
  const std::size_t step = comparison.runs.size() - 2;
  std::vector<std::string> refuted, more, less, better;
  std::size_t same = 0;
  for (const ComparedClaim& claim : comparison.claims) {
    const Known &before = claim.verdicts[step], &after = claim.verdicts[step + 1];
    const std::string id = shortened(claim.id, 80);
    const bool case_worse =
        std::ranges::any_of(claim.cases[step], [](const CaseMove& move) { return move.after == Verdict::refuted; });
    if (after == Verdict::refuted && before != Verdict::refuted) {
      refuted.push_back(id);
    } else if (after == Verdict::refuted && case_worse) {
      more.push_back(id);
    } else if (worse(before, after)) {
      less.push_back(id);
    } else if (worse(after, before)) {
      better.push_back(id);
    } else {
      ++same;
    }
  }
  std::vector<std::string> parts;
  const auto add = [&](const std::vector<std::string>& ids, std::string_view one, std::string_view several) {
    if (ids.empty()) return;
    const std::size_t shown = std::min<std::size_t>(ids.size(), 6);
    std::string part = fmt::format("{} {}: {}", counted(ids.size(), "claim"), ids.size() == 1 ? one : several,
                                   fmt::join(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
    if (shown < ids.size()) part += fmt::format(" and {} more", ids.size() - shown);
    parts.push_back(std::move(part));
  };
  add(refuted, "moved to refuted", "moved to refuted");
  add(more, "is refuted on more cases", "are refuted on more cases");
  add(less, "is worse without being refuted", "are worse without being refuted");
  add(better, "is better", "are better");
  const bool is_worse = comparison.exit_status() != 0;
  if (parts.empty())
    parts.push_back(same == 0 ? "there is no claim" : "every claim has the verdict that it had");
  else if (same > 0)
    parts.push_back(fmt::format("{} as before", same));
  return fmt::format("{}: from {} to {} {}.", is_worse ? "worse" : "nothing is worse", comparison.runs[step].name,
                     comparison.runs[step + 1].name, fmt::join(parts, "; "));
}

std::vector<std::string> moves(const Comparison& comparison, std::size_t most) {
  std::vector<std::string> all;
  // The newest step first, and in it what became worse.
  for (std::size_t step = comparison.runs.size() - 1; step-- > 0;) {
    const std::string from_to = fmt::format("{} to {}", comparison.runs[step].name, comparison.runs[step + 1].name);
    std::vector<std::string> better;
    for (const ComparedClaim& claim : comparison.claims) {
      const std::string id = shortened(claim.id, 80);
      const Known &before = claim.verdicts[step], &after = claim.verdicts[step + 1];
      if (claim.moved(step)) {
        std::string sentence =
            fmt::format("{}: {}, {} in place of {}.", from_to, id, verdict_word(after), verdict_word(before));
        (worse(before, after) ? all : better).push_back(std::move(sentence));
      }
      // What a claim's own move does not say.
      for (const CaseMove& move : claim.cases[step]) {
        if (move.after == after && move.before == before) continue;
        std::string sentence = fmt::format("{}: {} ({}), {} in place of {}.", from_to, id, shortened(move.label, 100),
                                           verdict_word(move.after), verdict_word(move.before));
        (worse(move.before, move.after) ? all : better).push_back(std::move(sentence));
      }
      if (!claim.effect_moved) continue;
      const std::optional<ComparedEffect>&one = claim.shown->effects[step], &other = claim.shown->effects[step + 1];
      const bool grew = one && other && other->low > one->high;
      const bool shrank = one && other && other->high < one->low;
      if (!grew && !shrank) continue;
      std::string sentence =
          fmt::format("{}: {} ({}), the effect {}: {} after {}.", from_to, id, shortened(claim.shown->label, 100),
                      grew ? "grew" : "shrank", effect_words(other), effect_words(one));
      (grew ? all : better).push_back(std::move(sentence));
    }
    all.insert(all.end(), better.begin(), better.end());
  }
  if (all.size() > most) {
    const std::size_t more = all.size() - most;
    all.resize(most);
    all.push_back(fmt::format("{} more in the JSON format.", more));
  }
  return all;
}

std::string effect_words(const std::optional<ComparedEffect>& effect) {
  if (!effect) return "-";
  return fmt::format("{} [{}, {}]", number(effect->effect, 2), number(effect->low, 2), number(effect->high, 2));
}

std::string speed_words(double factor) { return factor > 0 ? fmt::format("x {}", number(factor, 3)) : ""; }

}  // namespace gumbelcheck::report
