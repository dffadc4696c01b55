#pragma once

// The density of the Concrete distribution: of a sample x on the simplex, and of its logarithm log x, which
// small temperatures need because x underflows there and log x does not.
//
// Both are densities in K - 1 coordinates. That of x is with respect to dx_1 ... dx_(K-1), whichever entry is
// left out. That of log x is the same mass written for log x: it is greater by the sum of all log x_i, so
// that its reference measure treats the K entries alike (Maddison, Mnih and Teh 2017 call it ExpConcrete).
//
// A class whose logit is -inf takes no part: the law lives on the face of the simplex that the other classes
// span, K counts those alone, and the density is with respect to that face. So the sampler's own output has
// a finite density also then. Off that face the density is 0.
//
// At a zero entry the density of x has a limit, and that is what is returned, never NaN: with one zero it is
// infinite for temperature < 1/(K-1), zero above, and at 1/(K-1) itself, where the two powers of x_i cancel,
// the finite number that the rest of the formula gives. With several zeros the limit is taken for one after
// the other: infinite up to and including 1/(K-1), zero above. (Between 1/(K-1) and n/(K-n), n the number of
// zeros, all going to zero together could give another limit; one after the other always gives this one.)
// The density of log x goes to zero at every zero entry.

#include "gumbelcheck/sampling/view.hpp"

namespace gumbelcheck::sampling {

struct ConcreteOptions {
  double temperature = 1;
  int axis = -1;
};

// A point counts as one of the simplex when its entries, summed in double, miss 1 by no more than this:
// above the rounding of any sample, below a vector that was never normalised.
constexpr double kSimplexSlack = 0x1p-10;

// The absolute error is at most u |result| + kDensityUnits 2^-53 times the sum of the sizes of the terms:
// log (K-1)!, (K-1) |log temperature|, |logit_i| + (temperature + 1) |log x_i| for every i, and K times the
// largest of these last and log K. u is the unit roundoff of T; float is worked in double and rounded once.
constexpr double kDensityUnits = 4;

// K y_i - 1, what every derivative is made of, is worked in double and wrong by at most 2^-52 and
// kDensityGradientUnits 2^-53 K y_i (1 + the largest |logit_i| + temperature |log x_i|). Each result is then
// rounded once to T.
constexpr double kDensityGradientUnits = 8;

// rule    log (K-1)! + (K-1) log t + sum_k (logit_k - (t + 1) log x_k) - K log sum_i exp(logit_i - t log
// x_i),
//         t the temperature
// shape   value as logits; log_density as logits without the axis
// domain  logits finite or -inf, not all -inf in a row; value on the simplex (kSimplexSlack); zeros and -inf
//         logits as above; temperature positive and finite
// error   kDensityUnits; beyond the range of T the result is +inf or -inf
// cost    a logarithm and an exponential a class
// throws  std::invalid_argument
// claim   concrete/density, concrete/normalised, concrete/convexity
// source  Maddison, Mnih and Teh 2017; Jang, Gu and Poole 2017
template <class T>
void concrete_log_density(Input<T> logits, Input<T> value, ConcreteOptions options, View<T> log_density);

// rule    log (K-1)! + (K-1) log t + sum_k (logit_k - t log x_k) - K log sum_i exp(logit_i - t log x_i)
// shape   log_value as logits; log_density as logits without the axis
// domain  as above, log_value being the logarithm of a value on the simplex; -inf stands for a zero entry
// error   kDensityUnits, with temperature in place of temperature + 1
// cost    an exponential a class
// throws  std::invalid_argument
// claim   concrete/density
template <class T>
void log_concrete_log_density(Input<T> logits, Input<T> log_value, ConcreteOptions options, View<T> log_density);

// Where the derivatives of a log-density go; any of them may be absent (View{}).
template <class T>
struct DensityGradient {
  View<T> logits;       // shape of the logits
  View<T> value;        // shape of the logits: by value, or by log_value for the density of log x
  View<T> temperature;  // shape of the logits without the axis
};

// rule    y = softmax(logit - t log x); by logit_i: 1 - K y_i; by value x_i, the other entries fixed:
//         (K t y_i - (t + 1)) / x_i; by temperature: (K-1)/t + sum_i (K y_i - 1) log x_i
// shape   value as logits
// domain  as concrete_log_density, and value positive where the logit is finite and zero where it is -inf: at
//         a zero entry there is no derivative. Classes of logit -inf have derivative 0
// error   kDensityGradientUnits, carried through the rule; beyond the range of T the result is infinite
// cost    a logarithm and an exponential a class
// throws  std::invalid_argument
template <class T>
void concrete_log_density_gradient(Input<T> logits, Input<T> value, ConcreteOptions options,
                                   std::type_identity_t<DensityGradient<T>> gradient);

// rule    as above, but by log_value: t (K y_i - 1)
// domain  as above, log_value finite where the logit is
// cost    an exponential a class
// throws  std::invalid_argument
template <class T>
void log_concrete_log_density_gradient(Input<T> logits, Input<T> log_value, ConcreteOptions options,
                                       std::type_identity_t<DensityGradient<T>> gradient);

}  // namespace gumbelcheck::sampling
