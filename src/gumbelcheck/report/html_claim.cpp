#include "gumbelcheck/report/html_claim.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

#include "gumbelcheck/report/aftermath.hpp"
#include "gumbelcheck/report/console.hpp"
#include "gumbelcheck/report/exhibit_pictures.hpp"
#include "gumbelcheck/report/html_text.hpp"
#include "gumbelcheck/report/summary.hpp"
#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::report {

namespace {

using claim::CheckResult;
using claim::ClaimResult;
using claim::Verdict;

constexpr std::size_t kLongestToken = 1500;
constexpr std::size_t kFindingsShown = 3;  // of one claim, with all that is known
constexpr std::size_t kRowsShown = 30;     // of its checks

class Facts {
 public:
  void add(std::string_view name, std::string_view value) {
    if (!value.empty()) text_ += fmt::format("<dt>{}</dt><dd>{}</dd>\n", name, html_text(value));
  }
  std::string text() const { return text_.empty() ? "" : "<dl>\n" + text_ + "</dl>\n"; }

 private:
  std::string text_;
};

std::string paragraph(std::string_view text) { return text.empty() ? "" : "<p>" + html_text(text) + "</p>\n"; }

std::string code(std::string_view text) { return "<pre><code>" + html_lines(text, kLongestToken) + "</code></pre>\n"; }

std::string control_text(const statistic::Evidence& evidence) {
  if (!evidence.control) return "";
  return fmt::format("a total variation of {} planted in the same counts was {}",
                     number(evidence.control->planted_effect, 2),
                     evidence.control->refuted ? "refuted, as it must be" : "not refuted");
}

// What people expect to see, and what decides nothing.
std::string fixed_draws(const CheckResult& check) {
  if (!check.evidence) return "";
  const statistic::Evidence& evidence = *check.evidence;
  Facts facts;
  const auto add = [&](std::string_view name, const std::optional<statistic::FixedDrawsTest>& test) {
    if (test) facts.add(name, fmt::format("p {}: {}", number(test->p_value, 2), test->label));
  };
  add("chi-squared", evidence.pearson);
  add("G", evidence.g);
  add("splitting tree", evidence.splitting_tree);
  add("Kolmogorov and Smirnov", evidence.kolmogorov_smirnov);
  add("Valiant and Valiant", evidence.valiant_valiant);
  if (facts.text().empty()) return "";
  return "<details><summary>Other statistics of the same counts, which decide nothing</summary>\n" + facts.text() +
         "</details>\n";
}

// What came out of one check.
std::string outcome(const ClaimResult& result, const CheckResult& check) {
  Facts facts;
  facts.add("case", check.tried.label);
  if (check.evidence) {
    const statistic::Evidence& found = *check.evidence;
    facts.add("drawn", fmt::format("{} of {} planned, {}", grouped(check.draws), grouped(check.tried.draws),
                                   counted(found.looks, "look")));
    facts.add("effect", found.declared_effect > 0 ? fmt::format("total variation {} (interval at 1 - miss rate), in {}",
                                                                interval_text(found), found.effect_table)
                                                  : "");
    facts.add("declared", fmt::format("{}; so many draws see {}", number(found.declared_effect, 2),
                                      number(found.smallest_detectable_effect, 2)));
    facts.add("evidence", fmt::format("{}, at any number of draws", p_text(found)));
    if (check.verdict == Verdict::refuted) facts.add("strongest", found.leading);
    facts.add("live control", control_text(found));
  }
  if (check.exact) {
    facts.add("compared", counted(check.exact->comparisons, "time"));
    facts.add("largest error", fmt::format("{} of its bound", number(check.exact->worst, 3)));
    facts.add("bound", check.exact->bound);
    facts.add("held against", check.exact->witness);
    facts.add("worst", check.exact->where);
  }
  facts.add("held to", check.held_to);
  facts.add("what may have moved", estimates_text(check));
  std::string text = paragraph(check.finding) + facts.text() + fixed_draws(check);
  if (!check.last_stderr.empty()) {
    text += "<p>Its last words on standard error:</p>\n" + code(ending(check.last_stderr, 1000));
  }
  for (const claim::Rerun& rerun : check.reruns) text += paragraph(rerun_text(rerun));
  text += paragraph(check.cut_short);
  if (check.smaller) {
    text += paragraph(smaller_text(*check.smaller));
    const std::vector<std::string> lines = paste_lines(*check.smaller, kLongestToken);
    if (!lines.empty()) text += code(fmt::format("{}", fmt::join(lines, "\n")));
  }
  if (result.verdict != Verdict::unsupported) text += code(replay_line(check, kLongestToken));
  return text;
}

std::string table_title(std::size_t checks) {
  return checks > kRowsShown ? fmt::format("{} of {}", kRowsShown, counted(checks, "check"))
                             : "All " + counted(checks, "check");
}

std::string table_of_checks(const ClaimResult& result, const statistic::Budget& budget) {
  if (result.checks.size() < 2) return "";
  std::string text = fmt::format(
      "<details><summary>{}</summary>\n<table class=\"cases\"><caption>Cases of {}, what needs attention "
      "first</caption><thead><tr>"
      "<th scope=\"col\">verdict</th><th scope=\"col\">case</th><th scope=\"col\">draws</th>"
      "<th scope=\"col\">effect</th><th scope=\"col\">evidence</th></tr></thead><tbody>\n",
      table_title(result.checks.size()), html_text(result.sheet.id, 200));
  std::size_t rows = 0;
  for (const CheckResult* check : by_weight(result, budget)) {
    if (rows++ == kRowsShown) break;
    // HTML may leave out the ends of cells and rows, and there are hundreds.
    text += fmt::format("<tr><td>{}<th scope=row>{}<td>{}<td>{}<td>{}\n", claim::name(check->verdict),
                        html_text(check->tried.label, 200), grouped(check->draws),
                        html_text(effect_text(result.sheet, *check), 200), html_text(evidence_text(*check), 200));
  }
  text += "</tbody></table>\n";
  if (result.checks.size() > kRowsShown) {
    text += fmt::format("<p>{} in verdict.json.</p>\n", counted(result.checks.size() - kRowsShown, "more check"));
  }
  return text + "</details>\n";
}

// How it was tried, and what came out.
std::string results(const ClaimResult& result, const statistic::Budget& budget, picture::Ids& ids) {
  if (result.verdict == Verdict::unsupported || implied(result)) {
    std::string reason = result.checks.empty() ? "" : result.checks.front().finding;
    return paragraph(reason.empty() ? std::string(kNotOffered) : reason);
  }
  std::string text;
  std::size_t shown = 0, left_out = 0;
  if (result.verdict == Verdict::upheld) {
    const CheckResult* const check = shown_check(result, budget);
    text += fmt::format(
        "<p>{}, {} drawn.{}</p>\n", result.checks.size() == 1 ? "One check" : counted(result.checks.size(), "check"),
        grouped(total_draws(result)), result.checks.size() == 1 ? "" : " Below is the one that bounds least.");
    if (check != nullptr) text += outcome(result, *check) + pictures_of_check(*check, budget, ids);
  } else {
    for (const CheckResult* check : by_attention(result, budget)) {
      if (check->verdict == Verdict::upheld || check->verdict == Verdict::unsupported) continue;
      if (shown == kFindingsShown || after_a_breakdown(*check)) {
        ++left_out;
        continue;
      }
      text += fmt::format("<p>{}: {}</p>\n", verdict_mark(check->verdict), html_text(check->tried.label, 300)) +
              outcome(result, *check);
      // Pictures of the first: the others of a claim mostly look alike.
      if (++shown == 1) text += pictures_of_check(*check, budget, ids);
    }
    if (left_out > 0) text += fmt::format("<p>{} in verdict.json.</p>\n", counted(left_out, "more such check"));
  }
  return text + pictures_of_claim(result, ids) + table_of_checks(result, budget);
}

}  // namespace

