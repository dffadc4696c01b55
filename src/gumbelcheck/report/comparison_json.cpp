#include <nlohmann/json.hpp>

#include "gumbelcheck/report/comparison.hpp"
#include "gumbelcheck/report/json_values.hpp"
#include "gumbelcheck/report/text.hpp"

namespace gumbelcheck::report {

namespace {

using Json = nlohmann::ordered_json;

// A factor or a rate of 0 stands for one that is not known.
Json known(double value) { return value > 0 ? real(value) : Json(nullptr); }

Json word(const Known& verdict) { return verdict ? Json(claim::name(*verdict)) : Json(nullptr); }

Json effect(const std::optional<ComparedEffect>& effect) {
  if (!effect) return nullptr;
  return {{"effect", real(effect->effect)},
          {"effect_low", real(effect->low)},
          {"effect_high", real(effect->high)},
          {"declared_effect", real(effect->declared)},
          {"verdict", claim::name(effect->verdict)}};
}

}  // namespace

std::string comparison_json(const Comparison& comparison) {
  Json document = {{"schema", kComparisonSchema},
                   {"exit_status", comparison.exit_status()},
                   {"sentence", valid_utf8(comparison_sentence(comparison))},
                   {"unlike", Json::array()},
                   {"runs", Json::array()},
                   {"speed", Json::array()},
                   {"claims", Json::array()}};
  for (const std::string& sentence : comparison.unlike) document["unlike"].push_back(valid_utf8(sentence));
  for (const ComparedRun& run : comparison.runs) {
    document["runs"].push_back({{"name", run.name},
                                {"file", valid_utf8(run.file)},
                                {"subject", valid_utf8(run.record->description.name)},
                                {"version", valid_utf8(run.record->description.version)},
                                {"device", valid_utf8(run.record->description.device)},
                                {"seed", run.record->seed},
                                {"program_version", valid_utf8(run.record->program_version)},
                                {"started", valid_utf8(run.record->started)},
                                {"verdict", claim::name(claim::overall(*run.record))}});
  }
  for (const double factor : comparison.speed) document["speed"].push_back(known(factor));
  for (const ComparedClaim& claim : comparison.claims) {
    Json row = {{"id", valid_utf8(claim.id)}, {"verdicts", Json::array()},          {"draws_per_second", Json::array()},
                {"cases", Json::array()},     {"effect_moved", claim.effect_moved}, {"shown", nullptr}};
    for (const Known& verdict : claim.verdicts) row["verdicts"].push_back(word(verdict));
    for (const double rate : claim.draws_per_second) row["draws_per_second"].push_back(known(rate));
    for (std::size_t step = 0; step < claim.cases.size(); ++step) {
      for (const CaseMove& move : claim.cases[step]) {
        row["cases"].push_back({{"to", step + 1},
                                {"case", valid_utf8(move.label)},
                                {"before", word(move.before)},
                                {"after", word(move.after)}});
      }
    }
    if (claim.shown) {
      row["shown"] = {{"case", valid_utf8(claim.shown->label)}, {"effects", Json::array()}};
      for (const auto& one : claim.shown->effects) row["shown"]["effects"].push_back(effect(one));
    }
    document["claims"].push_back(std::move(row));
  }
  return document.dump(2) + "\n";
}

}  // namespace gumbelcheck::report
