// The comparison for a terminal, and for a pull request.

#include <fmt/format.h>

#include "gumbelcheck/report/comparison.hpp"
#include "gumbelcheck/report/summary.hpp"
#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::report {

namespace {

constexpr std::size_t kMarkdownCell = 200;
constexpr std::size_t kMovesInMarkdown = 40;

// What a claim's speed is compared with: the run before the last.
std::string speed_heading(const Comparison& comparison) {
  return fmt::format("speed beside {}", comparison.runs[comparison.runs.size() - 2].name);
}

std::vector<std::string> names_of(const Comparison& comparison) {
  std::vector<std::string> names;
  for (const ComparedRun& run : comparison.runs) names.push_back(run.name);
  return names;
}

using Rows = std::vector<std::vector<std::string>>;

Rows runs_of(const Comparison& comparison) {
  Rows rows;
  for (std::size_t i = 0; i < comparison.runs.size(); ++i) {
    const ComparedRun& run = comparison.runs[i];
    rows.push_back({run.name, std::string(claim::name(claim::overall(*run.record))), subject_title(*run.record),
                    fmt::format("{}", run.record->seed), run.record->started,
                    i == 0 ? "" : speed_words(comparison.speed[i - 1]), run.file});
  }
  return rows;
}

Rows claims_of(const Comparison& comparison, bool all) {
  Rows rows;
  for (const ComparedClaim& claim : comparison.claims) {
    std::vector<std::string> row = {claim.id};
    bool moved = false;
    for (std::size_t i = 0; i < claim.verdicts.size(); ++i) {
      row.push_back(verdict_word(claim.verdicts[i]));
      moved = moved || (i > 0 && claim.moved(i - 1));
    }
    row.push_back(speed_words(last_speed(claim)));
    if (all || moved) rows.push_back(std::move(row));
  }
  return rows;
}

Rows effects_of(const Comparison& comparison, bool all) {
  Rows rows;
  for (const ComparedClaim& claim : comparison.claims) {
    if (!claim.shown || !(all || claim.effect_moved)) continue;
    std::vector<std::string> row = {claim.id, claim.shown->label};
    for (const auto& effect : claim.shown->effects) row.push_back(effect_words(effect));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<std::string> heading(std::vector<std::string> first, const Comparison& comparison,
                                 const std::vector<std::string>& last = {}) {
  for (const std::string& name : names_of(comparison)) first.push_back(name);
  first.insert(first.end(), last.begin(), last.end());
  return first;
}

std::string markdown_table(const std::vector<std::string>& header, const Rows& rows) {
  const auto line = [](const std::vector<std::string>& cells) {
    std::string made = "|";
    for (const std::string& cell : cells) {
      made += fmt::format(" {} |", cell.empty() ? "-" : markdown_text(shortened(cell, kMarkdownCell)));
    }
    return made + "\n";
  };
  std::string text = line(header) + "|";
  for (std::size_t i = 0; i < header.size(); ++i) text += " --- |";
  text += "\n";
  for (const auto& row : rows) text += line(row);
  return text;
}

}  // namespace

std::string console_comparison(const Comparison& comparison, const ConsoleOptions& options) {
  const auto paragraph = [&](std::string_view words) { return wrapped(words, options.width, "    "); };
  std::string text = wrapped(comparison_sentence(comparison), options.width, "") + "\n";
  if (!comparison.unlike.empty()) {
    text += "What else is not alike:\n";
    for (const std::string& sentence : comparison.unlike) text += paragraph(sentence);
    text += "\n";
  }
  const auto table = [&](const std::vector<std::string>& header, const Rows& rows,
                         const std::vector<std::string>& droppable) {
    if (rows.empty()) return std::string();
    return console_columns(
               header, rows,
               {.width = options.width, .droppable = droppable, .right_aligned = {}, .colour = options.colour}) +
           "\n";
  };
  text += table({"run", "verdict", "subject", "seed", "started", "speed", "file"}, runs_of(comparison),
                {"started", "seed", "subject"});
  if (const std::vector<std::string> moved = moves(comparison); !moved.empty()) {
    text += "What moved:\n";
    for (const std::string& sentence : moved) text += paragraph(sentence);
    text += "\n";
  }
  const Rows claims = claims_of(comparison, options.all);
  text += table(heading({"claim"}, comparison, {speed_heading(comparison)}), claims, {speed_heading(comparison)});
  text += table(heading({"claim", "case"}, comparison), effects_of(comparison, options.all), {});
  if (options.all) {
    text += wrapped(kEffectsSay, options.width, "") + wrapped(kSpeedsSay, options.width, "");
  } else {
    text += wrapped("--all shows the claims and effects that did not move too.", options.width, "");
  }
  return text;
}

std::string markdown_comparison(const Comparison& comparison) {
  std::string text = "# Runs compared\n\n**" + markdown_text(shortened(comparison_sentence(comparison), 1500)) + "**\n";
  const auto list = [&](std::string_view title, const std::vector<std::string>& sentences) {
    if (sentences.empty()) return;
    text += fmt::format("\n## {}\n\n", title);
    for (const std::string& sentence : sentences) text += "- " + markdown_text(shortened(sentence, 600)) + "\n";
  };
  list("What else is not alike", comparison.unlike);
  text += "\n## Runs\n\n" +
          markdown_table({"run", "verdict", "subject", "seed", "started", "speed", "file"}, runs_of(comparison));
  list("What moved", moves(comparison, kMovesInMarkdown));
  text += "\n## Claims\n\n" +
          markdown_table(heading({"claim"}, comparison, {speed_heading(comparison)}), claims_of(comparison, true)) +
          "\n" + markdown_text(kSpeedsSay) + "\n";
  if (const Rows effects = effects_of(comparison, true); !effects.empty()) {
    text += "\n## Effects\n\n" + markdown_table(heading({"claim", "case"}, comparison), effects) + "\n" +
            markdown_text(kEffectsSay) + "\n";
  }
  return text;
}

}  // namespace gumbelcheck::report
