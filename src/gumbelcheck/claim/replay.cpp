// Replay tokens: "gc1.", a checksum, and the case as CBOR in base64url, so that a token survives shells, URLs
// and line-oriented logs, and a cut one is told from a whole one.

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/claim.hpp"
#include "gumbelcheck/random/stream.hpp"

namespace gumbelcheck::claim {

namespace {

using nlohmann::json;

constexpr std::string_view kPrefix = "gc1.";
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string base64url(const std::vector<std::uint8_t>& bytes) {
  std::string text;
  std::uint32_t bits = 0;
  int held = 0;
  for (const std::uint8_t byte : bytes) {
    bits = (bits << 8) | byte;
    for (held += 8; held >= 6;) {
      held -= 6;
      text += kAlphabet[(bits >> held) & 63u];
    }
  }
  if (held > 0) text += kAlphabet[(bits << (6 - held)) & 63u];
  return text;
}

std::vector<std::uint8_t> from_base64url(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const std::size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) {
      throw std::invalid_argument(
          fmt::format("replay token: character '{}' is not of the alphabet A-Z a-z 0-9 - _", c));
    }
    bits = (bits << 6) | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes.push_back(static_cast<std::uint8_t>(bits >> held));
    }
  }
  return bytes;
}

// FNV-1a over the bits of the logits.
std::string digest(const std::vector<double>& logits) {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (const double logit : logits) {
    const auto bits = std::bit_cast<std::uint64_t>(logit);
    for (int shift = 0; shift < 64; shift += 8) hash = (hash ^ ((bits >> shift) & 255u)) * 0x100000001B3u;
  }
  return fmt::format("{:016x}", hash);
}

// One number where a logit stands alone, [count, logit] where it repeats.
json runs_of(const std::vector<double>& logits) {
  json runs = json::array();
  for (std::size_t k = 0; k < logits.size();) {
    std::size_t end = k + 1;
    while (end < logits.size() &&
           std::bit_cast<std::uint64_t>(logits[end]) == std::bit_cast<std::uint64_t>(logits[k])) {
      ++end;
    }
    if (end == k + 1) {
      runs.push_back(logits[k]);
    } else {
      runs.push_back(json::array({end - k, logits[k]}));
    }
    k = end;
  }
  return runs;
}

std::vector<double> from_runs(const json& runs, std::size_t most) {
  if (most > (std::size_t{1} << 24)) throw std::invalid_argument("replay token: the shape has too many elements");
  std::vector<double> logits;
  for (const json& run : runs) {
    const std::size_t count = run.is_array() ? run.at(0).get<std::size_t>() : 1;
    if (count > most - logits.size()) throw std::invalid_argument("replay token: the logits do not fit the shape");
    logits.insert(logits.end(), count, (run.is_array() ? run.at(1) : run).get<double>());
  }
  return logits;
}

// The logits that a token names by their digest: those of a default vocabulary, which the run's seed makes again; the
// user's; or, of a claim about densities, those of them that are possible.
std::vector<double> named_logits(const json& content, const std::optional<std::vector<double>>& given) {
  const std::size_t count = content.at("logits_count");
  const std::string wanted = content.at("logits_digest");
  constexpr std::size_t kLargestVocabulary = std::size_t{1} << 18;
  if (count <= kLargestVocabulary) {
    std::vector<double> vocabulary = model_like_logits(content.at("seed"), count).values;
    if (logits_digest(vocabulary) == wanted) return vocabulary;
  }
  if (!given) {
    throw std::invalid_argument(
        fmt::format("replay token: its {} logits are too many to travel in it; give them again with --logits, as "
                    "verify was given them",
                    count));
  }
  if (digest(*given) == wanted) return *given;
  std::vector<double> possible = *given;
  std::erase_if(possible, [](double logit) { return !std::isfinite(logit); });
  if (digest(possible) == wanted) return possible;
  throw std::invalid_argument(
      fmt::format("replay token: it was made with {} other logits than the {} that are given", count, given->size()));
}

// What no token of a run says; one that was altered by hand may.
void check_replay(const Replay& replay) {
  const Case& tried = replay.tried;
  const auto require = [](bool holds, const char* what) {
    if (!holds) throw std::invalid_argument(fmt::format("replay token: {}", what));
  };
  const auto rate = [](double value) { return value > 0 && value < 1; };
  const int rank = static_cast<int>(tried.shape.size());
  require(rank == 0 ? tried.logits.empty() : subject::element_count(tried.shape) == tried.logits.size(),
          "the logits do not fit the shape");
  require(rank == 0 || (tried.axis >= -rank && tried.axis < rank), "the axis lies outside the shape");
  require(std::isfinite(tried.temperature) && tried.temperature > 0, "the temperature must be positive and finite");
  require(tried.effect == 0 || rate(tried.effect), "the effect must lie in [0, 1)");
  require(tried.draws > 0, "there must be draws");
  require(rate(replay.budget.false_alarm_rate) && rate(replay.budget.miss_rate), "rates must lie in (0, 1)");
}

