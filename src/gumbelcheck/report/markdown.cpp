#include "gumbelcheck/report/markdown.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numbers>
#include <vector>

#include "gumbelcheck/report/aftermath.hpp"
#include "gumbelcheck/report/console.hpp"
#include "gumbelcheck/report/summary.hpp"
#include "gumbelcheck/report/text.hpp"
#include "gumbelcheck/report/tolerances.hpp"

namespace gumbelcheck::report {
namespace {

using claim::CheckResult;
using claim::ClaimResult;
using claim::RunRecord;
using claim::Verdict;

constexpr std::size_t kLongestCell = 200;
constexpr std::size_t kLongestParagraph = 1500;
constexpr std::size_t kLongestTokenInMarkdown = 2000;
constexpr std::size_t kChecksShown = 5;  // of one claim
constexpr std::size_t kNoteReserve = 200;
constexpr std::size_t kStandardError = 1000;  // bytes of it

// Blocks that are written whole or not at all, in order, until the first that does not fit.
class Pages {
 public:
  explicit Pages(std::size_t limit) : limit_(limit) {}

  void add(const std::string& block) {
    if (left_out_ > 0 || text_.size() + block.size() + kNoteReserve > limit_) {
      ++left_out_;
    } else {
      text_ += block;
    }
  }
  std::string text() const {
    if (left_out_ == 0) return text_;
    return text_ + fmt::format(
                       "\n**Cut here**: {} of this report did not fit into {} bytes. verdict.json has "
                       "everything.\n",
                       counted(left_out_, "part"), grouped(limit_));
  }

 private:
  std::size_t limit_;
  std::string text_;
  std::size_t left_out_ = 0;
};

std::string cell(std::string_view text) { return markdown_text(shortened(text, kLongestCell)); }
std::string paragraph(std::string_view text) { return markdown_text(shortened(text, kLongestParagraph)); }

// A block of lines, shown as they are. Its fence is longer than any row of tildes in it, so that nothing in
// the text can close it.
std::string code(std::string_view text) {
  std::string body;
  std::size_t longest = 2;
  while (true) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::string shown = one_line(line);
    std::size_t run = 0;
    for (const char c : shown) {
      run = c == '~' ? run + 1 : 0;
      longest = std::max(longest, run);
    }
    body += shown + "\n";
    if (line.size() == text.size()) break;
    text.remove_prefix(line.size() + 1);
  }
  const std::string fence(longest + 1, '~');
  return fmt::format("{}text\n{}{}\n", fence, body, fence);
}

std::string row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& text : cells) line += " " + (text.empty() ? "-" : text) + " |";
  return line + "\n";
}

std::string statistic_text(const CheckResult& check) {
  if (check.evidence) {
    const statistic::Evidence& found = *check.evidence;
    return fmt::format("log10 E {}, largest {}", number(found.log_e / std::numbers::ln10, 3),
                       number(found.largest_log_e / std::numbers::ln10, 3));
  }
  if (check.exact) return fmt::format("error over bound {}", number(check.exact->worst, 3));
  return "";
}

std::string claim_row(const ClaimResult& result, const statistic::Budget& budget) {
  const CheckResult* shown = shown_check(result, budget);
  const std::string verdict(claim::name(result.verdict));
  if (implied(result)) {
    return row({verdict, cell(result.sheet.id), cell("implied by " + result.sheet.implied_by), "", "", "", "", ""});
  }
  if (shown == nullptr || result.verdict == Verdict::unsupported) {
    return row({verdict, cell(result.sheet.id), "not asked", "", "", "", "", ""});
  }
  const CheckResult& check = *shown;
  return row({result.verdict == Verdict::upheld ? verdict : "**" + verdict + "**", cell(result.sheet.id),
              cell(fmt::format("{}, {}; shown: {}", counted(result.checks.size(), "check"),
                               counted(total_draws(result), "draw"), check.tried.label)),
              cell(statistic_text(check)), cell(check.evidence ? p_text(*check.evidence).substr(2) : ""),
              cell(effect_text(result.sheet, check)),
              cell(check.evidence && check.evidence->declared_effect > 0
                       ? number(check.evidence->smallest_detectable_effect, 2)
                       : ""),
              fmt::format("{:.2f}", total_seconds(result))});
}

