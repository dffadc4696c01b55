#include "gumbelcheck/cli/plan_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "gumbelcheck/cli/logits_file.hpp"
#include "gumbelcheck/cli/numbers.hpp"
#include "gumbelcheck/cli/program.hpp"
#include "gumbelcheck/cli/progress.hpp"
#include "gumbelcheck/report/console.hpp"
#include "gumbelcheck/report/text.hpp"
#include "gumbelcheck/report/write_reports.hpp"

namespace gumbelcheck::cli {
namespace {

using verify::CheckSees;
using verify::ClaimSees;

constexpr std::uint64_t kNoNumber = std::uint64_t{1} << 62;
constexpr const char* kExact = "exact";

std::string share(double value) { return fmt::format("{:.2g}", value); }

std::string seconds_text(double seconds) {
  return seconds < 10 ? fmt::format("{:.2g}", seconds) : fmt::format("{:.0f}", seconds);
}

std::string needed(std::uint64_t draws) {
  if (draws == 0) return "-";
  return draws >= kNoNumber ? "none is enough" : report::grouped(draws);
}

// What a reader learns of one check beside its name and draws.
struct Row {
  std::string draws, declares, sees, needs, where;
};

Row row_of(const CheckSees& check) {
  Row row{.draws = report::grouped(check.tried.draws), .declares = "-", .sees = "-", .needs = "-", .where = {}};
  if (check.tried.effect > 0) row.declares = share(check.tried.effect);
  switch (check.by) {
    case CheckSees::By::counts:
    case CheckSees::By::within:
      row.sees = check.smallest_effect < 1 ? share(check.smallest_effect) : "nothing";
      row.needs = needed(check.draws_needed);
      row.where = check.weakest;
      break;
    case CheckSees::By::own:
      if (check.sight) row.sees = share(check.sight->smallest);
      row.where = check.sight ? check.sight->what : check.note;
      break;
    case CheckSees::By::exact:
      row.draws = "-";
      row.where = check.sight ? "exact: " + check.sight->what : kExact;
      break;
    case CheckSees::By::unasked:
      row.draws = row.declares = "-";
      row.where = "not asked: " + check.note;
      break;
  }
  return row;
}

bool by_effect(const CheckSees& check) {
  return check.by == CheckSees::By::counts || check.by == CheckSees::By::within;
}

// The check that a claim's row stands for: the one that sees least of what it declares.
const CheckSees& weakest(const ClaimSees& claim) {
  return *std::ranges::max_element(claim.checks, {}, [](const CheckSees& check) {
    if (by_effect(check)) return 10 + check.smallest_effect / std::max(check.tried.effect, 1e-9);
    return check.by == CheckSees::By::own ? 2.0 : check.by == CheckSees::By::exact ? 1.0 : 0.0;
  });
}

bool declares_too_much(const CheckSees& check) {
  return by_effect(check) && check.tried.effect > 0 && check.smallest_effect > check.tried.effect;
}

std::string text_of(const verify::PowerPlan& plan, const report::ConsoleOptions& console) {
  std::vector<std::vector<std::string>> rows;
  std::size_t too_few = 0;
  bool timed = false;
  for (const ClaimSees& claim : plan.claims) {
    const std::string& id = claim.claim->sheet.id;
    if (claim.checks.empty()) {
      rows.push_back({id, "0", "-", "-", "-", "-", "-", claim.missing.empty() ? "no case" : claim.missing});
      continue;
    }
    too_few += static_cast<std::size_t>(std::ranges::count_if(claim.checks, declares_too_much));
    const auto add = [&](const std::string& first, const std::string& second, const CheckSees& check,
                         std::optional<double> seconds) {
      Row row = row_of(check);
      if (!second.empty() && !claim.implied_by.empty())
        row.where = "implied by " + claim.implied_by + "; else " + row.where;
      timed = timed || seconds;
      rows.push_back({first, second, row.draws, row.declares, row.sees, row.needs,
                      seconds ? seconds_text(*seconds) : "-", row.where});
    };
    std::optional<double> of_all;
    for (const CheckSees& check : claim.checks) {
      if (check.seconds) of_all = of_all.value_or(0) + *check.seconds;
    }
    add(id, fmt::format("{}", claim.checks.size()), weakest(claim), of_all);
    if (!console.all) continue;
    for (const CheckSees& check : claim.checks) add("  " + check.tried.label, "", check, check.seconds);
  }
  std::vector<std::string> header = {"claim", "checks", "draws", "declares", "sees from", "needs", "seconds", "in"};
  if (!timed) {
    header.erase(header.begin() + 6);
    for (std::vector<std::string>& row : rows) row.erase(row.begin() + 6);
  }
  std::string text = report::wrapped(
      fmt::format(
          "False-alarm rate {:g} of a run of {} ({:.2g} for each), miss rate {:g} of a check. Draws that a check "
          "plans, the effect that it declares, the smallest that so many draws see, and the draws that the "
          "declared one needs: total variation in the table named last, or what is named there. A claim's row "
          "is that of its weakest check{}; --all shows all. A claim that another implies draws only where that one is "
          "not upheld.",
          plan.budget.false_alarm_rate, report::counted(plan.budget.checks, "check"), plan.budget.alpha_per_check(),
          plan.budget.miss_rate, timed ? ", with the seconds of all of them on one thread" : ""),
      console.width, "");
  text += "\n";
  text += report::console_columns(header, rows,
                                  {.width = console.width,
                                   .droppable = {"checks"},
                                   .right_aligned = {"checks", "draws", "declares", "sees from", "needs", "seconds"},
                                   .colour = false});
  if (too_few > 0) {
    text += "\n" + report::wrapped(fmt::format("{} would see less than declared: a right subject would be left "
                                               "inconclusive, or a wrong one overlooked more often than planned.",
                                               report::counted(too_few, "check")),
                                   console.width, "");
  }
  return text;
}

const char* by_name(CheckSees::By by) {
  switch (by) {
    case CheckSees::By::counts:
      return "counts";
    case CheckSees::By::within:
      return "within";
    case CheckSees::By::own:
      return "own";
    case CheckSees::By::exact:
      return "exact";
    case CheckSees::By::unasked:
      return "unasked";
  }
  return "exact";
}

nlohmann::ordered_json json_of(const CheckSees& check) {
  nlohmann::ordered_json made = {{"case", report::valid_utf8(check.tried.label)},
                                 {"classes", check.tried.logits.size()},
                                 {"dtype", subject::name(check.tried.dtype)},
                                 {"temperature", check.tried.temperature},
                                 {"draws", check.tried.draws},
                                 {"decided_by", by_name(check.by)}};
  if (check.tried.effect > 0) made["declared_effect"] = check.tried.effect;
  if (check.seconds) made["seconds"] = *check.seconds;
  if (!check.note.empty()) made["note"] = check.note;
  if (check.sight) {
    made["sees"] = check.sight->what;
    if (check.sight->smallest > 0) made["smallest"] = check.sight->smallest;
  }
  if (!by_effect(check)) return made;
  made["smallest_effect"] = check.smallest_effect;
  if (check.draws_needed > 0) {
    made["draws_needed"] = check.draws_needed < kNoNumber ? nlohmann::ordered_json(check.draws_needed) : nullptr;
  }
  made["weakest_table"] = check.weakest;
  if (check.by == CheckSees::By::within) return made;
  made["tables"] = nlohmann::ordered_json::array();
  for (const verify::TableSees& table : check.tables) {
    made["tables"].push_back({{"name", table.name},
                              {"cells", table.shape.cells},
                              {"entries_per_draw", table.shape.entries_per_draw},
                              {"rows_per_draw", table.shape.rows_per_draw},
                              {"bounded", table.shape.bounded},
                              {"smallest_effect", table.effect}});
  }
  return made;
}

verify::PowerQuestion question_of(const PlanOptions& options) {
  verify::PowerQuestion question{
      .settings = settings_of(options.verify), .dtype = {}, .checks = {}, .time = options.time};
  if (options.classes) {
    if (options.verify.logits) {
      throw std::invalid_argument("--logits and --classes both say how many classes there are; one of them is enough.");
    }
    const std::uint64_t classes = count_number("--classes", *options.classes, 2, kMostClasses);
    question.settings.request.logits = std::vector<double>(classes, 0.0);
  }
  if (options.dtype) {
    question.dtype = subject::dtype_from(*options.dtype);
    if (!question.dtype) {
      throw std::invalid_argument(fmt::format("--dtype is '{}'; it must be float16, bfloat16, float32 or float64",
                                              report::shortened(*options.dtype, 40)));
    }
  }
  if (options.checks) question.checks = count_number("--checks", *options.checks);
  return question;
}

}  // namespace

std::string plan_json(const verify::PowerPlan& plan) {
  nlohmann::ordered_json made = {{"format", 1},
                                 {"subject", report::valid_utf8(plan.description.name)},
                                 {"false_alarm_rate", plan.budget.false_alarm_rate},
                                 {"miss_rate", plan.budget.miss_rate},
                                 {"checks", plan.budget.checks},
                                 {"alpha_per_check", plan.budget.alpha_per_check()},
                                 {"claims", nlohmann::ordered_json::array()}};
  for (const ClaimSees& claim : plan.claims) {
    nlohmann::ordered_json row = {{"claim", claim.claim->sheet.id}, {"checks", nlohmann::ordered_json::array()}};
    if (!claim.missing.empty()) row["missing"] = claim.missing;
    if (!claim.implied_by.empty()) row["implied_by"] = claim.implied_by;
    for (const CheckSees& check : claim.checks) row["checks"].push_back(json_of(check));
    made["claims"].push_back(std::move(row));
  }
  return made.dump(2) + "\n";
}

int plan_command(const PlanOptions& options) {
  const verify::PowerQuestion question = question_of(options);
  const std::vector<std::string>& command = options.verify.command;
  const verify::SubjectSource source =
      command.empty() ? verify::subject_source("reference") : verify::subject_source("process", command);
  verify::PowerPlan plan;
  {
    TerminalProgress progress;  // a vocabulary takes seconds, and --time minutes
    plan = verify::power_plan(question, source, progress.sink());
  }
  if (options.json) {
    try {
      report::write_whole(*options.json, plan_json(plan));
    } catch (const std::runtime_error& error) {
      throw std::invalid_argument(error.what());
    }
  }
  const report::ConsoleOptions console{.width = width_of_tables(), .all = options.all};
  const std::string text = text_of(plan, console);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return kUpheld;
}

void add_plan(CLI::App& app, PlanOptions& options, std::function<int()>& chosen) {
  CLI::App* plan = app.add_subcommand("plan", "How many draws to see an effect, and what so many draws see");
  plan->footer(
      "Nothing is drawn but for --time. After -- a program whose description decides what can be asked; otherwise the "
      "built-in implementation's does.");
  VerifyOptions& verify = options.verify;
  plan->add_option("--claims", verify.claims, "Ids or globs with commas between them; may be repeated")
      ->type_name("LIST")
      ->expected(1)
      ->allow_extra_args(false)  // the subject may come next
      ->take_all();
  plan->add_option("--logits", verify.logits, "A .npy, .json or text file, or 0,1,-inf,2.5")->type_name("FILE|LIST");
  plan->add_option("--classes", options.classes, "Even classes, where only their number is known")->type_name("K");
  plan->add_option("--temperature", verify.temperature, "Temperatures with commas between them")->type_name("LIST");
  plan->add_option("--dtype", options.dtype, "Only this one (all that the subject has)")->type_name("NAME");
  plan->add_option("--draws", verify.draws, "What do so many draws see?")->type_name("N");
  plan->add_option("--effect", verify.effect, "How many draws to see this total variation?")->type_name("X");
  plan->add_option("--false-alarm-rate", verify.false_alarm_rate,
                   "Probability that a correct subject is refuted on anything (1e-9)")
      ->type_name("P");
  plan->add_option("--miss-rate", verify.miss_rate, "Probability that a check overlooks its declared effect (1e-6)")
      ->type_name("P");
  plan->add_option("--checks", options.checks, "Checks planned in the run (those of all claims)")->type_name("N");
  plan->add_option("--json", options.json, "Where the answer goes as JSON, with every check and table")
      ->type_name("FILE");
  plan->add_flag("--time", options.time, "Draw a little, and say how long all of it takes");
  plan->add_flag("--all", options.all, "A row for every check");
  plan->callback([&options, &chosen] { chosen = [&options] { return plan_command(options); }; });
}

}  // namespace gumbelcheck::cli