ClassTolerance declared_tolerance(const json& content) {
  const int rule = content.at("class_rule");
  if (rule < static_cast<int>(ClassRule::exact) || rule > static_cast<int>(ClassRule::relative)) {
    throw std::invalid_argument(fmt::format("replay token: there is no class rule number {}", rule));
  }
  const double size = content.at("class_tolerance");
  if (!(size >= 0 && std::isfinite(size))) {
    throw std::invalid_argument("replay token: the class tolerance must be finite and not negative");
  }
  return {static_cast<ClassRule>(rule), size};
}

std::string checksum(std::string_view payload) { return fmt::format("{:06x}", random::claim_number(payload)); }

json content_of(std::string_view token) {
  constexpr std::size_t kHead = kPrefix.size() + 7;
  if (!token.starts_with(kPrefix) || token.size() <= kHead || token[kHead - 1] != '.') {
    throw std::invalid_argument("replay token: it must begin with \"gc1.\", a checksum of six digits and a dot");
  }
  const std::string_view payload = token.substr(kHead);
  if (checksum(payload) != token.substr(kPrefix.size(), 6)) {
    throw std::invalid_argument("replay token: the checksum does not fit; the token is cut or altered");
  }
  return json::from_cbor(from_base64url(payload));
}

}  // namespace

std::string logits_digest(const std::vector<double>& logits) { return digest(logits); }

std::string logits_digest_of(std::string_view token) try {
  const json content = content_of(token);
  if (content.contains("logits_digest")) return content.at("logits_digest");
  const subject::Shape shape = content.at("shape");
  return digest(from_runs(content.at("logits"), subject::element_count(shape)));
} catch (const json::exception& error) {
  throw std::invalid_argument(fmt::format("replay token: {}", error.what()));
}

std::string replay_token(const Replay& replay) {
  const Case& tried = replay.tried;
  json content = {
      {"claim", tried.claim},
      {"index", tried.index},
      {"label", tried.label},
      {"shape", tried.shape},
      {"axis", tried.axis},
      {"dtype", subject::name(tried.dtype)},
      {"temperature", tried.temperature},
      {"variant", tried.variant},
      {"seed", tried.seed},
      {"draws", tried.draws},
      {"effect", tried.effect},
      {"false_alarm_rate", replay.budget.false_alarm_rate},
      {"miss_rate", replay.budget.miss_rate},
      {"checks", replay.budget.checks},
      {"subject", replay.subject},
      {"command", replay.command},
  };
  // Left out where nothing was declared, as in every token that was made before there was anything to declare.
  if (tried.class_tolerance) {
    content["class_rule"] = static_cast<int>(tried.class_tolerance->rule);
    content["class_tolerance"] = tried.class_tolerance->size;
  }
  if (const json runs = runs_of(tried.logits); runs.size() <= kMostRunsInToken) {
    content["logits"] = runs;
  } else {
    content["logits_count"] = tried.logits.size();
    content["logits_digest"] = digest(tried.logits);
  }
  const std::string payload = base64url(json::to_cbor(content));
  return fmt::format("{}{}.{}", kPrefix, checksum(payload), payload);
}

Replay from_replay_token(std::string_view token, const std::optional<std::vector<double>>& logits) {
  try {
    const json content = content_of(token);
    Replay replay;
    Case& tried = replay.tried;
    content.at("claim").get_to(tried.claim);
    content.at("index").get_to(tried.index);
    content.at("label").get_to(tried.label);
    content.at("shape").get_to(tried.shape);
    if (content.contains("logits")) {
      tried.logits = from_runs(content.at("logits"), subject::element_count(tried.shape));
    } else {
      tried.logits = named_logits(content, logits);
    }
    content.at("axis").get_to(tried.axis);
    const std::string dtype = content.at("dtype");
    const std::optional<subject::Dtype> known = subject::dtype_from(dtype);
    if (!known) throw std::invalid_argument(fmt::format("replay token: dtype \"{}\" is not known", dtype));
    tried.dtype = *known;
    content.at("temperature").get_to(tried.temperature);
    content.at("variant").get_to(tried.variant);
    content.at("seed").get_to(tried.seed);
    content.at("draws").get_to(tried.draws);
    content.at("effect").get_to(tried.effect);
    if (content.contains("class_rule")) tried.class_tolerance = declared_tolerance(content);
    content.at("false_alarm_rate").get_to(replay.budget.false_alarm_rate);
    content.at("miss_rate").get_to(replay.budget.miss_rate);
    content.at("checks").get_to(replay.budget.checks);
    content.at("subject").get_to(replay.subject);
    content.at("command").get_to(replay.command);
    check_replay(replay);
    return replay;
  } catch (const json::exception& error) {
    throw std::invalid_argument(fmt::format("replay token: {}", error.what()));
  }
}

}  // namespace gumbelcheck::claim
