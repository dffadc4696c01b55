#include "gumbelcheck/report/console.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numbers>
#include <set>

#include "gumbelcheck/report/aftermath.hpp"
#include "gumbelcheck/report/summary.hpp"
#include "gumbelcheck/report/text.hpp"
#include "gumbelcheck/report/tolerances.hpp"

namespace gumbelcheck::report {
namespace {

using claim::CheckResult;
using claim::ClaimResult;
using claim::Verdict;

constexpr std::size_t kChecksShown = 3;  // of one claim, without `all`
constexpr std::size_t kStandardErrorLines = 10;
constexpr std::size_t kLongestFinding = 2000;  // columns

constexpr std::size_t kLongestId = 200;  // columns of a claim's; ours are shorter

// A paragraph of words that may be anybody's.
std::string said(std::string_view text, std::size_t width) {
  return wrapped(shortened(text, kLongestFinding), width, "    ");
}

std::string id_of(const ClaimResult& result) { return shortened(result.sheet.id, kLongestId); }

std::string seconds_text(double seconds) { return fmt::format("{:.2f}", seconds); }

std::string claims_table(const claim::RunRecord& record, const ConsoleOptions& options) {
  std::vector<std::vector<std::string>> rows;
  for (const ClaimResult& result : record.claims) {
    if (implied(result)) {
      rows.push_back({"upheld", result.sheet.id, "-", "-", "", "implied by " + result.sheet.implied_by, "-"});
      continue;
    }
    const CheckResult* shown = shown_check(result, record.budget);
    const bool asked = result.verdict != Verdict::unsupported && shown != nullptr;
    rows.push_back({std::string(claim::name(result.verdict)), result.sheet.id,
                    asked ? grouped(result.checks.size()) : "-", asked ? grouped(total_draws(result)) : "-",
                    asked ? effect_text(result.sheet, *shown) : "", asked ? evidence_text(*shown) : "",
                    asked ? seconds_text(total_seconds(result)) : "-"});
    if (!options.all) continue;
    for (const CheckResult& check : result.checks) {
      rows.push_back({std::string(claim::name(check.verdict)), "- " + check.tried.label, "", grouped(check.draws),
                      effect_text(result.sheet, check), evidence_text(check), seconds_text(check.seconds)});
    }
  }
  return console_columns({"verdict", "claim", "checks", "draws", "effect [interval]", "evidence", "seconds"}, rows,
                         {.width = options.width,
                          .droppable = {"checks", "seconds", "draws"},
                          .right_aligned = {"checks", "draws", "seconds"},
                          .colour = options.colour});
}

// The numbers of a check, without what its finding says already.
std::string evidence_lines(const CheckResult& check, std::size_t width) {
  std::string text;
  const auto add_unless_said = [&](std::string& line, const char* name, const std::string& value) {
    if (!value.empty() && check.finding.find(value) == std::string::npos) line += name + value;
  };
  if (check.evidence) {
    const statistic::Evidence& found = *check.evidence;
    std::string line = fmt::format("{} after {} draws", p_text(found), grouped(found.draws));
    if (found.declared_effect > 0) {
      line += fmt::format(", effect {} (declared {})", interval_text(found), number(found.declared_effect));
      if (!found.effect_table.empty()) line += " in " + found.effect_table;
    }
    add_unless_said(line, "; strongest evidence: ", found.leading);
    text += said(line, width);
    if (const std::string moved = estimates_text(check); !moved.empty()) {
      text += said("what may have moved (intervals are approximate): " + moved, width);
    }
  }
  if (check.exact) {
    const claim::ExactEvidence& exact = *check.exact;
    std::string line =
        fmt::format("error {} of its bound in {}", number(exact.worst), counted(exact.comparisons, "comparison"));
    add_unless_said(line, "; bound: ", exact.bound);
    add_unless_said(line, "; held against: ", exact.witness);
    add_unless_said(line, "; worst: ", exact.where);
    text += said(line, width);
  }
  return text;
}

std::string standard_error_lines(const std::string& words, std::size_t width) {
  std::vector<std::string_view> lines;
  std::string_view rest = words;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    lines.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (lines.empty()) return "";
  std::string text = "    its last words on standard error:\n";
  const std::size_t first = lines.size() > kStandardErrorLines ? lines.size() - kStandardErrorLines : 0;
  for (std::size_t i = first; i < lines.size(); ++i) {
    text += "      | " + shortened(lines[i], std::max<std::size_t>(width, 40) - 8) + "\n";
  }
  return text;
}

// What asking again showed, and the smallest case that fails.
std::string aftermath_lines(const CheckResult& check, std::size_t width) {
  std::string text;
  for (const claim::Rerun& rerun : check.reruns) text += said(rerun_text(rerun), width);
  if (!check.cut_short.empty()) text += said(check.cut_short, width);
  if (!check.smaller) return text;
  text += said(smaller_text(*check.smaller), width);
  for (const std::string& line : paste_lines(*check.smaller, kLongestShownToken)) text += "      " + line + "\n";
  return text;
}

// A program that dies breaks everything that was still to be asked: its reason is shown once, the claims that
// suffered from it in one list.
std::string attention(const claim::RunRecord& record, const ConsoleOptions& options) {
  std::string text;
  std::set<std::string> reasons_shown;
  std::string claims_that_suffered;
  for (const ClaimResult& result : record.claims) {
    if (result.verdict == Verdict::upheld || result.verdict == Verdict::unsupported) continue;
    std::size_t shown = 0;
    std::size_t left_out = 0;
    bool suffered = false;
    for (const CheckResult* check : by_attention(result, record.budget)) {
      if (check->verdict == Verdict::upheld || check->verdict == Verdict::unsupported) continue;
      if (shown == kChecksShown && !options.all) {
        ++left_out;
        continue;
      }
      if (check->verdict == Verdict::broken && !options.all && !check->finding.empty() &&
          (after_a_breakdown(*check) || !reasons_shown.insert(check->finding).second)) {
        suffered = true;
        continue;
      }
      ++shown;
      const std::string head = fmt::format("  {}  {}", claim::name(check->verdict), id_of(result));
      const std::string label = shortened(check->tried.label, 200);
      const bool beside = !label.empty() && columns_of(head) + 2 + columns_of(label) <= options.width;
      text += fmt::format("\n{}{}\n", head, beside ? "  " + label : "");
      if (!beside) text += wrapped(label, options.width, "    ");
      text += said(check->finding, options.width);
      text += evidence_lines(*check, options.width);
      if (!check->held_to.empty()) text += said("held to " + check->held_to, options.width);
      text += standard_error_lines(check->last_stderr, options.width);
      if (!check->tried.label.empty()) text += "    " + replay_line(*check) + "\n";
      text += aftermath_lines(*check, options.width);
    }
    if (suffered && shown == 0) claims_that_suffered += (claims_that_suffered.empty() ? "" : ", ") + id_of(result);
    if (shown == 0 && !suffered) text += fmt::format("\n  {}  {}\n", claim::name(result.verdict), id_of(result));
    if (left_out > 0) {
      text += wrapped(fmt::format("{} of {} need{} attention: --all shows them", counted(left_out, "more check"),
                                  id_of(result), left_out == 1 ? "s" : ""),
                      options.width, "    ");
    }
  }
  if (!claims_that_suffered.empty()) {
    text += "\n  broken for a reason given above\n" + wrapped(claims_that_suffered, options.width, "    ");
  }
  return text.empty() ? "" : "\nNeeds attention\n" + text;
}

// Claims and single checks that could not be asked, with the reason; reasons once each.
std::string not_asked(const claim::RunRecord& record, const ConsoleOptions& options) {
  std::vector<std::string> reasons;
  std::map<std::string, std::map<std::string, std::size_t>> claims;
  for (const ClaimResult& result : record.claims) {
    const auto note = [&](const std::string& finding) {
      const std::string reason = finding.empty() ? std::string(kNotOffered) : shortened(finding, kLongestFinding);
      if (!claims.contains(reason)) reasons.push_back(reason);
      ++claims[reason][id_of(result)];
    };
    if (result.verdict == Verdict::unsupported && result.checks.empty()) note("");
    for (const CheckResult& check : result.checks) {
      if (check.verdict == Verdict::unsupported) note(check.finding);
    }
  }
  std::string text;
  for (const std::string& reason : reasons) {
    std::string ids;
    for (const auto& [id, count] : claims[reason]) {
      ids += (ids.empty() ? "" : ", ") + id + (count > 1 ? fmt::format(" ({} checks)", count) : "");
    }
    text += wrapped(fmt::format("{}: {}", ids, reason), options.width, "  ");
  }
  return text.empty() ? "" : "\nNot asked (unsupported)\n" + text;
}

}  // namespace

std::string replay_line(const CheckResult& check, std::size_t longest_token) {
  if (check.replay_token.empty()) return "no replay token was recorded";
  if (check.replay_token.size() > longest_token) {
    return fmt::format(
        "replay: its token has {} characters; it is in verdict.json (--out DIR), and `gumbelcheck "
        "replay @FILE` reads a token from a file",
        grouped(check.replay_token.size()));
  }
  return "replay: gumbelcheck replay " + one_line(check.replay_token);
}

std::string console_check(const CheckResult& check, const statistic::Budget& budget, const ConsoleOptions& options) {
  std::vector<std::vector<std::string>> rows;
  const auto row = [&](std::string_view what, const std::string& value) {
    if (!value.empty()) rows.push_back({std::string(what), value});
  };
  std::string text = fmt::format("{}  {}\n", claim::name(check.verdict), one_line(check.tried.claim));
  text += wrapped(check.tried.label, options.width, "  ");
  text += wrapped(shortened(check.finding, kLongestFinding), options.width, "  ");
  std::string shape;
  for (const std::size_t extent : check.tried.shape) shape += (shape.empty() ? "" : " x ") + grouped(extent);
  row("shape", shape);
  row("dtype", std::string(subject::name(check.tried.dtype)));
  row("temperature", number(check.tried.temperature, 17));
  row("variant", check.tried.variant);
  row("seed", std::to_string(check.tried.seed));
  row("draws", fmt::format("{} of {} planned", grouped(check.draws), grouped(check.tried.draws)));
  if (check.evidence) {
    const statistic::Evidence& found = *check.evidence;
    const auto logarithm = [](double log_e) { return number(log_e / std::numbers::ln10, 4); };
    row("p", p_text(found).substr(2) + " (valid at any number of draws)");
    row("log10 E", fmt::format("{} at the last of {}, {} at most", logarithm(found.log_e), counted(found.looks, "look"),
                               logarithm(found.largest_log_e)));
    row("refutes at", "p below " + number(budget.alpha_per_check()));
    if (found.declared_effect > 0) {
      row("effect", interval_text(found));
      row("in", found.effect_table);
      row("declared effect", number(found.declared_effect));
      row("smallest seen", number(found.smallest_detectable_effect));
    }
    row("strongest", found.leading);
    const auto fixed = [&](std::string_view what, const std::optional<statistic::FixedDrawsTest>& test) {
      if (!test) return;
      const std::string degrees = test->degrees_of_freedom > 0
                                      ? fmt::format(" on {} degrees of freedom", number(test->degrees_of_freedom))
                                      : "";
      row(what,
          fmt::format("{}{}, p {} ({})", number(test->statistic, 6), degrees, number(test->p_value), test->label));
    };
    fixed("Pearson", found.pearson);
    fixed("G", found.g);
    fixed("splitting tree", found.splitting_tree);
    fixed("Kolmogorov", found.kolmogorov_smirnov);
    fixed("Valiant-Valiant", found.valiant_valiant);
    row("may have moved", estimates_text(check));
    if (found.control) {
      row("live control", fmt::format("effect {} planted: log10 E {}, {}", number(found.control->planted_effect),
                                      logarithm(found.control->log_e),
                                      found.control->refuted ? "refuted as it must be" : "NOT refuted"));
    }
  }
  if (check.exact) {
    row("comparisons", grouped(check.exact->comparisons));
    row("worst error", number(check.exact->worst, 6) + " of its bound");
    row("bound", check.exact->bound);
    row("held against", check.exact->witness);
    row("where", check.exact->where);
  }
  row("held to", check.held_to);
  row("seconds", seconds_text(check.seconds));
  for (const auto& line : rows) {
    const std::string value = wrapped(line[1], options.width, std::string(20, ' '));
    text += fmt::format("  {:<18}{}", line[0], value.size() > 20 ? value.substr(20) : "\n");
  }
  return text + standard_error_lines(check.last_stderr, options.width);
}

std::string console_selftest(const std::vector<claim::FaultResult>& faults, const ConsoleOptions& options) {
  std::vector<std::vector<std::string>> rows;
  std::string attention;
  std::size_t failed = 0;
  double seconds = 0;
  for (const claim::FaultResult& fault : faults) {
    rows.push_back({fault.passed ? "ok" : "FAILED", fault.id, fault.source,
                    fault.named_claim.empty() ? "acquittal" : fault.named_claim,
                    std::string(claim::name(fault.verdict)), grouped(fault.draws), fault.evidence,
                    seconds_text(fault.seconds)});
    seconds += fault.seconds;
    if (fault.passed) continue;
    ++failed;
    attention += fmt::format(
        "\n  {}: {}\n", one_line(fault.id),
        fault.named_claim.empty() ? "must be acquitted" : "must be refuted by " + one_line(fault.named_claim));
    attention += wrapped(fault.sentence, options.width, "    ") + wrapped(fault.finding, options.width, "    ");
  }
  std::string text = console_columns(
      {"result", "fault", "source", "must be refuted by", "verdict", "draws", "evidence", "seconds"}, rows,
      {.width = options.width,
       .droppable = {"seconds", "verdict", "source"},
       .right_aligned = {"draws", "seconds"},
       .colour = options.colour});
  if (!attention.empty()) text += "\nNeeds attention\n" + attention;
  text += faults.empty() ? "\nNo fault was asked.\n"
          : failed == 0  ? fmt::format("\n{} as {} must be, in {} s.\n",
                                      faults.size() == 1 ? "The one fault is"
                                                          : fmt::format("All {} are", counted(faults.size(), "fault")),
                                      faults.size() == 1 ? "it" : "they", number(seconds))
                         : fmt::format("\n{} of {} not as they must be.\n", failed, counted(faults.size(), "fault"));
  return text;
}

std::string console_table(const claim::RunRecord& record, const ConsoleOptions& options) {
  std::string text = wrapped(fmt::format("{}, asked as: {}", subject_title(record), shortened(record.subject, 400)),
                             options.width, "");
  text += fmt::format("seed {}, {} planned\n\n", record.seed, counted(record.budget.checks, "check"));
  if (const std::string held = console_tolerances(record.tolerances, options.width, options.all); !held.empty()) {
    text += held + "\n";
  }
  text += claims_table(record, options);
  text += "\n";
  text += wrapped(
      "Effect and evidence are those of one check: of an upheld claim the one that bounds least, of any other the most "
      "suspicious. A declared effect is named where it is larger than the claim's own, because so many classes allow "
      "so few draws. p is valid at any number of draws. \"Upheld\" says that the effect is below the declared one, not "
      "that the sampler is correct: `gumbelcheck explain CLAIM` says what a check sees and what it cannot see.",
      options.width, "");
  text += attention(record, options);
  text += not_asked(record, options);
  text += "\n";
  text += wrapped(verdict_sentence(record), options.width, "");
  if (tally(record).judged() > 0) text += wrapped(error_rates_sentence(record.budget), options.width, "");
  return text;
}

}  // namespace gumbelcheck::report
