// What is each component of the engine worth? E is an average, so a component that finds nothing first only makes the
// others dearer. Every fault that counts decide is drawn in the cases that refute it, and on the same counts E is
// computed again without each kind of component, and without each kind of table. Tables that differ by the uniform they
// look at, or by the row, are one kind.
//
// rule   without a kind: (J E - its sum) / J. The others keep their weight of 1/J
// The program exits with 0 if every kind that the default checks have makes the engine need fewer draws on some fault,
// or is named below with the reason why it stays; and if the parts always made up the engine's own E.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/report/text.hpp"
#include "gumbelcheck/statistic/component.hpp"
#include "gumbelcheck/subject/reference.hpp"
#include "gumbelcheck/verify/plan.hpp"

namespace {

using namespace gumbelcheck;
using Json = nlohmann::ordered_json;

const double kRefuted = 12 * std::log(10.0);  // of a check, in a run of up to 1000
constexpr std::uint64_t kLonger = 8;          // how many times the engine's own draws the rest of it is given

// Kinds that make the engine faster on no fault here, and why they stay.
const std::map<std::string, std::string> kKept = {
    {"coin of an entry",
     "kept: it holds the bound on the effect that `upheld` needs, and bets on the same mean find what is wrong"}};

// ---- Kinds

struct Kinds {
  std::string component;
  std::string table;
};

bool begins(const std::string& text, const char* head) { return text.starts_with(head); }

Kinds kinds(const statistic::ComponentE& each, bool large) {
  Kinds made{.component = each.name, .table = each.of};
  if (begins(each.name, "Dirichlet-multinomial")) made.component = "Dirichlet-multinomial ladder";
  if (begins(each.name, "gamma-Poisson")) made.component = "gamma-Poisson mixtures";
  if (each.name == "spike" && large) made.component = "spike, stepped";
  if (begins(each.of, "Concrete likelihood ratio")) {
    made.component = begins(each.name, "temperature") ? "likelihood ratio: temperature"
                     : begins(each.name, "logits")    ? "likelihood ratio: all logits"
                                                      : "likelihood ratio: one logit";
    made.table = "(no table: likelihood ratios)";
  } else if (begins(each.of, "bets on the mean")) {
    made.component = "bets on a mean";
    made.table = "(no table: bets on a mean)";
  }
  static const std::vector<std::pair<std::regex, const char*>> same = {
      {std::regex("^U\\d+ (to U\\d+ )?in 32 bins$"), "each uniform in 32 bins"},
      {std::regex(" of row \\d+"), ""},
      {std::regex("^largest class by U\\d+$"), "largest class by each of the first uniforms"},
      {std::regex("^coin of entry \\d+$"), "coin of an entry"},
      {std::regex("pairs \\(\\d+, \\d+\\), ... of a second order"), "pairs of a second order"},
      {std::regex("^shares within the pairs of classes .*"), "shares within pairs of classes"},
      {std::regex("^(.*) of (classes|largest class|first place)$"), "$1"},
      {std::regex("^(largest class|first place)$"), "classes"}};
  for (const auto& [pattern, text] : same) made.table = std::regex_replace(made.table, pattern, text);
  return made;
}

std::set<std::string> large_tables(const statistic::Engine& engine) {
  std::set<std::string> names;
  for (const statistic::CellLaw& law : engine.laws()) {
    const auto possible = std::ranges::count_if(law.probability, [](double p) { return p > 0; });
    if (static_cast<std::size_t>(possible) > statistic::kMostCellsOfLadder) names.insert(law.name);
  }
  return names;
}

// ---- One check, drawn on past its refutation

using ByKind = std::map<std::string, std::uint64_t>;  // draws without it; 0: not within kLonger times the engine's

struct Trace {
  std::uint64_t draws = 0;  // of the whole engine to refutation
  Kinds leading;
  ByKind without_component, without_table;
};

// Thrown at the look after which nothing is left to be seen.
struct Enough {};

class Tracer : public statistic::LookWitness {
 public:
  void look(const statistic::Engine& engine, const statistic::Counts& counts) override {
    if (trace_.draws > 0 && &engine != engine_) return;  // another test of the same check
    const statistic::LogE whole = engine.log_e(counts);
    if (std::isinf(whole.lower)) throw Enough{};  // an impossible cell: no component found it
    const std::vector<statistic::ComponentE> each = engine.each_log_e(counts);
    const std::set<std::string> large = large_tables(engine);
    const double shift = std::ranges::max_element(each, {}, &statistic::ComponentE::log_e)->log_e;
    const double log_weight = shift - std::log(static_cast<double>(each.size()));
    double sum = 0;
    std::map<std::string, double> of_component, of_table;
    const statistic::ComponentE* first = nullptr;
    for (const statistic::ComponentE& one : each) {
      const Kinds& its = known(one, large);
      const double share = std::exp(one.log_e - shift);
      sum += share;
      of_component[its.component] += share;
      of_table[its.table] += share;
      if (first == nullptr || one.log_e > first->log_e) {
        first = &one;
        leading_ = its;
      }
    }
    const double mean = log_weight + std::log(sum);
    // The parts are those of the engine's own E, or whatever follows is about something else.
    if (std::fabs(mean - whole.lower) > 1e-6 * std::max(1.0, std::fabs(mean))) differs_ = true;
    if (!trace_.draws) {
      if (whole.lower < kRefuted) return;
      engine_ = &engine;
      trace_.draws = counts.rows;
      trace_.leading = leading_;
      for (const auto& [name, share] : of_component) trace_.without_component[name] = 0;
      for (const auto& [name, share] : of_table) trace_.without_table[name] = 0;
    }
    bool all = true;
    const auto cross = [&](ByKind& without, const std::map<std::string, double>& shares) {
      for (auto& [name, draws] : without) {
        // The others by themselves, and not the sum less this one's: that would cancel.
        double rest = 0;
        for (const auto& [other, share] : shares) rest += other == name ? 0 : share;
        if (draws == 0 && log_weight + std::log(rest) >= kRefuted) draws = counts.rows;
        all = all && draws > 0;
      }
    };
    cross(trace_.without_component, of_component);
    cross(trace_.without_table, of_table);
    if (all || counts.rows >= kLonger * trace_.draws) throw Enough{};
  }
  bool differs() const { return differs_; }
  std::optional<Trace> trace() const { return trace_.draws > 0 ? std::optional(trace_) : std::nullopt; }

