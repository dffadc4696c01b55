#pragma once

// What each word after `gumbelcheck` does. Each returns the exit status and throws std::invalid_argument with
// a sentence for what the user got wrong.

#include <optional>
#include <string>
#include <vector>

#include "gumbelcheck/verify/verify.hpp"

namespace gumbelcheck::cli {

// As typed: every option of `verify` still text, absent where it was not given. An empty text is a mistake (a
// variable that was never set) and not an absent option.
struct VerifyOptions {
  std::optional<std::string> subject = {};
  std::vector<std::string> command = {};  // after --
  std::vector<std::string> claims = {};
  std::optional<std::string> logits = {};
  std::optional<std::string> temperature = {};
  std::optional<std::string> draws = {};
  std::optional<std::string> effect = {};
  std::optional<std::string> known_algorithm = {};
  std::optional<std::string> log_odds_margin = {};
  std::optional<std::string> relative_tolerance = {};
  std::optional<std::string> false_alarm_rate = {};
  std::optional<std::string> miss_rate = {};
  std::optional<std::string> seed = {};
  std::optional<std::string> threads = {};
  std::optional<std::string> out = {};
  std::optional<std::string> expected = {};
  std::optional<std::string> time_limit = {};
  std::optional<std::string> start_timeout = {};
  std::optional<std::string> answer_timeout = {};
  bool all = false;
  bool no_shrink = false;
};

// rule  numbers checked and lists split; an option that was not given keeps the default of verify::Settings
verify::Settings settings_of(const VerifyOptions& options);

int verify_command(const VerifyOptions& options);
int claims_command();
// What subjects are held to in every dtype, under what these options declare.
int tolerances_command(const VerifyOptions& options);
int explain_command(const std::string& claim);
// A token, "-" for standard input, or "@FILE".
// `logits`, as verify was given them: for tokens of cases whose logits are too many to travel.
struct ReplayOptions {
  std::string token;
  std::optional<std::string> logits = {};
  std::optional<std::string> start_timeout = {};
  std::optional<std::string> answer_timeout = {};
};
int replay_command(const ReplayOptions& options);
int selftest_command(const std::vector<std::string>& faults, const std::optional<std::string>& threads);
int faults_command();

}  // namespace gumbelcheck::cli