// Of the check that a claim's row shows: a row for each test that people expect.
std::string cross_checks(const RunRecord& record) {
  std::string rows;
  for (const ClaimResult& result : record.claims) {
    const CheckResult* check = shown_check(result, record.budget);
    if (check == nullptr || !check->evidence) continue;
    const statistic::Evidence& found = *check->evidence;
    const std::pair<const char*, const std::optional<statistic::FixedDrawsTest>&> tests[] = {
        {"chi-squared", found.pearson},
        {"G", found.g},
        {"splitting tree", found.splitting_tree},
        {"Kolmogorov-Smirnov", found.kolmogorov_smirnov},
        {"Valiant-Valiant", found.valiant_valiant}};
    for (const auto& [what, test] : tests) {
      if (!test) continue;
      rows += row({cell(result.sheet.id), what, number(test->statistic, 4),
                   test->degrees_of_freedom > 0 ? number(test->degrees_of_freedom, 6) : "", number(test->p_value, 2),
                   cell(test->label)});
    }
  }
  if (rows.empty()) return "";
  return "\n## Cross-checks\n\nTests that people expect, of the check that each claim's row shows. They decide "
         "nothing: "
         "their p is valid at one number of draws, fixed before.\n\n" +
         row({"claim", "test", "statistic", "degrees of freedom", "p", "level"}) +
         row({"---", "---", "---:", "---:", "---:", "---"}) + rows;
}

// What asking again showed, and the smallest case that fails.
std::string aftermath(const CheckResult& check) {
  std::string text;
  for (const claim::Rerun& rerun : check.reruns) text += "- " + paragraph(rerun_text(rerun)) + "\n";
  if (!text.empty()) text += "\n";
  if (!check.cut_short.empty()) text += paragraph(check.cut_short) + "\n\n";
  if (!check.smaller) return text;
  text += paragraph(smaller_text(*check.smaller)) + "\n\n";
  const std::vector<std::string> lines = paste_lines(*check.smaller, kLongestTokenInMarkdown);
  if (!lines.empty()) text += code(fmt::format("{}", fmt::join(lines, "\n"))) + "\n";
  return text;
}

std::string finding(const ClaimResult& result, const CheckResult& check) {
  std::string text =
      fmt::format("**{}**: {}, {}\n\n", claim::name(check.verdict), cell(result.sheet.id), cell(check.tried.label));
  if (!check.finding.empty()) text += paragraph(check.finding) + "\n\n";
  std::string facts = fmt::format("{} drawn", grouped(check.draws));
  for (const std::string& part : {effect_text(result.sheet, check), evidence_text(check)}) {
    if (!part.empty()) facts += "; " + part;
  }
  const auto add_unless_said = [&](std::string_view name, const std::string& value) {
    if (!value.empty() && check.finding.find(value) == std::string::npos) facts += fmt::format("; {}: {}", name, value);
  };
  if (check.evidence) add_unless_said("strongest", check.evidence->leading);
  add_unless_said("what may have moved (intervals are approximate)", estimates_text(check));
  if (check.exact) {
    add_unless_said("bound", check.exact->bound);
    add_unless_said("held against", check.exact->witness);
    add_unless_said("worst", check.exact->where);
  }
  add_unless_said("held to", check.held_to);
  text += paragraph(facts) + "\n\n";
  if (!check.last_stderr.empty()) {
    text += "Its last words on standard error:\n\n" + code(ending(check.last_stderr, kStandardError)) + "\n";
  }
  return text + code(replay_line(check, kLongestTokenInMarkdown)) + "\n" + aftermath(check);
}

void add_findings(const RunRecord& record, Pages& pages) {
  bool any = false;
  for (const ClaimResult& result : record.claims) {
    if (result.verdict == Verdict::upheld || result.verdict == Verdict::unsupported) continue;
    if (!any) pages.add("\n## Findings\n\n");
    any = true;
    std::size_t shown = 0;
    std::size_t left_out = 0;
    for (const CheckResult* check : by_attention(result, record.budget)) {
      if (check->verdict == Verdict::upheld || check->verdict == Verdict::unsupported) continue;
      if (shown < kChecksShown && !after_a_breakdown(*check)) {
        pages.add(finding(result, *check));
        ++shown;
      } else {
        ++left_out;
      }
    }
    if (left_out > 0) {
      pages.add(fmt::format("{} of {} in verdict.json.\n\n", counted(left_out, "more check"), cell(result.sheet.id)));
    }
  }
  if (!any) pages.add("\n## Findings\n\nNone.\n");
}

