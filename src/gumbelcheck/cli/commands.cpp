#include "gumbelcheck/cli/commands.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

#include "gumbelcheck/claim/tolerance.hpp"
#include "gumbelcheck/cli/logits_file.hpp"
#include "gumbelcheck/cli/numbers.hpp"
#include "gumbelcheck/cli/program.hpp"
#include "gumbelcheck/cli/progress.hpp"
#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/report/console.hpp"
#include "gumbelcheck/report/expected.hpp"
#include "gumbelcheck/report/text.hpp"
#include "gumbelcheck/report/tolerances.hpp"
#include "gumbelcheck/report/write_reports.hpp"
#include "gumbelcheck/subject/reference.hpp"
#include "gumbelcheck/verify/selftest.hpp"

namespace gumbelcheck::cli {
namespace {

report::ConsoleOptions console_options(bool all = false) {
  return {.width = width_of_tables(), .colour = terminal_has_colour(STDOUT_FILENO), .all = all};
}

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

subject::ProcessOptions limits_of(const std::optional<std::string>& start, const std::optional<std::string>& answer) {
  const auto whole = [](double seconds) { return std::chrono::milliseconds(std::llround(std::ceil(seconds * 1000))); };
  subject::ProcessOptions limits;
  if (start) limits.start_limit = whole(seconds_number("--start-timeout", *start));
  if (answer) limits.answer_limit = whole(seconds_number("--answer-timeout", *answer));
  return limits;
}

verify::SubjectSource source_of(const VerifyOptions& options) {
  const subject::ProcessOptions limits = limits_of(options.start_timeout, options.answer_timeout);
  if (!options.command.empty()) {
    if (!options.subject) return verify::subject_source("process", options.command, limits);
    throw std::invalid_argument(
        fmt::format("There are two subjects, '{}' and the program after --; one is verified at a time.",
                    report::shortened(*options.subject, 80)));
  }
  const std::string subject = options.subject.value_or("reference");
  if (subject == "process") {
    throw std::invalid_argument("A program is put after --: gumbelcheck verify -- PROGRAM ARGS.");
  }
  return verify::subject_source(subject);
}

std::string token_of(const std::string& argument) {
  std::string text = argument;
  if (argument == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else if (argument.starts_with("@")) {
    std::ifstream file(argument.substr(1), std::ios::binary);
    if (!file) throw std::invalid_argument(fmt::format("'{}' cannot be read.", argument.substr(1)));
    text.assign(std::istreambuf_iterator<char>(file), {});
  }
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; });
  return text;
}

// The ids that share the most with a mistyped one: the same family, or the text within them.
std::string suggestions(std::string_view id) {
  std::string text;
  for (const claim::Claim& known : claim::catalogue()) {
    const std::string& candidate = known.sheet.id;
    const std::string_view family = std::string_view(candidate).substr(0, candidate.find('/') + 1);
    if (candidate.find(id) != std::string::npos || id.starts_with(family)) {
      text += (text.empty() ? " Did you mean " : ", ") + candidate;
    }
  }
  return text.empty() ? " `gumbelcheck claims` lists them." : text + "?";
}

int status_of(claim::Verdict verdict) {
  switch (verdict) {
    case claim::Verdict::upheld:
      return kUpheld;
    case claim::Verdict::refuted:
      return kRefuted;
    default:
      return kUndecided;
  }
}

// Whether --effect changes it is asked of the cases themselves.
std::string declared_effect(const claim::Claim& known) {
  constexpr double kOther = .123;
  const std::vector<claim::Case> cases = known.cases(subject::Reference().describe(), {.effect = kOther});
  const bool changes = std::any_of(cases.begin(), cases.end(), [](const auto& c) { return c.effect == kOther; });
  return fmt::format("total variation {} ({})", known.sheet.effect,
                     changes ? "--effect changes it" : "--effect does not change it");
}

// One of the three ways to say what drawn classes are held to.
std::optional<claim::ClassTolerance> class_tolerance_of(const VerifyOptions& options) {
  const int given = static_cast<int>(options.known_algorithm.has_value()) +
                    static_cast<int>(options.log_odds_margin.has_value()) +
                    static_cast<int>(options.relative_tolerance.has_value());
  if (given > 1) {
    throw std::invalid_argument(
        "Of --known-algorithm, --log-odds-margin and --relative-tolerance one is given at most: classes are held to "
        "one "
        "thing.");
  }
  if (options.known_algorithm) {
    if (*options.known_algorithm != "rounded-sum") {
      throw std::invalid_argument(fmt::format(
          "--known-algorithm is '{}'; the one that is known is rounded-sum: round(round(noise) + logit), the first of "
          "equals.",
          report::shortened(*options.known_algorithm, 80)));
    }
    return claim::ClassTolerance{.rule = claim::ClassRule::rounded_sum};
  }
  if (options.log_odds_margin) {
    return claim::ClassTolerance{.rule = claim::ClassRule::log_odds,
                                 .size = fraction("--log-odds-margin", *options.log_odds_margin)};
  }
  if (options.relative_tolerance) {
    return claim::ClassTolerance{.rule = claim::ClassRule::relative,
                                 .size = fraction("--relative-tolerance", *options.relative_tolerance)};
  }
  return std::nullopt;
}

}  // namespace

