// The comparison as a page: what moved first, then every claim, its effects as pictures and its speed.

#include <fmt/format.h>

#include "gumbelcheck/picture/dot_table.hpp"
#include "gumbelcheck/report/comparison.hpp"
#include "gumbelcheck/report/counted_exhibit.hpp"
#include "gumbelcheck/report/html_claim.hpp"
#include "gumbelcheck/report/html_style.hpp"
#include "gumbelcheck/report/html_text.hpp"
#include "gumbelcheck/report/summary.hpp"
#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::report {

namespace {

constexpr std::size_t kMostPictures = 60;

std::string mark(const Known& verdict) {
  return verdict ? verdict_mark(*verdict) : "<span class=\"mark unsupported\">not in file</span>";
}

std::string list(std::string_view heading, std::string_view id, const std::vector<std::string>& sentences) {
  if (sentences.empty()) return "";
  std::string text = fmt::format("<h2 id=\"{}\">{}</h2>\n<ul>\n", id, heading);
  for (const std::string& sentence : sentences) text += "<li>" + html_text(sentence, 600) + "</li>\n";
  return text + "</ul>\n";
}

std::string table_of_runs(const Comparison& comparison) {
  std::string text =
      "<h2 id=\"runs\">Runs</h2>\n<table><caption>In the order given; speed as a factor of the run "
      "before.</caption><thead><tr><th scope=\"col\">run</th><th scope=\"col\">verdict</th><th scope=\"col\" "
      "class=\"wide\">subject</th><th scope=\"col\" class=\"n\">seed</th><th scope=\"col\" class=\"wide\">started</th>"
      "<th scope=\"col\" class=\"n\">speed</th><th scope=\"col\" class=\"wide\">file</th></tr></thead><tbody>\n";
  for (std::size_t i = 0; i < comparison.runs.size(); ++i) {
    const ComparedRun& run = comparison.runs[i];
    text += fmt::format(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"wide\">{}</td><td class=\"n\">{}</td>"
        "<td class=\"wide\">{}</td><td class=\"n\">{}</td><td class=\"wide\">{}</td></tr>\n",
        html_text(run.name), verdict_mark(claim::overall(*run.record)), html_text(subject_title(*run.record), 200),
        run.record->seed, html_text(run.record->started, 60), i == 0 ? "" : speed_words(comparison.speed[i - 1]),
        html_text(run.file, 120));
  }
  return text + "</tbody></table>\n";
}

std::string breakable(std::string_view id) {
  const std::size_t slash = id.find('/');
  if (slash == std::string_view::npos) return html_text(id, 200);
  return html_text(id.substr(0, slash + 1), 100) + "<wbr>" + html_text(id.substr(slash + 1), 100);
}

std::string table_of_claims(const Comparison& comparison) {
  std::string text =
      "<h2 id=\"claims\">Claims</h2>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"claims\">"
      "<table><caption>Verdicts by run; speed of the last run as a factor of the one before it.</caption><thead><tr>"
      "<th scope=\"col\">claim</th>";
  for (const ComparedRun& run : comparison.runs) {
    text += fmt::format("<th scope=\"col\">{}</th>", html_text(run.name));
  }
  text += "<th scope=\"col\" class=\"n wide\">speed</th></tr></thead><tbody>\n";
  for (const ComparedClaim& claim : comparison.claims) {
    text += fmt::format("<tr><th scope=\"row\">{}</th>", breakable(claim.id));
    for (const Known& verdict : claim.verdicts) text += "<td>" + mark(verdict) + "</td>";
    text += fmt::format("<td class=\"n wide\">{}</td></tr>\n", speed_words(last_speed(claim)));
  }
  return text + "</tbody></table></div>\n<p class=\"soft\">" + html_text(kSpeedsSay) + "</p>\n";
}

std::string effect_picture(const ComparedClaim& claim, const Comparison& comparison, picture::Ids& ids) {
  picture::DotTable table{
      .words = {.title = shortened(claim.id, 80),
                .description = fmt::format(
                    "Total variation and its interval, by run, of the case {}.{}", shortened(claim.shown->label, 200),
                    claim.effect_moved ? " Two neighbouring intervals have nothing in common." : "")},
      .axis = {.label = fmt::format("{}total variation, {}", claim.effect_moved ? "moved: " : "",
                                    shortened(claim.shown->label, 60)),
               .low = 0.},
      .rows = {}};
  double declared = 0;
  bool alike = true;
  for (std::size_t i = 0; i < comparison.runs.size(); ++i) {
    const std::optional<ComparedEffect>& effect = claim.shown->effects[i];
    picture::DotRow row{
        .name = comparison.runs[i].name, .value = std::numeric_limits<double>::quiet_NaN(), .note = "no such case"};
    if (effect) {
      const bool refuted = effect->verdict == claim::Verdict::refuted;
      row.value = effect->effect;
      row.range = picture::Range{effect->low, effect->high};
      row.tone = refuted ? picture::Tone::vermilion : picture::Tone::blue;
      row.shape = refuted ? picture::Shape::cross : picture::Shape::disc;
      row.note.clear();
      if (effect->verdict != claim::Verdict::upheld) row.name += fmt::format(", {}", claim::name(effect->verdict));
      alike = alike && (declared == 0 || declared == effect->declared);
      declared = effect->declared;
    }
    table.rows.push_back(std::move(row));
  }
  if (declared > 0 && alike) table.rules.push_back({.at = declared, .label = "declared"});
  return svg(table, ids);
}

std::string effects(const Comparison& comparison, picture::Ids& ids) {
  std::vector<std::string> pictures;
  std::string rows;
  std::size_t left_out = 0;
  for (const bool moved : {true, false}) {
    for (const ComparedClaim& claim : comparison.claims) {
      if (!claim.shown || claim.effect_moved != moved) continue;
      if (pictures.size() < kMostPictures) {
        pictures.push_back(effect_picture(claim, comparison, ids));
      } else {
        ++left_out;
      }
      rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td>", breakable(claim.id),
                          html_text(claim.shown->label, 200));
      for (const auto& effect : claim.shown->effects) rows += "<td>" + effect_words(effect) + "</td>";
      rows += "</tr>\n";
    }
  }
  if (pictures.empty()) return "";
  std::string text = "<h2 id=\"effects\">Did an effect move?</h2>\n<p class=\"soft\">" + html_text(kEffectsSay) +
                     " Of each claim one case: where the effect moved farthest, else the one that bounds least. What "
                     "moved stands first.</p>\n" +
                     block("charts", pictures, "Effects by run");
  if (left_out > 0) text += fmt::format("<p>{} in the table alone.</p>\n", counted(left_out, "more claim"));
  text +=
      "<details><summary>The same in numbers</summary>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
      "aria-labelledby=\"effects\"><table><caption>Total variation "
      "[interval]</caption><thead><tr><th scope=\"col\">claim</th><th scope=\"col\">case</th>";
  for (const ComparedRun& run : comparison.runs) text += "<th scope=\"col\">" + html_text(run.name) + "</th>";
  return text + "</tr></thead><tbody>\n" + rows + "</tbody></table></div></details>\n";
}

