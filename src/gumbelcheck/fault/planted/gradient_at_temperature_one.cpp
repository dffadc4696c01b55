#include <algorithm>
#include <cmath>

#include "gumbelcheck/fault/fault.hpp"
#include "gumbelcheck/fault/with_gradient.hpp"

namespace gumbelcheck::fault::planted {

Fault gradient_at_temperature_one() {
  return {.id = "gradient-at-temperature-one",
          .sentence =
              "The backward pass takes the soft sample at temperature 1, its default, and divides by the "
              "temperature asked for; the noise of a seed is not frozen, so no sample can be held beside it.",
          .source = "planted",
          .refuted_by = "straight-through/expectation",
          .open = [] {
            return with_gradient({.gradient =
                                      [](const ForwardRow& row) {
                                        const double top = *std::ranges::max_element(row.soft);
                                        std::vector<double> warm(row.soft.size());
                                        double sum = 0;
                                        for (std::size_t i = 0; i < warm.size(); ++i) {
                                          warm[i] = std::pow(row.soft[i] / top, row.temperature);
                                          sum += warm[i];
                                        }
                                        for (double& weight : warm) weight /= sum;
                                        return softmax_backward(warm, row);
                                      },
                                  .frozen_noise = false});
          }};
}

}  // namespace gumbelcheck::fault::planted
