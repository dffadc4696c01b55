#pragma once

// What a statistical check found: values only, for the verdict and for every report.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gumbelcheck::statistic {

class Engine;
struct Counts;

// Is shown the counts of every look of every test of a check, in a program that studies the engine. What it does
// decides nothing; what it throws ends the check.
class LookWitness {
 public:
  virtual ~LookWitness() = default;
  virtual void look(const Engine& engine, const Counts& counts) = 0;
};

// The error rates of a whole run, and each check's share of them.
struct Budget {
  double false_alarm_rate = 1e-9;  // a run on a correct subject refutes anything at all
  double miss_rate = 1e-6;         // a check overlooks an effect of its declared size
  std::uint64_t checks = 1;        // planned in this run
  LookWitness* witness = nullptr;  // not owned

  // rule  false_alarm_rate / max(1000, checks)
  double alpha_per_check() const;

  // A check that makes several tests gives each of them its part, so that together they stay within the
  // check's share (Bonferroni: whatever their dependence).
  // rule    false_alarm_rate / parts. The miss rate stays: an effect of the declared size is one test's to see
  // throws  parts of 0
  Budget part_of(std::uint64_t parts) const;
};

// A p-value that is valid at one fixed number of draws only. Shown because people expect it; it decides
// nothing. `label` says which of "level true", "approximate", "not computed" applies, and why.
struct FixedDrawsTest {
  double statistic = 0;
  double degrees_of_freedom = 0;
  double p_value = 1;
  std::string label;
};

// The same counts judged again with twice the declared effect planted in them. It must be refuted.
struct LiveControl {
  double planted_effect = 0;  // total variation
  double log_e = 0;
  bool refuted = false;
};

// What the counts say of a quantity that may have moved: "temperature, as a factor", "logit of class 3, shifted by".
struct Estimate {
  std::string quantity;
  double value = 0;
  double low = 0;  // approximate interval at the miss rate; it decides nothing
  double high = 0;
  double expected = 0;  // under the claim
};

struct Evidence {
  std::uint64_t draws = 0;
  std::uint32_t looks = 0;
  double log_e = 0;          // lower end, at the last look
  double largest_log_e = 0;  // over all looks
  double p_value = 1;        // anytime-valid: min(1, 1 / largest E)
  std::string leading;       // table and component with the largest e-value, and its worst cell
  double effect = 0;         // largest total variation of any table, as counted
  double effect_low = 0;     // confidence sequence at 1 - miss_rate
  double effect_high = 1;
  std::string effect_table;
  double declared_effect = 0;
  double smallest_detectable_effect = 1;  // with the draws planned (made, where it stopped early), at both error rates
  std::optional<FixedDrawsTest> pearson;
  std::optional<FixedDrawsTest> g;                        // with Williams' correction
  std::optional<FixedDrawsTest> splitting_tree = {};      // exact at every alpha
  std::optional<FixedDrawsTest> kolmogorov_smirnov = {};  // bounded by Massart's theorem
  std::optional<FixedDrawsTest> valiant_valiant = {};     // for large tables
  std::optional<LiveControl> control;
  std::vector<Estimate> estimates = {};  // the largest departures first
};

}  // namespace gumbelcheck::statistic
