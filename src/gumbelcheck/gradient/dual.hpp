#pragma once

// Forward-mode automatic differentiation by dual numbers, from the beginning.
//
// Take a number e that is not zero but whose square is. Numbers a + a' e are added and multiplied by the usual
// rules, with e e = 0:
//
//   (a + a' e) + (b + b' e) = (a + b) + (a' + b') e           the rule of sums
//   (a + a' e) * (b + b' e) = a b + (a b' + a' b) e           the rule of products
//
// The part beside e obeys the rules of differentiation, and nobody had to teach it any calculus. For a function
// with a Taylor series the series breaks off after its second term:
//
//   f(a + a' e) = f(a) + f'(a) a' e
//
// So a program that computes f, given x + x' e in place of x, returns f(x) and, beside e, the derivative of f
// at x in the direction x'. There is no step: nothing is lost but the rounding of the same operations. The
// part without e is called value, the part beside it tangent.
//
//   Dual x{2.0, 1.0};           // the point 2, moving at speed 1
//   Dual y = x * x * x;         // value 8, tangent 12 = 3 * 2^2
//
// A function of a whole row of logits has one derivative a direction: set the tangents of the row to the
// direction and read the tangents of the result. K directions give the whole Jacobian. One tangent a number is
// all that this needs; carrying K at once would be faster and would say nothing more.
//
// What computers branch on are values: `<` and `==` do not look at tangents. At a tie the derivative is that of
// the branch taken, which is a derivative of the function only where the branches join smoothly, as they do in
// the running maximum that softmax subtracts.

#include <cmath>
#include <compare>

namespace gumbelcheck::gradient {

// rule    as above
// domain  T is float, double or any number type with these functions
// error   of the value: none beside that of T; of the tangent: a few roundings an operation
// cost    some three operations of T for one
// source  Wengert 1964
template <class T>
struct Dual {
  T value{};
  T tangent{};

  constexpr Dual() = default;
  // A constant does not move. Implicit, so that formulas mix duals and plain numbers.
  constexpr Dual(T value_in, T tangent_in = T(0)) : value(value_in), tangent(tangent_in) {}  // NOLINT

  // Sums and products, as derived above.
  friend constexpr Dual operator+(const Dual& a, const Dual& b) { return {a.value + b.value, a.tangent + b.tangent}; }
  friend constexpr Dual operator-(const Dual& a, const Dual& b) { return {a.value - b.value, a.tangent - b.tangent}; }
  friend constexpr Dual operator-(const Dual& a) { return {-a.value, -a.tangent}; }
  friend constexpr Dual operator*(const Dual& a, const Dual& b) {
    return {a.value * b.value, a.value * b.tangent + a.tangent * b.value};
  }
  // q = a / b is the number with q b = a, so q' b + q b' = a'.
  friend constexpr Dual operator/(const Dual& a, const Dual& b) {
    const T quotient = a.value / b.value;
    return {quotient, (a.tangent - quotient * b.tangent) / b.value};
  }
  constexpr Dual& operator+=(const Dual& b) { return *this = *this + b; }
  constexpr Dual& operator-=(const Dual& b) { return *this = *this - b; }
  constexpr Dual& operator*=(const Dual& b) { return *this = *this * b; }
  constexpr Dual& operator/=(const Dual& b) { return *this = *this / b; }

  // By value.
  friend constexpr auto operator<=>(const Dual& a, const Dual& b) { return a.value <=> b.value; }
  friend constexpr bool operator==(const Dual& a, const Dual& b) { return a.value == b.value; }

  // f(a + a' e) = f(a) + f'(a) a' e, one line a function.
  friend Dual exp(const Dual& a) {
    using std::exp;
    const T result = exp(a.value);
    return {result, result * a.tangent};
  }
  friend Dual expm1(const Dual& a) {
    using std::exp;
    using std::expm1;
    return {expm1(a.value), exp(a.value) * a.tangent};
  }
  friend Dual log(const Dual& a) {
    using std::log;
    return {log(a.value), a.tangent / a.value};
  }
  friend Dual log1p(const Dual& a) {
    using std::log1p;
    return {log1p(a.value), a.tangent / (T(1) + a.value)};
  }
  friend Dual sqrt(const Dual& a) {
    using std::sqrt;
    const T result = sqrt(a.value);
    return {result, a.tangent / (result + result)};
  }
};

// The straight-through estimator is a dual number that no function has: the value of the hard sample with the
// tangent of the soft one.
//
// rule   {hard, soft.tangent}
// claim  straight-through/gradient
// source Bengio, Leonard and Courville 2013
template <class T>
constexpr Dual<T> straight_through(T hard, const Dual<T>& soft) {
  return {hard, soft.tangent};
}

}  // namespace gumbelcheck::gradient
