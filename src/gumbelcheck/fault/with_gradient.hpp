#pragma once

// The built-in Gumbel-softmax with another backward pass: sample and noise are right, the gradient is not.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "gumbelcheck/subject/subject.hpp"

namespace gumbelcheck::fault {

// What a backward pass knows of one row of one draw.
struct ForwardRow {
  std::vector<double> logits;
  std::vector<double> soft;       // y, whatever path was asked for
  std::vector<double> cotangent;  // v
  double temperature = 1;
  std::size_t chosen = 0;  // the largest entry of y
  bool hard = false;
};

// rule  weight_i (v_i - sum_j weight_j v_j) / temperature; with the soft sample as weights, the right
// gradient
std::vector<double> softmax_backward(const std::vector<double>& weights, const ForwardRow& row);

struct BackwardPass {
  std::function<std::vector<double>(const ForwardRow&)> gradient;  // of one row, with respect to the logits
  // Whose noise the backward pass sees; the forward pass keeps its own.
  std::function<std::uint64_t(std::uint64_t seed)> seed = [](std::uint64_t own) { return own; };
  // A subject that does not declare frozen noise: soft and hard samples of one seed cannot be compared.
  bool frozen_noise = true;
};

subject::Subject with_gradient(BackwardPass backward);

// The built-in soft samples of the noise behind a question that was answered, whatever its path.
subject::Array soft_samples(subject::Question asked);

}  // namespace gumbelcheck::fault
