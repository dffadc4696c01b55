#include "gumbelcheck/law/gumbel.hpp"

#include <fmt/format.h>

#include <boost/math/special_functions/expm1.hpp>
#include <boost/math/special_functions/log1p.hpp>
#include <limits>
#include <stdexcept>

#include "gumbelcheck/law/softmax.hpp"

namespace gumbelcheck::law {

namespace {

const Real kInfinity = std::numeric_limits<Real>::infinity();

Real standardised(const char* function, const Gumbel& law, const Real& x) {
  if (isnan(x)) throw std::invalid_argument(fmt::format("{}: x is NaN; it must be a number or infinite.", function));
  return x - law.location;
}

// -log u, with the smaller of u and 1 - u given exactly.
Real quantile_from_minus_log(const Gumbel& law, const Real& minus_log_u) {
  if (minus_log_u == 0) return kInfinity;
  if (isinf(minus_log_u)) return -kInfinity;
  return law.location - log(minus_log_u);
}

void check_probability(const char* function, const char* argument, const Real& p) {
  if (!(p >= 0 && p <= 1)) {
    throw std::invalid_argument(
        fmt::format("{}: {} is {}; it must be in [0, 1].", function, argument, nearest_double(p)));
  }
}

}  // namespace

Gumbel law_of_maximum(std::span<const Real> logits) { return {logsumexp(logits)}; }

Real log_density(const Gumbel& law, const Real& x) {
  const Real z = standardised("log_density", law, x);
  if (isinf(z)) return -kInfinity;
  return -z - exp(-z);
}

Real density(const Gumbel& law, const Real& x) {
  const Real z = standardised("density", law, x);
  if (isinf(z)) return 0;
  return exp(-z - exp(-z));
}

Real minus_log_cdf(const Gumbel& law, const Real& x) { return exp(-standardised("minus_log_cdf", law, x)); }

Real cdf(const Gumbel& law, const Real& x) { return exp(-exp(-standardised("cdf", law, x))); }

Real survival(const Gumbel& law, const Real& x) {
  return -boost::math::expm1(Real(-exp(-standardised("survival", law, x))));
}

Real quantile(const Gumbel& law, const Real& u) {
  check_probability("quantile", "u", u);
  if (u == 0) return -kInfinity;
  return quantile_from_minus_log(law, -log(u));
}

Real quantile_from_upper(const Gumbel& law, const Real& one_minus_u) {
  check_probability("quantile_from_upper", "one_minus_u", one_minus_u);
  if (one_minus_u == 1) return -kInfinity;
  return quantile_from_minus_log(law, -boost::math::log1p(Real(-one_minus_u)));
}

double gumbel_cdf_double(double x) { return nearest_double(cdf({}, x)); }
double gumbel_survival_double(double x) { return nearest_double(survival({}, x)); }
double gumbel_quantile_double(double u) { return nearest_double(quantile({}, u)); }
double gumbel_quantile_from_upper_double(double one_minus_u) {
  return nearest_double(quantile_from_upper({}, one_minus_u));
}

}  // namespace gumbelcheck::law
