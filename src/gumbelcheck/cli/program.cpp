#include "gumbelcheck/cli/program.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <iostream>
#include <stdexcept>

#include "gumbelcheck/cli/commands.hpp"
#include "gumbelcheck/cli/compare_command.hpp"
#include "gumbelcheck/cli/ledger_command.hpp"
#include "gumbelcheck/cli/plan_command.hpp"
#include "gumbelcheck/cli/report_command.hpp"
#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::cli {
namespace {

constexpr const char* kFooter =
    "Exit status: 0 everything asked is upheld; 1 something is refuted; 2 bad usage or input;\n"
    "3 something is broken or inconclusive. Where several apply: the first of 2, 1, 3, 0.\n"
    "\n"
    "  gumbelcheck verify                              the built-in implementation\n"
    "  gumbelcheck verify --claims 'concrete/*' --temperature 0.1,1 --out reports\n"
    "  gumbelcheck verify -- python3 my_sampler.py     any program that speaks the protocol\n"
    "  gumbelcheck explain concrete/law\n"
    "  gumbelcheck plan --classes 1000 --effect .005   how many draws it takes to see that\n"
    "\n"
    "Tables fit the terminal; in a pipe the columns that COLUMNS names, or 80.";

void add_class_tolerance(CLI::App& command, VerifyOptions& options) {
  command
      .add_option(
          "--known-algorithm", options.known_algorithm,
          "rounded-sum: hold gumbel_max in float16 and bfloat16 to the exact law of round(round(noise) + logit)")
      ->type_name("NAME");
  command
      .add_option("--log-odds-margin", options.log_odds_margin,
                  "Hold drawn classes to softmax within this margin on log odds, in every dtype")
      ->type_name("X");
  command
      .add_option("--relative-tolerance", options.relative_tolerance,
                  "Hold drawn classes to softmax within a factor of exp(+-X), in every dtype")
      ->type_name("X");
}

// Of a program under test.
template <class Options>
void add_timeouts(CLI::App* command, Options& options) {
  command->add_option("--start-timeout", options.start_timeout, "For a program's first answer (60)")
      ->type_name("SECONDS");
  command->add_option("--answer-timeout", options.answer_timeout, "For each later answer (120)")->type_name("SECONDS");
}

void add_verify(CLI::App& app, VerifyOptions& options, std::function<int()>& chosen) {
  CLI::App* verify = app.add_subcommand("verify", "Hold a subject to the claims and report");
  verify->footer("A program under test is put after --:  gumbelcheck verify [OPTIONS] -- PROGRAM ARGS");
  verify->add_option("SUBJECT", options.subject,
                     "reference (the default), reference:threefry (on another generator) or fault:NAME");
  // CLI11 would take the option's following words too: one word each, split at commas here.
  verify->add_option("--claims", options.claims, "Ids or globs with commas between them; may be repeated")
      ->type_name("LIST")
      ->expected(1)
      ->allow_extra_args(false)  // the subject may come next
      ->take_all();
  verify->add_option("--logits", options.logits, "A .npy, .json or text file, or 0,1,-inf,2.5")->type_name("FILE|LIST");
  verify->add_option("--temperature", options.temperature, "Temperatures with commas between them")->type_name("LIST");
  verify->add_option("--draws", options.draws, "Draws of each statistical check, such as 1e6")->type_name("N");
  verify->add_option("--effect", options.effect, "Total variation that must not be overlooked")->type_name("X");
  add_class_tolerance(*verify, options);
  verify
      ->add_option("--false-alarm-rate", options.false_alarm_rate,
                   "Probability that a correct subject is refuted on anything (1e-9)")
      ->type_name("P");
  verify->add_option("--miss-rate", options.miss_rate, "Probability that a check overlooks its declared effect (1e-6)")
      ->type_name("P");
  verify->add_option("--seed", options.seed, "A number, or `random`, which is printed and replayable (1)")
      ->type_name("N|random");
  verify->add_option("--threads", options.threads, "Worker threads (as many as there are cores)")->type_name("N");
  verify->add_option("--out", options.out, "Folder for verdict.json, junit.xml, report.md and report.html")
      ->type_name("DIR");
  verify->add_option("--expected", options.expected, "JSON list of findings that are known and explained")
      ->type_name("FILE");
  verify->add_flag("--all", options.all, "A row for every check");
  verify->add_flag("--no-shrink", options.no_shrink, "Neither ask refuted cases again nor look for smaller ones");
  verify->add_option("--time-limit", options.time_limit, "For the whole run; what is not finished is inconclusive")
      ->type_name("SECONDS");
  add_timeouts(verify, options);
  verify->callback([&options, &chosen] { chosen = [&options] { return verify_command(options); }; });
}

struct OtherOptions {
  std::string claim;
  ReplayOptions replay;
  LedgerOptions ledger;
  std::vector<std::string> faults;
  std::optional<std::string> threads;
};

void add_others(CLI::App& app, OtherOptions& options, std::function<int()>& chosen) {
  app.add_subcommand("claims", "List the claims")->callback([&] { chosen = claims_command; });

  CLI::App* explain = app.add_subcommand("explain", "A claim's statement, pivot, test, power, proof and source");
  explain->add_option("CLAIM", options.claim, "An id, such as concrete/law")->required();
  explain->callback([&] { chosen = [&options] { return explain_command(options.claim); }; });

  CLI::App* replay = app.add_subcommand("replay", "Run one check again, from its token");
  replay->footer("A token of a program names that program and starts it: replay only tokens that you trust.");
  replay->add_option("TOKEN", options.replay.token, "A token, @FILE, or - for standard input")->required();
  replay->add_option("--logits", options.replay.logits, "As verify was given them, where the token asks for them")
      ->type_name("FILE|LIST");
  add_timeouts(replay, options.replay);
  replay->callback([&] { chosen = [&options] { return replay_command(options.replay); }; });

  CLI::App* selftest = app.add_subcommand("selftest", "Every known fault must be refuted, every acquittal pass");
  selftest->add_option("FAULT", options.faults, "Ids; none: all");
  selftest->add_option("--threads", options.threads, "Worker threads (as many as there are cores)")->type_name("N");
  selftest->callback([&] { chosen = [&options] { return selftest_command(options.faults, options.threads); }; });

  CLI::App* ledger = app.add_subcommand("ledger", "Multiply the evidence of runs on distinct seeds");
  ledger->footer("Exit status: 1 when the ledger refutes a case, 0 when it does not, 2 when a file is refused.");
  ledger->add_option("FILE", options.ledger.file, "The ledger; --add begins one where there is none")->required();
  ledger->add_option("--add", options.ledger.add, "verdict.json files of `verify --out`")->type_name("FILE");
  ledger
      ->add_option("--false-alarm-rate", options.ledger.false_alarm_rate,
                   "Of the whole ledger, told when it is begun (1e-9)")
      ->type_name("P");
  ledger->add_flag("--all", options.ledger.all, "A row for every case");
  ledger->callback([&] { chosen = [&options] { return ledger_command(options.ledger); }; });

  app.add_subcommand("faults", "List the faults")->callback([&] { chosen = faults_command; });
}

int dispatch(const std::vector<std::string>& arguments) {
  VerifyOptions verify;
  OtherOptions others;
  PlanOptions plan;
  std::function<int()> chosen;
  CLI::App app("Proves, tests and reports that a differentiable categorical sampler is right.", "gumbelcheck");
  app.set_version_flag("--version", "gumbelcheck " GUMBELCHECK_VERSION);
  app.footer(kFooter);
  add_verify(app, verify, chosen);
  add_others(app, others, chosen);
  add_plan(app, plan, chosen);
  ReportOptions report;
  add_report(app, report, chosen);
  CompareOptions compare;
  add_compare(app, compare, chosen);
  VerifyOptions declared;
  CLI::App* tolerances = app.add_subcommand("tolerances", "What subjects are held to, in every dtype");
  add_class_tolerance(*tolerances, declared);
  tolerances->footer("Nothing is run. docs/tolerances.md has the reasons.");
  tolerances->callback([&] { chosen = [&declared] { return tolerances_command(declared); }; });

  // What follows -- belongs to the program under test: the parser must not see it.
  const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  std::vector<std::string> own(arguments.begin(), dashes);
  const bool has_command = dashes != arguments.end();
  if (has_command) verify.command.assign(dashes + 1, arguments.end());
  plan.verify.command = verify.command;
  std::vector<std::string> commands;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    commands.push_back(command->get_name());
  }
  const bool named = !own.empty() && std::find(commands.begin(), commands.end(), own.front()) != commands.end();
  if (!named && (own.empty() || !own.front().starts_with("-"))) {
    const std::string given = own.empty() ? "" : fmt::format(" '{}'", report::shortened(own.front(), 80));
    return complain(fmt::format("There is no command{}. The commands are {} (gumbelcheck --help).", given,
                                fmt::join(commands, ", ")),
                    kBadUsage);
  }
  std::reverse(own.begin(), own.end());  // as CLI11 wants it
  try {
    app.parse(own);
  } catch (const CLI::Success& answer) {  // --help, --version
    return app.exit(answer, std::cout, std::cerr) == 0 ? kUpheld : kBadUsage;
  } catch (const CLI::ArgumentMismatch& error) {
    // CLI11 says "--seed: At Most 1 required but received 2".
    const std::string_view words = error.what();
    if (words.find("At Most 1") == std::string_view::npos) {
      return complain(fmt::format("{} (gumbelcheck --help)", words), kBadUsage);
    }
    return complain(fmt::format("{} is given more than once (gumbelcheck --help)", words.substr(0, words.find(':'))),
                    kBadUsage);
  } catch (const CLI::ParseError& error) {
    return complain(fmt::format("{} (gumbelcheck --help)", error.what()), kBadUsage);
  }
  if (has_command && !app.got_subcommand("verify") && !app.got_subcommand("plan")) {
    return complain("only `verify` and `plan` take a program after --.", kBadUsage);
  }
  if (has_command && verify.command.empty()) {
    return complain("after -- must come the program to verify.", kBadUsage);
  }
  if (!chosen) return complain("There is no command (gumbelcheck --help).", kBadUsage);
  return chosen();
}

}  // namespace

int heavier(int one, int other) {
  for (const int status : {kBadUsage, kRefuted, kUndecided}) {
    if (one == status || other == status) return status;
  }
  return kUpheld;
}

int complain(std::string_view sentence, int status) {
  std::fflush(stdout);
  fmt::print(stderr, "gumbelcheck: {}\n", report::one_line(sentence));
  return status;
}

int run_program(const std::vector<std::string>& arguments) {
  int status = kUndecided;
  try {
    status = dispatch(arguments);
  } catch (const std::invalid_argument& error) {
    return complain(error.what(), kBadUsage);
  } catch (const std::exception& error) {
    return complain(error.what(), kUndecided);
  }
  // A report that was cut by a full disk or a closed pipe must not look complete.
  std::cout.flush();
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0 || !std::cout) {
    return complain("standard output cannot be written.", heavier(status, kUndecided));
  }
  return status;
}

}  // namespace gumbelcheck::cli
