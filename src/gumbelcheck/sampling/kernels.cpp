#include "gumbelcheck/sampling/kernels.hpp"

namespace gumbelcheck::sampling {

template std::size_t largest(std::span<const float>);
template std::size_t largest(std::span<const double>);
template void perturbed_row(std::span<const float>, std::span<const float>, std::span<float>);
template void perturbed_row(std::span<const double>, std::span<const double>, std::span<double>);
template void scaled_row(std::span<const float>, float, std::span<float>);
template void scaled_row(std::span<const double>, double, std::span<double>);
template void softmax_of_scaled_row(std::span<const float>, std::span<float>);
template void softmax_of_scaled_row(std::span<const double>, std::span<double>);
template void log_softmax_of_scaled_row(std::span<const float>, std::span<float>);
template void log_softmax_of_scaled_row(std::span<const double>, std::span<double>);
template void softmax_gradient_row(std::span<const float>, std::span<const float>, float, std::span<float>);
template void softmax_gradient_row(std::span<const double>, std::span<const double>, double, std::span<double>);
template float temperature_gradient_row(std::span<const float>, std::span<const float>, std::span<const float>, float);
template double temperature_gradient_row(std::span<const double>, std::span<const double>, std::span<const double>,
                                         double);
template double concrete_log_density_row(std::span<const double>, std::span<const double>, double, std::span<double>);

}  // namespace gumbelcheck::sampling