std::string speeds(const Comparison& comparison, picture::Ids& ids) {
  picture::DotTable table{.words = {.title = "How fast was each claim's check, as a factor of the run before?",
                                    .description = "Draws a second of the last run over those of the one before it."},
                          .axis = {.label = "speed, as a factor", .scaling = picture::Scaling::log2},
                          .rows = {},
                          .rules = {{.at = 1, .label = "as before"}},
                          .width = 480};
  for (const ComparedClaim& claim : comparison.claims) {
    const double factor = last_speed(claim);
    if (factor > 0 && table.rows.size() < kMostPictures) {
      table.rows.push_back({.name = shortened(claim.id, 60), .value = factor});
    }
  }
  if (table.rows.size() < 2) return "";
  return "<h2 id=\"speeds\">Speed</h2>\n<div class=\"charts\">" +
         picture::side_by_side({svg(table, ids)}, "Speed of each claim") + "</div>\n";
}

}  // namespace

std::string html_comparison(const Comparison& comparison) {
  picture::Ids ids("p");
  std::string names;
  for (const ComparedRun& run : comparison.runs) names += (names.empty() ? "" : ", ") + html_text(run.name);
  const std::string title =
      html_text(shortened(comparison.runs.back().record->description.name, 60)) + " compared: " + names;
  const int status = comparison.exit_status();
  std::string text = page_head(title, "claims", "To the claims");
  text += fmt::format("<header>\n<h1>{}</h1>\n<p class=\"verdict {}\">{}</p>\n</header>\n<main>\n", title,
                      status == 0   ? "upheld"
                      : status == 1 ? "refuted"
                                    : "inconclusive",
                      html_text(comparison_sentence(comparison)));
  text += list("What else is not alike", "unlike", comparison.unlike) + table_of_runs(comparison) +
          list("What moved", "moved", moves(comparison)) + table_of_claims(comparison) + effects(comparison, ids) +
          speeds(comparison, ids);
  return text +
         "</main>\n<footer>Rendered by <code>gumbelcheck compare</code> from the verdict.json files named "
         "above.</footer>\n</body>\n</html>\n";
}

}  // namespace gumbelcheck::report