 private:
  const Kinds& known(const statistic::ComponentE& each, const std::set<std::string>& large) {
    const auto [found, is_new] = known_.try_emplace({each.of, each.name});
    if (is_new) found->second = kinds(each, large.contains(each.of));
    return found->second;
  }

  std::map<std::pair<std::string, std::string>, Kinds> known_;
  const statistic::Engine* engine_ = nullptr;  // the one that refuted
  Trace trace_;
  Kinds leading_;
  bool differs_ = false;
};

// ---- All cases of all faults

struct Found {
  std::string fault, claim, label;
  std::vector<Trace> traces;  // a seed each
};

std::uint64_t median(std::vector<std::uint64_t> of) {
  std::ranges::sort(of);
  return of[(of.size() - 1) / 2];
}

// One seed of one case: nothing where it does not refute, or where no average of components decides.
std::optional<Trace> traced(const fault::Fault& fault, const claim::Claim& claim, claim::Case tried,
                            statistic::Budget budget, bool& differs) {
  subject::Subject first = fault.open();
  const claim::CheckResult check = claim.check(tried, first, budget);
  if (check.verdict != claim::Verdict::refuted || !check.evidence || check.evidence->looks == 0) return std::nullopt;
  Tracer tracer;
  tried.draws *= kLonger;
  budget.false_alarm_rate = 1e-250;  // so that it draws on
  budget.witness = &tracer;
  subject::Subject again = fault.open();
  try {
    claim.check(tried, again, budget);
  } catch (const Enough&) {
  }
  differs = differs || tracer.differs();
  return tracer.trace();
}

struct Best {
  const Found* found = nullptr;
  std::uint64_t draws = 0;
  std::uint64_t without = 0;  // 0: more than kLonger times as many
  double worth = 0;
};

// The fault on which the engine loses most without this kind, among those that the kind leads at refutation.
Best best_of(const std::string& kind, bool component, const std::vector<Found>& all) {
  Best best;
  for (const Found& found : all) {
    std::vector<std::uint64_t> draws, without;
    std::size_t leads = 0;
    for (const Trace& trace : found.traces) {
      const ByKind& by = component ? trace.without_component : trace.without_table;
      if (!by.contains(kind)) continue;
      leads += (component ? trace.leading.component : trace.leading.table) == kind ? 1 : 0;
      draws.push_back(trace.draws);
      const std::uint64_t needed = by.at(kind);
      without.push_back(needed > 0 ? needed : UINT64_MAX);
    }
    if (2 * leads <= found.traces.size()) continue;
    const std::uint64_t own = median(draws), other = median(without);
    const double worth =
        other == UINT64_MAX ? static_cast<double>(kLonger) : static_cast<double>(other) / static_cast<double>(own);
    if (best.found != nullptr && (worth < best.worth || (worth == best.worth && own >= best.draws))) continue;
    best = {&found, own, other == UINT64_MAX ? 0 : other, worth};
  }
  return best;
}

// The kinds that the checks of the built-in subject have.
struct Present {
  std::set<std::string> components, tables;
};
Present present() {
  Present made;
  const subject::Description description = subject::Reference().describe();
  const verify::Plan plan = verify::plan({}, description);
  for (const verify::PlannedClaim& planned : plan.claims) {
    for (const claim::Case& tried : planned.cases) {
      const auto counted = claim::what_is_counted(*planned.claim, tried, description, plan.budget);
      if (!counted) continue;
      const std::set<std::string> large = large_tables(counted->engine);
      for (const statistic::ComponentE& one : counted->engine.each_log_e(counted->engine.empty())) {
        const Kinds its = kinds(one, large.contains(one.of));
        made.components.insert(its.component);
        made.tables.insert(its.table);
      }
    }
  }
  return made;
}

void write(const std::string& file, const std::string& text) {
  std::ofstream(file + ".unfinished") << text;
  std::filesystem::rename(file + ".unfinished", file);
}

}  // namespace