void add_expected(const ExpectedOutcome& outcome, Pages& pages) {
  pages.add("\n## Expected findings\n\n" + paragraph(expected_sentence(outcome)) + "\n\n");
  for (const ExpectedFinding& finding : outcome.unmet) {
    pages.add(fmt::format("- **unexpected pass**: {}, {}: {}\n", cell(finding.claim), cell(finding.label),
                          paragraph(finding.why)));
  }
  for (const CheckResult* check : outcome.unexpected) {
    pages.add(fmt::format("- **unexpected refutation**: {}, {}\n", cell(check->tried.claim), cell(check->tried.label)));
  }
  for (const ExpectedOutcome::Met& met : outcome.met) {
    pages.add(fmt::format("- refuted as expected: {}, {} ({}): {}\n", cell(met.finding.claim), cell(met.finding.label),
                          counted(met.checks, "check"), paragraph(met.finding.why)));
  }
}

void add_not_asked(const RunRecord& record, Pages& pages) {
  std::string text;
  for (const ClaimResult& result : record.claims) {
    std::string reason;
    std::size_t checks = 0;
    for (const CheckResult& check : result.checks) {
      if (check.verdict != Verdict::unsupported) continue;
      ++checks;
      if (reason.empty()) reason = check.finding;
    }
    if (result.verdict != Verdict::unsupported && checks == 0) continue;
    text += fmt::format("- {}{}: {}\n", cell(result.sheet.id),
                        result.verdict == Verdict::unsupported ? "" : " (" + counted(checks, "check") + ")",
                        paragraph(reason.empty() ? kNotOffered : std::string_view(reason)));
  }
  if (!text.empty()) pages.add("\n## Not asked\n\n" + text);
}

}  // namespace

std::string markdown(const RunRecord& record, const ExpectedOutcome* expected, std::size_t limit) {
  Pages pages(limit);
  pages.add(
      fmt::format("# Gumbelcheck: {}\n\n**{}**\n\n", cell(subject_title(record)), paragraph(verdict_sentence(record))));
  if (tally(record).judged() > 0) pages.add(paragraph(error_rates_sentence(record.budget)) + "\n\n");
  pages.add(fmt::format("Asked as {}; seed {}; {} planned; gumbelcheck {}; started {}, {} s on {}.\n",
                        cell(record.subject), record.seed, counted(record.budget.checks, "check"),
                        cell(record.program_version), cell(record.started), number(record.seconds),
                        counted(record.threads, "thread")));
  pages.add(markdown_tolerances(record.tolerances));
  if (expected != nullptr) add_expected(*expected, pages);
  add_findings(record, pages);

  pages.add(
      "\n## Claims\n\n"
      "Each row shows one check: of an upheld claim the one that bounds least, of any other the most suspicious; draws "
      "and seconds are of all checks. A declared effect is named where it is larger than the claim's own. p is valid "
      "at "
      "any number of draws. The interval has confidence 1 - miss "
      "rate.\n\n" +
      row({"verdict", "claim", "drawn", "statistic", "p", "effect [interval]", "smallest effect seen", "seconds"}) +
      row({"---", "---", "---", "---", "---", "---", "---", "---:"}));
  for (const ClaimResult& result : record.claims) pages.add(claim_row(result, record.budget));
  pages.add(cross_checks(record));

  pages.add(fmt::format("\n## What \"upheld\" says\n\n{}\n\n{}\n", kUpheldSays, kUpheldDoesNotSay));
  add_not_asked(record, pages);

  pages.add("\n## Statements\n\n");
  for (const ClaimResult& result : record.claims) {
    pages.add(fmt::format("- **{}**: {}{}\n", cell(result.sheet.id), paragraph(result.sheet.statement),
                          result.sheet.proof.empty() ? "" : " Proof: " + cell(result.sheet.proof) + "."));
  }
  pages.add("\n## Replay\n\nThe check that each claim's row shows; verdict.json has every check's token.\n\n");
  for (const ClaimResult& result : record.claims) {
    const CheckResult* check = shown_check(result, record.budget);
    if (check == nullptr || result.verdict == Verdict::unsupported || implied(result)) continue;
    pages.add(cell(result.sheet.id) + "\n\n" + code(replay_line(*check, kLongestTokenInMarkdown)) + "\n");
  }
  return pages.text();
}

}  // namespace gumbelcheck::report
