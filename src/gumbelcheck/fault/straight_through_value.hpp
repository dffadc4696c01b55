#pragma once

// The built-in Gumbel-softmax with its hard value written as automatic differentiation wants it: a sum of
// y_hard and of y with and without a gradient. In floating point the order of that sum matters
// (proofs/straight-through.md).

#include <cstddef>
#include <variant>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/with_gradient.hpp"

namespace gumbelcheck::fault {

// rule  every entry of a hard sample is value(y_hard, y), in the arithmetic of the dtype
template <class Value>
subject::Subject straight_through(Value value) {
  return altered({.operations = {subject::Operation::gumbel_softmax},
                  .dtypes = {subject::Dtype::float32},
                  .description =
                      [](subject::Description& description) {
                        // The value does not touch it.
                        description.operations[subject::Operation::gumbel_softmax].temperature_gradient = false;
                      },
                  .answer =
                      [value](const subject::Question& asked, subject::Answer& answer) {
                        if (!asked.hard.value_or(false)) return;
                        const subject::Array soft = soft_samples(asked);
                        const std::vector<float>& y = soft.as<float>();
                        auto& hard = std::get<std::vector<float>>(array(answer.arrays, "sample").data);
                        for (std::size_t i = 0; i < hard.size(); ++i) hard[i] = value(hard[i], y[i]);
                      }});
}

}  // namespace gumbelcheck::fault
