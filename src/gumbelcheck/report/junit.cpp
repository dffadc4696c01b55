#include "gumbelcheck/report/junit.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <pugixml.hpp>
#include <sstream>
#include <vector>

#include "gumbelcheck/report/aftermath.hpp"
#include "gumbelcheck/report/console.hpp"
#include "gumbelcheck/report/summary.hpp"
#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::report {
namespace {

using claim::CheckResult;
using claim::ClaimResult;
using claim::Verdict;

constexpr std::size_t kChecksWritten = 20;    // of one claim: the rest are counted
constexpr std::size_t kStandardError = 8000;  // bytes of it
constexpr std::size_t kLongestLine = 8000;    // of a subject's words
constexpr std::size_t kLongestAttribute = 1000;

struct Counts {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
  double seconds = 0;

  void write(pugi::xml_node node) const {
    node.append_attribute("tests") = tests;
    node.append_attribute("failures") = failures;
    node.append_attribute("errors") = errors;
    node.append_attribute("skipped") = skipped;
    node.append_attribute("time") = fmt::format("{:.6f}", seconds).c_str();
  }
  void add(const Counts& other) {
    tests += other.tests;
    failures += other.failures;
    errors += other.errors;
    skipped += other.skipped;
    seconds += other.seconds;
  }
};

void attribute(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name) = xml_text(shortened(value, kLongestAttribute)).c_str();
}

void text_of(pugi::xml_node node, std::string_view value) {
  node.append_child(pugi::node_pcdata).set_value(xml_text(value).c_str());
}

std::string facts(const ClaimResult& result, const CheckResult& check) {
  std::string line = fmt::format("{}: {} draws", shortened(check.tried.label, kLongestLine), grouped(check.draws));
  for (const std::string& part : {effect_text(result.sheet, check), evidence_text(check)}) {
    if (!part.empty()) line += ", " + part;
  }
  return line + "\n";
}

// Every check that carries the claim's verdict or a heavier one than `upheld`.
std::string details(const ClaimResult& result, const statistic::Budget& budget) {
  std::string text;
  std::size_t written = 0;
  std::size_t left_out = 0;
  for (const CheckResult* check : by_attention(result, budget)) {
    if (check->verdict == Verdict::upheld) continue;
    if (check->verdict == Verdict::unsupported && result.verdict != Verdict::unsupported) continue;
    if (written == kChecksWritten) {
      ++left_out;
      continue;
    }
    ++written;
    if (check->verdict != Verdict::unsupported) {
      text += fmt::format("{}, {}", claim::name(check->verdict), facts(result, *check));
    }
    if (!check->finding.empty()) text += shortened(check->finding, kLongestLine) + "\n";
    if (check->exact && !check->exact->where.empty())
      text += "worst: " + shortened(check->exact->where, kLongestLine) + "\n";
    if (!check->last_stderr.empty()) text += "standard error:\n" + ending(check->last_stderr, kStandardError) + "\n";
    if (check->verdict != Verdict::unsupported) text += replay_line(*check) + "\n";
    for (const claim::Rerun& rerun : check->reruns) text += shortened(rerun_text(rerun), kLongestLine) + "\n";
    if (!check->cut_short.empty()) text += shortened(check->cut_short, kLongestLine) + "\n";
    if (check->smaller) {
      text += shortened(smaller_text(*check->smaller), kLongestLine) + "\n";
      text += fmt::format("{}\n", fmt::join(paste_lines(*check->smaller, kLongestShownToken), "\n"));
    }
    text += "\n";
  }
  if (left_out > 0) text += fmt::format("{} in verdict.json\n", counted(left_out, "more check"));
  return text;
}

// Whether all that is wrong with a claim is on the list.
bool as_expected(const ClaimResult& result, const ExpectedOutcome* expected) {
  return expected != nullptr && result.verdict == Verdict::refuted &&
         std::all_of(result.checks.begin(), result.checks.end(), [&](const CheckResult& check) {
           return check.verdict == Verdict::upheld || check.verdict == Verdict::unsupported ||
                  expected->explains(check);
         });
}

// Name, and what it counts as.
const char* element_of(const ClaimResult& result, bool excused, Counts& count) {
  if (excused || result.verdict == Verdict::unsupported) {
    ++count.skipped;
    return "skipped";
  }
  if (result.verdict == Verdict::refuted) {
    ++count.failures;
    return "failure";
  }
  ++count.errors;
  return "error";
}