int main(int count, char** arguments) {
  std::uint64_t seeds = 3;
  std::string file, markdown, only = "";
  CLI::App program{"The fault that each component of the engine finds first or cheapest, and what it saves there."};
  program.add_option("--seeds", seeds, "of each case")->check(CLI::PositiveNumber)->capture_default_str();
  program.add_option("--only", only, "faults whose id contains this; the kinds they leave out are not asked for");
  program.add_option("--markdown", markdown, "where the tables go");
  program.add_option("FILE", file, "where the report goes");
  CLI11_PARSE(program, count, arguments);

  bool differs = false, holds = true;
  std::vector<Found> all;
  for (const fault::Fault& fault : fault::catalogue()) {
    if (fault.acquittal() || fault.id.find(only) == std::string::npos) continue;
    verify::Settings settings;
    settings.claims = {fault.refuted_by};
    verify::Plan planned = verify::plan(settings, fault.open().describe());
    planned.budget.checks = 1000;
    for (const verify::PlannedClaim& claim : planned.claims) {
      if (claim.claim->sheet.id != fault.refuted_by) continue;
      for (claim::Case tried : claim.cases) {
        Found found{.fault = fault.id, .claim = fault.refuted_by, .label = tried.label, .traces = {}};
        for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
          tried.seed = seed;
          const std::optional<Trace> trace = traced(fault, *claim.claim, tried, planned.budget, differs);
          if (!trace) break;  // a case that refutes it on some seeds only says little of any component
          found.traces.push_back(*trace);
        }
        if (found.traces.size() < seeds) continue;
        fmt::print("{} | {} | {} | {} | {}\n", found.fault, found.label, found.traces[0].draws,
                   found.traces[0].leading.component, found.traces[0].leading.table);
        std::fflush(stdout);
        all.push_back(std::move(found));
      }
    }
  }

  Json report = {{"format", 1}, {"seeds", seeds}, {"longer", kLonger}};
  std::string text =
      "# What each component of the engine is worth\n\n"
      "Made by `component_faults` (see [README](README.md), which says what the columns mean).\n\n";
  const auto section = [&](const char* title, const char* key, const std::set<std::string>& kinds, bool component) {
    text += fmt::format(
        "## {}\n\n| {} | fault | claim, case | draws | without it | saves |\n|---|---|---|---|---|---|\n", title, key);
    report[key] = Json::array();
    for (const std::string& kind : kinds) {
      const Best best = best_of(kind, component, all);
      const auto kept = kKept.find(kind);
      Json row = {{"kind", kind}, {"fault", nullptr}};
      if (best.found != nullptr) {
        row = {{"kind", kind},
               {"fault", best.found->fault},
               {"claim", best.found->claim},
               {"case", best.found->label},
               {"draws", best.draws},
               {"without", best.without > 0 ? Json(best.without) : Json(nullptr)},
               {"worth", best.worth}};
      }
      if (kept != kKept.end()) row["kept"] = kept->second;
      const bool earns = best.worth > 1;
      if (!earns && kept == kKept.end() && only.empty()) {
        fmt::print("{}: finds nothing first\n", kind);
        holds = false;
      }
      if (best.found == nullptr) {
        text += fmt::format("| {} | none | {} | | | |\n", kind, kept == kKept.end() ? "" : kept->second);
      } else {
        text += fmt::format(
            "| {} | {} | {}, {}{} | {} | {} | {} |\n", kind, best.found->fault, best.found->claim, best.found->label,
            earns || kept == kKept.end() ? "" : "; " + kept->second, report::grouped(best.draws),
            best.without > 0 ? report::grouped(best.without) : fmt::format("over {} times as many", kLonger),
            best.without > 0 ? fmt::format("{:.2f} x", best.worth) : fmt::format("> {} x", kLonger));
      }
      report[key].push_back(std::move(row));
    }
    text += "\n";
  };
  Present kinds_present = present();
  section("Components", "component", kinds_present.components, true);
  section("Tables", "table", kinds_present.tables, false);
  holds = holds && !differs && !all.empty();
  report["holds"] = holds;
  if (!file.empty()) write(file, report.dump(1) + "\n");
  if (!markdown.empty()) write(markdown, text);
  fmt::print("{}", text);
  return holds ? 0 : 1;
}
