#pragma once

// A row of the Concrete distribution -> its largest class and independent uniforms, whatever the logits and
// the temperature are.
//
// rule    m = argmax x; B_i = pi_i (exp(temperature L_i) - 1) with L_i = log x_m - log x_i, for i other than m
//         in order; S the running sum of the B's; U = ((1 + S) / (1 + S + B))^(seen + 1)
//         censored (x_i / x_m < limit, where the dtype underflows): b = B at the limit,
//         U = V ((1 + S) / (1 + S + b))^(seen + 1) with V uniform from the harness's stream; S grows by b and
//         `seen` does not
//         in logs throughout: a wrong subject may have exp(temperature L) beyond every double
// domain  a sample of the right law gives exactly independent uniforms, censored or not
// claim   concrete/law
// source  proofs/concrete.md

#include <cstddef>
#include <span>
#include <vector>

#include "gumbelcheck/random/stream.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::claim {

// The alternatives whose exact likelihood ratio to the case's own law each row gives, in this order.
struct ConcreteAlternatives {
  std::vector<double> temperatures = {};
  std::vector<double> logit_factors = {};  // all logits times this
  std::vector<std::size_t> classes = {};   // of which one logit is shifted, by each of
  std::vector<double> logit_shifts = {};   // these; at most kLargestLogitShift in size
  std::size_t size() const { return temperatures.size() + logit_factors.size() + classes.size() * logit_shifts.size(); }
};
// Up to here a short series bounds the logarithm in a ratio closely enough.
inline constexpr double kLargestLogitShift = 0.05;

class ConcretePivot {
 public:
  struct Options {
    std::vector<double> probabilities;  // softmax(logits); zero for impossible classes
    double temperature = 1;
    double ratio_limit = 0;            // censored below; 0: never
    ConcreteAlternatives others = {};  // a class of probability 0 gives the ratio 1
  };
  // throws fewer than two possible classes; a temperature that is not positive and finite; a limit outside [0, 1); a
  //        class that is none, a shift beyond kLargestLogitShift
  explicit ConcretePivot(Options options);

  std::size_t coordinates() const { return possible_ - 1; }
  std::size_t possible_classes() const { return possible_; }
  std::size_t classes() const { return options_.probabilities.size(); }
  // A bound on the probability that a right row has a censored entry: the sum of 1/(1 + b).
  double censoring() const;

  struct Row {
    bool valid = false;  // false: NaN, a negative entry, no positive entry, or weight on an impossible class; a
                         // possible class that is 0 where nothing is censored
    std::size_t largest = 0;
    std::size_t censored = 0;
    std::span<const random::UniformPair> uniforms;  // valid until the next row
    // Of the row under each alternative to the case's own law, in logs; the expectation of their exponentials
    // is 1 for a right row, censored or not. -inf where a double cannot say: lower than the truth, so fair
    std::span<const double> log_ratios;
    // Where there are log ratios: pi_k exp(temperature L_k) of each class up to a common factor. For a right row
    // without censoring these are independent exponentials up to that factor, the Dirichlet pivot
    std::span<const double> weights;
  };
  // throws a row of another length
  Row from_sample(std::span<const double> sample, random::Stream& randomisation);
  Row from_log_sample(std::span<const double> log_sample, random::Stream& randomisation);

 private:
  Row transform(random::Stream& randomisation);
  double log_sum(double temperature);
  void compare_temperatures(std::size_t seen, double gaps);
  void compare_logits(std::size_t seen);

  Options options_;
  std::size_t possible_ = 0;
  std::size_t largest_ = 0;
  double limit_gap_ = 0;  // L at the limit
  std::vector<double> log_probabilities_;
  std::vector<double> log_gaps_;  // L_i; that of the limit where censored
  std::vector<char> is_censored_;
  std::vector<random::UniformPair> uniforms_;
  std::vector<double> log_ratios_;
  std::vector<double> terms_;  // of the last log_sum, and their sum
  double sum_ = 0;
  std::vector<std::vector<double>> factor_steps_;  // exp((factor - 1) log pi_k) - 1
  std::vector<double> shift_steps_;                // exp(shift) - 1
};

// How many dyadic tail bins a dtype can resolve near U = 1, where close entries tie: 2^bits at most
// 1 / (32 temperature u), u the unit roundoff. Negative: the dtype cannot carry the claim at all.
int tail_bits_at_one(double temperature, double unit_roundoff);

}  // namespace gumbelcheck::claim
