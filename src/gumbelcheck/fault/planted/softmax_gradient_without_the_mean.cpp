#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault softmax_gradient_without_the_mean() {
  return {.id = "softmax-gradient-without-the-mean",
          .sentence = "The gradient of softmax is y v / temperature: the common term is left out.",
          .source = "planted",
          .refuted_by = "softmax/gradient",
          .open = [] {
            return altered({.operations = {subject::Operation::softmax},
                            .answer = [](const subject::Question& asked, subject::Answer& answer) {
                              const subject::Array* cotangent = asked.find("cotangent");
                              if (cotangent == nullptr) return;
                              const subject::Array& value = array(answer.arrays, "value");
                              std::vector<double> gradient(value.size());
                              for (std::size_t i = 0; i < gradient.size(); ++i) {
                                gradient[i] = value.real(i) * cotangent->real(i) / asked.temperature.value_or(1);
                              }
                              array(answer.arrays, "gradient") =
                                  subject::real_array(value.shape, gradient, asked.dtype);
                            }});
          }};
}

}  // namespace gumbelcheck::fault::planted
