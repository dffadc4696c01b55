#include "gumbelcheck/report/expected.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "gumbelcheck/report/console.hpp"
#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::report {
namespace {

using claim::CheckResult;
using claim::Verdict;
using nlohmann::json;

[[noreturn]] void refuse(std::string_view origin, std::string_view what) {
  throw std::invalid_argument(fmt::format("The list of expected findings {}: {}", origin, what));
}

std::string text_member(const json& object, const char* name, std::string_view origin, std::string_view where) {
  const auto at = object.find(name);
  if (at == object.end() || !at->is_string() || at->get<std::string>().empty()) {
    refuse(origin, fmt::format("{} needs a member \"{}\" that is a text and not empty.", where, name));
  }
  return at->get<std::string>();
}

void only_members(const json& object, const std::vector<std::string>& allowed, std::string_view origin,
                  std::string_view where) {
  for (const auto& [name, value] : object.items()) {
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end()) {
      refuse(origin,
             fmt::format("{} has a member \"{}\"; known are {}.", where, one_line(name), fmt::join(allowed, ", ")));
    }
  }
}

}  // namespace

bool matches_glob(std::string_view text, std::string_view glob) {
  // Linear walk with one remembered star: after a mismatch the last star takes one more byte.
  std::size_t t = 0;
  std::size_t g = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      star_text = t;
    } else if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t])) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

ExpectedFindings expected_findings(std::string_view text, std::string_view origin) {
  json document;
  try {
    document = json::parse(text);
  } catch (const json::exception& error) {
    refuse(origin, fmt::format("it is not JSON ({}).", one_line(error.what())));
  }
  if (!document.is_object()) refuse(origin, "it must be an object with \"subject\", \"version\" and \"findings\".");
  only_members(document, {"subject", "version", "findings"}, origin, "it");
  ExpectedFindings expected;
  expected.subject = text_member(document, "subject", origin, "it");
  expected.version = text_member(document, "version", origin, "it");
  const auto findings = document.find("findings");
  if (findings == document.end() || !findings->is_array()) refuse(origin, "\"findings\" must be an array.");
  for (std::size_t i = 0; i < findings->size(); ++i) {
    const json& finding = (*findings)[i];
    const std::string where = fmt::format("findings[{}]", i);
    if (!finding.is_object()) refuse(origin, where + " must be an object.");
    only_members(finding, {"claim", "case", "why"}, origin, where);
    expected.findings.push_back({text_member(finding, "claim", origin, where),
                                 text_member(finding, "case", origin, where),
                                 text_member(finding, "why", origin, where)});
  }
  return expected;
}

ExpectedFindings read_expected(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (stream) text << stream.rdbuf();
  if (!stream || std::filesystem::is_directory(file)) {
    throw std::invalid_argument(fmt::format("The list of expected findings '{}' cannot be read.", file.string()));
  }
  return expected_findings(text.str(), fmt::format("'{}'", file.string()));
}

ExpectedOutcome compare(const claim::RunRecord& record, const ExpectedFindings& expected) {
  const subject::Description& description = record.description;
  if (description.name != expected.subject || description.version != expected.version) {
    throw std::invalid_argument(fmt::format(
        "The list of expected findings is for {} {}, and the subject is {} {}: look into what "
        "that version is "
        "refuted on, and write its own list.",
        one_line(expected.subject), one_line(expected.version),
        description.name.empty() ? "without a name" : one_line(description.name), one_line(description.version)));
  }
  ExpectedOutcome outcome;
  std::vector<std::size_t> explained(expected.findings.size(), 0);
  std::vector<bool> asked(expected.findings.size(), false);
  bool upheld = false;
  for (const claim::ClaimResult& result : record.claims) {
    upheld = upheld || result.verdict == Verdict::upheld;
    for (std::size_t i = 0; i < expected.findings.size(); ++i) {
      if (expected.findings[i].claim == result.sheet.id) asked[i] = true;
    }
    for (const CheckResult& check : result.checks) {
      if (check.verdict == Verdict::broken || check.verdict == Verdict::inconclusive) outcome.undecided = true;
      if (check.verdict != Verdict::refuted) continue;
      bool known = false;
      for (std::size_t i = 0; i < expected.findings.size(); ++i) {
        if (expected.findings[i].claim == result.sheet.id &&
            matches_glob(check.tried.label, expected.findings[i].label)) {
          ++explained[i];
          known = true;
        }
      }
      if (!known) outcome.unexpected.push_back(&check);
    }
    // A verdict that no check explains must not slip through.
    if (result.verdict == Verdict::broken || result.verdict == Verdict::inconclusive) outcome.undecided = true;
  }
  for (std::size_t i = 0; i < expected.findings.size(); ++i) {
    if (explained[i] > 0) {
      outcome.met.push_back({expected.findings[i], explained[i]});
    } else if (asked[i]) {
      outcome.unmet.push_back(expected.findings[i]);
    }
  }
  if (!upheld && outcome.met.empty()) outcome.undecided = true;
  return outcome;
}

int ExpectedOutcome::exit_status() const {
  if (!unmet.empty() || !unexpected.empty()) return 1;
  return undecided ? 3 : 0;
}

bool ExpectedOutcome::explains(const CheckResult& check) const {
  return check.verdict == Verdict::refuted &&
         std::find(unexpected.begin(), unexpected.end(), &check) == unexpected.end();
}

std::string expected_sentence(const ExpectedOutcome& outcome) {
  std::string sentence = "Everything refuted was expected, and everything expected was refuted.";
  if (!outcome.unmet.empty() || !outcome.unexpected.empty()) {
    sentence = fmt::format("{}, {}.", counted(outcome.unexpected.size(), "unexpected refutation"),
                           outcome.unmet.size() == 1 ? std::string("1 unexpected pass")
                                                     : fmt::format("{} unexpected passes", outcome.unmet.size()));
  } else if (outcome.undecided) {
    sentence += " Some checks are broken or inconclusive.";
  }
  return sentence;
}

std::string console_expected(const ExpectedOutcome& outcome, std::size_t width) {
  std::string text = "\nExpected findings\n";
  for (const ExpectedOutcome::Met& met : outcome.met) {
    text += fmt::format("\n  refuted as expected  {}  {} ({})\n", one_line(met.finding.claim),
                        one_line(met.finding.label), counted(met.checks, "check"));
    text += wrapped(met.finding.why, width, "    ");
  }
  for (const ExpectedFinding& finding : outcome.unmet) {
    text += fmt::format("\n  UNEXPECTED PASS  {}  {}\n", one_line(finding.claim), one_line(finding.label));
    text += wrapped("It is on the list, and nothing that it names was refuted: " + finding.why, width, "    ");
  }
  for (const CheckResult* check : outcome.unexpected) {
    text += fmt::format("\n  UNEXPECTED REFUTATION  {}  {}\n", one_line(check->tried.claim),
                        shortened(check->tried.label, 200));
    text += wrapped("It is not on the list. " + check->finding, width, "    ");
    text += "    " + replay_line(*check) + "\n";
  }
  if (outcome.met.empty() && outcome.unmet.empty() && outcome.unexpected.empty()) text += "\n  none\n";
  return text + "\n" + wrapped(expected_sentence(outcome), width, "");
}

}  // namespace gumbelcheck::report
