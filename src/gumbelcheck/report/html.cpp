#include "gumbelcheck/report/html.hpp"

#include <fmt/format.h>

#include <set>
#include <vector>

#include "gumbelcheck/report/aftermath.hpp"
#include "gumbelcheck/report/html_claim.hpp"
#include "gumbelcheck/report/html_style.hpp"
#include "gumbelcheck/report/html_text.hpp"
#include "gumbelcheck/report/summary.hpp"
#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::report {

namespace {

using claim::ClaimResult;
using claim::RunRecord;
using claim::Verdict;

// A narrow column may break an id behind its slash.
std::string breakable(std::string id) {
  if (const std::size_t slash = id.find('/'); slash != std::string::npos) id.insert(slash + 1, "<wbr>");
  return id;
}

// Of each claim's section. Ids that differ in punctuation only, or behind a long beginning, are told apart.
std::vector<std::string> section_ids(const RunRecord& record) {
  std::vector<std::string> ids;
  std::set<std::string> used;
  for (const ClaimResult& result : record.claims) {
    const std::string id = "claim-" + html_id(result.sheet.id);
    std::string free = id;
    for (int k = 2; !used.insert(free).second; ++k) free = fmt::format("{}_{}", id, k);
    ids.push_back(free);
  }
  return ids;
}

std::string claim_row(const ClaimResult& result, const statistic::Budget& budget, const std::string& id) {
  const claim::CheckResult* const check = shown_check(result, budget);
  const bool asked = check != nullptr && result.verdict != Verdict::unsupported && !implied(result);
  const std::string effect = implied(result) ? "implied by " + result.sheet.implied_by
                             : asked         ? effect_text(result.sheet, *check)
                                             : "not asked";
  return fmt::format(
      "<tr><td>{}</td><th scope=\"row\"><a href=\"#{}\">{}</a></th><td class=\"n wide\">{}</td>"
      "<td class=\"n wide\">{}</td><td>{}</td><td class=\"wide\">{}</td></tr>\n",
      verdict_mark(result.verdict), id, breakable(html_text(result.sheet.id, 200)),
      asked ? fmt::format("{}", result.checks.size()) : "", asked ? grouped(total_draws(result)) : "",
      html_text(effect, 200), asked ? html_text(evidence_text(*check), 200) : "");
}

std::string table_of_claims(const RunRecord& record, const std::vector<std::string>& ids) {
  std::string text =
      "<table><caption>Effect and evidence are those of one check: of an upheld claim the one that bounds least, of "
      "any other the most suspicious.</caption><thead><tr><th scope=\"col\">verdict</th><th scope=\"col\">claim</th>"
      "<th scope=\"col\" class=\"n wide\">checks</th><th scope=\"col\" class=\"n wide\">draws</th>"
      "<th scope=\"col\">effect [interval]</th><th scope=\"col\" class=\"wide\">evidence</th></tr></thead><tbody>\n";
  for (std::size_t i = 0; i < ids.size(); ++i) text += claim_row(record.claims[i], record.budget, ids[i]);
  return text + "</tbody></table>\n";
}

// In the words of the first check that broke; "" where none did.
std::string cause_of_breakdown(const RunRecord& record) {
  for (const ClaimResult& result : record.claims) {
    for (const claim::CheckResult& check : result.checks) {
      if (check.verdict == Verdict::broken && !after_a_breakdown(check)) return check.finding;
    }
  }
  return "";
}

std::string tolerances(const RunRecord& record) {
  std::string text, dtype;
  for (const claim::Tolerance& row : record.tolerances) {
    if (text.empty() || row.dtype != dtype) {
      text += fmt::format("{}<h3>{}</h3>\n<dl>\n", text.empty() ? "" : "</dl>\n", html_text(row.dtype, 100));
      dtype = row.dtype;
    }
    text += fmt::format("<dt>{}</dt><dd>{}</dd>\n", html_text(row.what, 100), html_text(row.rule));
  }
  return text.empty() ? "" : "<h2 id=\"held-to\">What this subject is held to</h2>\n" + text + "</dl>\n";
}

std::string expected_findings(const ExpectedOutcome& outcome) {
  std::string text =
      "<h2 id=\"expected\">Expected findings</h2>\n<p>" + html_text(expected_sentence(outcome)) + "</p>\n<ul>\n";
  const auto item = [&](std::string_view what, std::string_view claim, std::string_view label, std::string_view why) {
    text += fmt::format("<li>{}: {}, {}{}{}</li>\n", what, html_text(claim, 200), html_text(label, 200),
                        why.empty() ? "" : ": ", html_text(why));
  };
  for (const ExpectedFinding& finding : outcome.unmet) {
    item("<strong>unexpected pass</strong>", finding.claim, finding.label, finding.why);
  }
  for (const claim::CheckResult* check : outcome.unexpected) {
    item("<strong>unexpected refutation</strong>", check->tried.claim, check->tried.label, "");
  }
  for (const ExpectedOutcome::Met& met : outcome.met) {
    item(fmt::format("refuted as expected ({})", counted(met.checks, "check")), met.finding.claim, met.finding.label,
         met.finding.why);
  }
  return text + "</ul>\n";
}

std::string what_upheld_says() {
  return fmt::format("<h2 id=\"upheld\">What \u201cupheld\u201d says</h2>\n<p>{}</p>\n<p>{}</p>\n",
                     html_text(kUpheldSays), html_text(kUpheldDoesNotSay));
}

}  // namespace

std::string html(const RunRecord& record, const ExpectedOutcome* expected) {
  picture::Ids ids("p");
  const std::vector<std::string> sections = section_ids(record);
  const std::string title = html_text(subject_title(record), 300);
  std::string text = page_head(title, "claims", "To the claims");
  text += fmt::format("<header>\n<h1>{}</h1>\n<p class=\"verdict {}\">{}</p>\n", title,
                      claim::name(claim::overall(record)), html_text(verdict_sentence(record)));
  if (expected != nullptr) text += "<p>" + html_text(expected_sentence(*expected)) + "</p>\n";
  if (tally(record).judged() > 0) text += "<p>" + html_text(error_rates_sentence(record.budget)) + "</p>\n";
  if (const std::string cause = cause_of_breakdown(record); !cause.empty()) {
    text += "<p>What broke it: " + html_text(cause, 400) + "</p>\n";
  }
  text += fmt::format(
      "<p class=\"soft\">Asked as {}; seed {}; {} planned; gumbelcheck {}; started {}, {} s on {}.</p>\n</header>\n",
      html_text(record.subject, 300), record.seed, counted(record.budget.checks, "check"),
      html_text(record.program_version, 100), html_text(record.started, 100), number(record.seconds),
      counted(record.threads, "thread"));
  text += "<main>\n<h2 id=\"claims\">Claims</h2>\n" + table_of_claims(record, sections);
  if (expected != nullptr) text += expected_findings(*expected);
  text += tolerances(record) + what_upheld_says() + "<h2>Claim by claim</h2>\n";
  // What needs attention first, as in every report.
  for (const int heaviest : {4, 3, 2, 1, 0}) {
    for (std::size_t i = 0; i < sections.size(); ++i) {
      const ClaimResult& result = record.claims[i];
      if (weight(result.verdict) == heaviest) text += claim_section(result, record.budget, sections[i], ids);
    }
  }
  text += fmt::format(
      "</main>\n<footer>Rendered from verdict.json; every number of this page is in it. Proofs are in the folder "
      "<code>proofs</code> of the source of gumbelcheck {}.</footer>\n</body>\n</html>\n",
      html_text(record.program_version, 100));
  return text;
}

}  // namespace gumbelcheck::report
