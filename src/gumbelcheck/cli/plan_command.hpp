#pragma once

// `gumbelcheck plan`: how many draws to see an effect, and what so many draws see.

#include <functional>
#include <optional>
#include <string>

#include "gumbelcheck/cli/commands.hpp"
#include "gumbelcheck/verify/power_plan.hpp"

namespace CLI {
class App;
}

namespace gumbelcheck::cli {

// As typed.
struct PlanOptions {
  VerifyOptions verify = {};  // those of its options that change what is drawn
  std::optional<std::string> classes = {};
  std::optional<std::string> dtype = {};
  std::optional<std::string> checks = {};
  std::optional<std::string> json = {};  // a file
  bool all = false;
  bool time = false;
};

void add_plan(CLI::App& app, PlanOptions& options, std::function<int()>& chosen);

// rule  a table on standard output, and the same with every check and table as JSON where a file is named; 0 once it
//       is answered, whatever the answer
int plan_command(const PlanOptions& options);

// docs/plan.md says what the fields mean.
std::string plan_json(const verify::PowerPlan& plan);

}  // namespace gumbelcheck::cli
