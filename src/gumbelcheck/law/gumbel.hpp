#pragma once

// The Gumbel distribution of maxima with scale 1, in high precision: the law of the noise (location 0) and of the
// largest of logits + noise (location logsumexp(logits)).
//
// Boost.Math's extreme_value_distribution is the second oracle in the tests, inside the support only: in Boost 1.81
// its logpdf is 0 at both infinities, where the density is 0, and its quantile throws at 0 and at 1.

#include "gumbelcheck/law/real.hpp"

namespace gumbelcheck::law {

struct Gumbel {
  Real location = 0;
};

// rule    logsumexp(logits)
// throws  std::invalid_argument as logsumexp
// claim   gumbel-max/maximum
// source  Gumbel 1954
Gumbel law_of_maximum(std::span<const Real> logits);

// rule    exp(-z - exp(-z)), z = x - location
// domain  any x but NaN; the limit 0 at both infinities
// error   relative, kRealError times exp(-z)
Real density(const Gumbel& law, const Real& x);

// rule    -z - exp(-z); -inf at both infinities
// error   kRealError of the larger term
Real log_density(const Gumbel& law, const Real& x);

// rule    exp(-exp(-z)), and one minus it, each to full relative precision in its own tail
// domain  any x but NaN, infinities included
// error   cdf: relative, kRealError times exp(-z); survival: kRealError
// claim   gumbel/law
Real cdf(const Gumbel& law, const Real& x);
Real survival(const Gumbel& law, const Real& x);

// rule    -log cdf = exp(-z), which is finite where the lower tail is below every number that this type holds
Real minus_log_cdf(const Gumbel& law, const Real& x);

// rule    location - log(-log u), from u itself or from 1 - u
// domain  [0, 1]; infinite at the ends
// error   absolute, kRealError
// throws  std::invalid_argument
// claim   gumbel/tail
Real quantile(const Gumbel& law, const Real& u);
Real quantile_from_upper(const Gumbel& law, const Real& one_minus_u);

// The same for location 0, rounded once to double.
double gumbel_cdf_double(double x);
double gumbel_survival_double(double x);
double gumbel_quantile_double(double u);
double gumbel_quantile_from_upper_double(double one_minus_u);

}  // namespace gumbelcheck::law
