#pragma once

// Classes drawn without replacement, in the order drawn -> independent uniforms.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "gumbelcheck/random/stream.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::claim {

// rule   step j: U_j = (weight of the classes before the one drawn + V its own) / weight of all that are left, the
//        randomised probability transform of softmax over those that were not drawn before; V from the harness's stream.
//        1 - U_j from the classes after it: every sum is of what is left, never 1 minus what is gone
// domain logits finite or -inf
// cost   two passes over the classes a step
// claim  gumbel-top-k/law
// source Plackett 1975; Brockwell 2007
class PlackettLuceRow {
 public:
  // throws std::invalid_argument for k of 0, or above the number of possible classes
  PlackettLuceRow(std::vector<double> logits, std::size_t k);

  // Steps at which something is random: the last class left is certain.
  std::size_t coordinates() const { return coordinates_; }

  // Fills `uniforms`, coordinates() of them. What is no draw without replacement is a sentence: a class out of range,
  // one drawn twice, one of probability 0; else "".
  std::string look(std::span<const std::int64_t> drawn, random::Stream& randomisation,
                   std::span<random::UniformPair> uniforms);

 private:
  struct Sums {
    double before = 0, after = 0, own = 0;
    double total() const { return before + own + after; }
  };
  Sums sums_around(std::size_t drawn) const;

  std::vector<double> logits_;
  std::vector<double> weights_;  // softmax
  std::vector<char> left_;       // 1 for a class that is possible and not drawn yet
  std::vector<char> possible_;
  std::size_t coordinates_ = 0;
};

}  // namespace gumbelcheck::claim
