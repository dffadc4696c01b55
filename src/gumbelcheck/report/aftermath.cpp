#include "gumbelcheck/report/aftermath.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gumbelcheck/report/summary.hpp"
#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::report {

using claim::CheckResult;
using claim::Verdict;

std::string rerun_text(const claim::Rerun& rerun) {
  std::string text = fmt::format("asked again on {}: {} after {}", rerun.what, claim::name(rerun.verdict),
                                 counted(rerun.draws, "draw"));
  if (rerun.what.find("Threefry") == std::string::npos) return text;
  if (rerun.verdict == Verdict::refuted) text += ", so the generator is not to blame";
  if (rerun.verdict == Verdict::upheld) text += ", so the generator may be to blame";
  return text;
}

std::string smaller_text(const claim::SmallerCase& smaller) {
  const std::string draws = smaller.draws == 0 ? "" : counted(smaller.draws, "draw") + ", ";
  return fmt::format("Smallest case that fails: {} ({}of {}). {}", smaller.tried.label, draws,
                     counted(smaller.candidates, "candidate"), smaller.finding);
}

std::vector<std::string> paste_lines(const claim::SmallerCase& smaller, std::size_t longest) {
  std::vector<std::string> lines;
  std::string_view rest = smaller.lines;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string line = one_line(rest.substr(0, end));
    lines.push_back(line.size() <= longest ? line : "# Its replay token is long; it is in verdict.json (--out DIR).");
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return lines;
}

bool implied(const claim::ClaimResult& result) {
  return !result.sheet.implied_by.empty() && result.verdict == Verdict::upheld && result.checks.size() == 1 &&
         result.checks[0].draws == 0 && result.checks[0].replay_token.empty();
}

bool after_a_breakdown(const CheckResult& check) {
  return check.verdict == Verdict::broken && check.finding.starts_with(claim::kConversationHadEnded);
}

std::vector<const CheckResult*> by_attention(const claim::ClaimResult& result, const statistic::Budget& budget) {
  std::vector<const CheckResult*> checks = by_weight(result, budget);
  std::stable_partition(checks.begin(), checks.end(), [](const CheckResult* check) {
    return !check->reruns.empty() || check->smaller || !check->cut_short.empty();
  });
  return checks;
}

}  // namespace gumbelcheck::report