verify::Settings settings_of(const VerifyOptions& options) {
  verify::Settings settings;
  for (const std::string& list : options.claims) {
    for (const std::string& id : split(list, ',')) {
      if (id.empty())
        throw std::invalid_argument(
            fmt::format("--claims is '{}': between its commas must be ids "
                        "or globs such as concrete/*.",
                        list));
      settings.claims.push_back(id);
    }
  }
  if (options.logits) settings.request.logits = read_logits(*options.logits);
  if (options.temperature) settings.request.temperatures = temperatures("--temperature", *options.temperature);
  if (options.draws) settings.request.draws = count_number("--draws", *options.draws, 2);
  if (options.effect) settings.request.effect = effect_number("--effect", *options.effect);
  settings.request.class_tolerance = class_tolerance_of(options);
  if (options.seed) settings.request.seed = seed_number("--seed", *options.seed);
  if (options.false_alarm_rate) {
    settings.false_alarm_rate = fraction("--false-alarm-rate", *options.false_alarm_rate);
  }
  if (options.miss_rate) settings.miss_rate = fraction("--miss-rate", *options.miss_rate);
  if (options.threads) settings.threads = thread_number("--threads", *options.threads);
  if (options.time_limit) settings.time_limit = seconds_number("--time-limit", *options.time_limit);
  settings.rerun = settings.shrink = !options.no_shrink;
  return settings;
}

int verify_command(const VerifyOptions& options) {
  const verify::Settings settings = settings_of(options);
  const verify::SubjectSource source = source_of(options);
  std::optional<report::ExpectedFindings> expected;
  if (options.expected) expected = report::read_expected(*options.expected);
  if (options.out) report::prepare_directory(*options.out);  // before the work, not after it

  claim::RunRecord record;
  {
    TerminalProgress progress;
    record = verify::run(settings, source, progress.sink());
  }
  // A program that did not even describe itself cannot be compared with a list for its version. One of
  // another version is reported all the same, and the mistake told after that.
  std::optional<report::ExpectedOutcome> outcome;
  std::string mistake;
  if (expected && !record.description.name.empty()) {
    try {
      outcome = report::compare(record, *expected);
    } catch (const std::invalid_argument& error) {
      mistake = error.what();
    }
  }
  int status = outcome ? outcome->exit_status() : claim::exit_status(record);
  const report::ExpectedOutcome* held = outcome ? &*outcome : nullptr;

  // Files first: whoever reads the console may stop reading, which ends this program.
  std::string written;
  std::string unwritten;
  if (options.out) {
    try {
      report::write_reports(record, *options.out, held);
      written = fmt::format("Reports: verdict.json, junit.xml, report.md and report.html in {}\n", report::one_line(*options.out));
    } catch (const std::runtime_error& error) {
      unwritten = error.what();
    }
  }
  const report::ConsoleOptions console = console_options(options.all);
  print(report::console_table(record, console));
  if (outcome) print(report::console_expected(*outcome, console.width));
  print(written);
  if (!unwritten.empty()) status = complain(unwritten, heavier(status, kUndecided));
  if (!mistake.empty()) status = complain(mistake, heavier(status, kBadUsage));
  return status;
}

int claims_command() {
  const report::ConsoleOptions console = console_options();
  for (const claim::Claim& known : claim::catalogue()) {
    print(fmt::format("{}\n{}", known.sheet.id, report::wrapped(known.sheet.statement, console.width, "    ")));
  }
  print("\n");
  print(
      report::wrapped("`gumbelcheck explain CLAIM` says how one is tested, what its check sees and what it cannot see.",
                      console.width, ""));
  return kUpheld;
}