std::string verdict_mark(Verdict verdict) {
  std::string_view mark;
  switch (verdict) {
    case Verdict::upheld:
      mark = "\u2713";
      break;
    case Verdict::refuted:
      mark = "\u2717";
      break;
    case Verdict::inconclusive:
      mark = "?";
      break;
    case Verdict::unsupported:
      mark = "\u2013";
      break;
    case Verdict::broken:
      mark = "!";
      break;
  }
  return fmt::format("<span class=\"mark {0}\"><span aria-hidden=\"true\">{1}</span> {0}</span>", claim::name(verdict),
                     mark);
}

std::string claim_section(const ClaimResult& result, const statistic::Budget& budget, const std::string& id,
                          picture::Ids& ids) {
  const claim::Sheet& sheet = result.sheet;
  std::string text = fmt::format("<section class=\"claim\" aria-labelledby=\"{0}\">\n<h3 id=\"{0}\">{1} {2}</h3>\n", id,
                                 html_text(sheet.id, 200), verdict_mark(result.verdict));
  text += paragraph(sheet.statement);
  Facts why;
  why.add("why it is true", sheet.proof + (sheet.source.empty() ? "" : " (" + sheet.source + ")"));
  why.add("how it is tried", sheet.test);
  if (sheet.pivot != "none: exact") why.add("by", sheet.pivot);
  text += why.text() + results(result, budget, ids);
  Facts limits;
  limits.add("what it sees", sheet.power);
  return text + limits.text() + "</section>\n";
}

}  // namespace gumbelcheck::report