void write_case(pugi::xml_node suite, const ClaimResult& result, const statistic::Budget& budget,
                const ExpectedOutcome* expected, Counts& count) {
  pugi::xml_node node = suite.append_child("testcase");
  attribute(node, "name", result.sheet.id);
  attribute(node, "classname", "gumbelcheck." + family(result.sheet.id));
  const double seconds = total_seconds(result);
  attribute(node, "time", fmt::format("{:.6f}", seconds));
  ++count.tests;
  count.seconds += seconds;

  const CheckResult* deciding = deciding_check(result, budget);
  if (result.verdict == Verdict::upheld) {
    const CheckResult* shown = shown_check(result, budget);
    if (!shown) return;
    text_of(node.append_child("system-out"), implied(result) ? shortened(shown->finding, kLongestLine) + "\n"
                                                             : "the check that bounds least, " + facts(result, *shown));
    return;
  }
  const bool excused = as_expected(result, expected);
  std::string message = deciding ? deciding->finding : "";
  if (message.empty() && result.verdict == Verdict::unsupported) message = kNotOffered;
  if (message.empty()) message = fmt::format("{} is {}", result.sheet.id, claim::name(result.verdict));
  if (excused) message = "refuted, as the list of expected findings says: " + message;
  pugi::xml_node outcome = node.append_child(element_of(result, excused, count));
  attribute(outcome, "message", message);
  attribute(outcome, "type", claim::name(result.verdict));
  text_of(outcome, fmt::format("{}\n\n{}", shortened(result.sheet.statement, kLongestLine), details(result, budget)));
}

// A testcase about the run and not about a claim.
void write_failure(pugi::xml_node root, const std::string& name, const char* element, const char* type,
                   const std::string& message, const std::string& text, Counts& total) {
  const std::string suite_name = "gumbelcheck." + family(name);
  pugi::xml_node suite = root.append_child("testsuite");
  attribute(suite, "name", suite_name);
  pugi::xml_node node = suite.append_child("testcase");
  attribute(node, "name", name);
  attribute(node, "classname", suite_name);
  attribute(node, "time", "0.000000");
  pugi::xml_node outcome = node.append_child(element);
  attribute(outcome, "message", message);
  attribute(outcome, "type", type);
  text_of(outcome, text);
  const bool failure = std::string_view(element) == "failure";
  const Counts count{.tests = 1, .failures = failure ? 1U : 0U, .errors = failure ? 0U : 1U};
  count.write(suite);
  total.add(count);
}

void property(pugi::xml_node properties, const char* name, std::string_view value) {
  pugi::xml_node node = properties.append_child("property");
  attribute(node, "name", name);
  attribute(node, "value", value);
}

}  // namespace

std::string junit_xml(const claim::RunRecord& record, const ExpectedOutcome* expected) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  pugi::xml_node root = document.append_child("testsuites");
  attribute(root, "name", "gumbelcheck");

  std::vector<std::string> families;
  for (const ClaimResult& result : record.claims) {
    const std::string name = family(result.sheet.id);
    if (std::find(families.begin(), families.end(), name) == families.end()) families.push_back(name);
  }
  Counts total;
  for (const std::string& name : families) {
    pugi::xml_node suite = root.append_child("testsuite");
    attribute(suite, "name", "gumbelcheck." + name);
    attribute(suite, "timestamp", record.started);
    pugi::xml_node properties = suite.append_child("properties");
    property(properties, "subject", subject_title(record));
    property(properties, "asked", record.subject);
    property(properties, "seed", std::to_string(record.seed));
    property(properties, "false_alarm_rate", number(record.budget.false_alarm_rate, 10));
    property(properties, "miss_rate", number(record.budget.miss_rate, 10));
    for (const claim::Tolerance& row : record.tolerances) {
      property(properties, fmt::format("held_to, {}, {}", row.dtype, row.what).c_str(), row.rule);
    }
    Counts count;
    for (const ClaimResult& result : record.claims) {
      if (family(result.sheet.id) == name) write_case(suite, result, record.budget, expected, count);
    }
    count.write(suite);
    total.add(count);
  }
  if (expected != nullptr) {
    for (const ExpectedFinding& finding : expected->unmet) {
      write_failure(root, "expected/" + finding.claim, "failure", "unexpected pass",
                    fmt::format("unexpected pass: {}, {}", finding.claim, finding.label),
                    "It is on the list of expected findings, and nothing that it names was refuted.\n" + finding.why,
                    total);
    }
  }
  const int status = expected == nullptr ? claim::exit_status(record) : expected->exit_status();
  if (status != 0 && total.failures + total.errors == 0) {
    write_failure(root, "run/upheld", "error", std::string(claim::name(claim::overall(record))).c_str(),
                  "nothing was upheld", verdict_sentence(record), total);
  }
  total.write(root);

  std::ostringstream out;
  document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
  return out.str();
}

}  // namespace gumbelcheck::report