int tolerances_command(const VerifyOptions& options) {
  const subject::Description any{
      .name = "any",
      .device = "other than cpu",
      .dtypes = {subject::Dtype::float32, subject::Dtype::float64, subject::Dtype::bfloat16, subject::Dtype::float16}};
  print(report::console_tolerances(claim::tolerance_table(any, {.class_tolerance = class_tolerance_of(options)}),
                                   console_options().width, true));
  print("\n");
  print(
      report::wrapped("u: unit roundoff; K: classes; z: (logits + noise) / temperature; gap: how far a score lies "
                      "below the largest; y: the exact softmax of a row; docs/tolerances.md gives the reasons.",
                      console_options().width, ""));
  return kUpheld;
}

int explain_command(const std::string& id) {
  const claim::Claim* known = claim::find(id);
  if (known == nullptr) {
    throw std::invalid_argument(fmt::format("There is no claim '{}'.{}", report::shortened(id, 80), suggestions(id)));
  }
  const report::ConsoleOptions console = console_options();
  const claim::Sheet& sheet = known->sheet;
  std::string text = sheet.id + "\n";
  const auto field = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) text += fmt::format("\n{}\n{}", name, report::wrapped(value, console.width, "    "));
  };
  field("statement", sheet.statement);
  field("pivot", sheet.pivot);
  field("test", sheet.test);
  field("power", sheet.power);
  field("proof", sheet.proof);
  field("source", sheet.source);
  if (!sheet.beside.empty()) {
    field("counts only beside", fmt::format("one upheld law of {}: a constant output would satisfy this claim too",
                                            fmt::join(sheet.beside, ", ")));
  }
  if (!sheet.implied_by.empty()) {
    field("implied by", fmt::format("{}: where that is upheld in the same run, this claim is upheld with it and draws "
                                    "nothing; else its own checks run",
                                    sheet.implied_by));
  }
  field("declared effect", sheet.effect > 0 ? declared_effect(*known) : "none: every comparison has a computed bound");
  const std::vector<claim::Case> cases = known->cases(subject::Reference().describe(), {});
  if (!cases.empty()) {
    const auto [least, most] =
        std::minmax_element(cases.begin(), cases.end(), [](const auto& a, const auto& b) { return a.draws < b.draws; });
    const std::string draws = least->draws == most->draws
                                  ? report::grouped(most->draws)
                                  : report::grouped(least->draws) + " to " + report::grouped(most->draws);
    field("by default, of the built-in implementation",
          fmt::format("{}, {} draws each at most", report::counted(cases.size(), "check"), draws));
  }
  print(text);
  return kUpheld;
}

int replay_command(const ReplayOptions& options) {
  std::optional<std::vector<double>> given;
  if (options.logits) given = read_logits(*options.logits);
  const subject::ProcessOptions limits = limits_of(options.start_timeout, options.answer_timeout);
  const claim::Replay replay = claim::from_replay_token(token_of(options.token), given);
  std::string subject = replay.subject;
  if (!replay.command.empty()) subject = fmt::format("-- {}", fmt::join(replay.command, " "));
  print(fmt::format("asked of: {}\n", report::shortened(subject, 400)));
  std::fflush(stdout);  // a token names the program that it starts: say so before it does
  const claim::CheckResult check = verify::replay(replay, limits);
  print(report::console_check(check, replay.budget, console_options()));
  return status_of(check.verdict);
}

int selftest_command(const std::vector<std::string>& faults, const std::optional<std::string>& threads) {
  const unsigned workers = threads ? thread_number("--threads", *threads) : 0;
  std::vector<claim::FaultResult> results;
  {
    TerminalProgress progress;
    results = verify::selftest(faults, workers, progress.sink());
  }
  print(report::console_selftest(results, console_options()));
  const bool passed = !results.empty() && std::all_of(results.begin(), results.end(),
                                                      [](const claim::FaultResult& fault) { return fault.passed; });
  return passed ? kUpheld : kRefuted;
}

int faults_command() {
  const report::ConsoleOptions console = console_options();
  for (const fault::Fault& known : fault::catalogue()) {
    print(fmt::format("{}\n{}", known.id, report::wrapped(known.sentence, console.width, "    ")));
    print(report::wrapped(
        fmt::format("seen in: {}; {}", known.source,
                    known.acquittal() ? "must be acquitted by every claim" : "must be refuted by " + known.refuted_by),
        console.width, "    "));
  }
  print("\n");
  print(report::wrapped("`gumbelcheck verify fault:NAME` shows one as a report, `gumbelcheck selftest` runs them all.",
                        console.width, ""));
  return kUpheld;
}

}  // namespace gumbelcheck::cli
