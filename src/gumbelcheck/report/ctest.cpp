#include "gumbelcheck/report/ctest.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "gumbelcheck/picture/text.hpp"
#include "gumbelcheck/report/aftermath.hpp"
#include "gumbelcheck/report/summary.hpp"
#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::report {

namespace {

std::string safe(std::string_view text) { return picture::escaped(shortened(text, 500)); }

std::string text_line(std::string_view name, std::string_view value) {
  return fmt::format("<CTestMeasurement type=\"text/string\" name=\"{}\">{}</CTestMeasurement>\n", safe(name),
                     safe(value));
}

// A dashboard plots numbers: one that is not finite is text there.
std::string number_line(std::string_view name, double value) {
  if (!std::isfinite(value)) return text_line(name, number(value));
  return fmt::format("<CTestMeasurement type=\"numeric/double\" name=\"{}\">{}</CTestMeasurement>\n", safe(name),
                     value);
}

}  // namespace

std::string ctest_measurements(const claim::RunRecord& record) {
  const Tally count = tally(record);
  std::string text = text_line("verdict", verdict_sentence(record));
  text += number_line("claims upheld", static_cast<double>(count.upheld));
  text += number_line("claims refuted", static_cast<double>(count.refuted));
  text += number_line("claims inconclusive", static_cast<double>(count.inconclusive));
  text += number_line("claims unsupported", static_cast<double>(count.unsupported));
  text += number_line("claims broken", static_cast<double>(count.broken));
  for (const claim::ClaimResult& result : record.claims) {
    const std::string& id = result.sheet.id;
    text += text_line(id, claim::name(result.verdict));
    const claim::CheckResult* const check = shown_check(result, record.budget);
    if (check == nullptr || result.verdict == claim::Verdict::unsupported || implied(result)) continue;
    text += number_line(id + " draws", static_cast<double>(total_draws(result)));
    if (check->evidence) {
      text += number_line(id + " effect", check->evidence->effect);
      text += number_line(id + " effect, upper bound", check->evidence->effect_high);
      text += number_line(id + " log10 E", check->evidence->largest_log_e / std::numbers::ln10);
    }
    if (check->exact) text += number_line(id + " error over bound", check->exact->worst);
  }
  return text;
}

}  // namespace gumbelcheck::report
