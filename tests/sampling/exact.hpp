#pragma once

// Softmax and Gumbel noise straight from their definitions, in 50 digits: what the bounds of the data sheets
// are measured against. Inputs are the numbers that the implementation got, as they were rounded.

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cstdint>
#include <limits>
#include <vector>

namespace gumbelcheck::sampling {

using Exact = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<50>, boost::multiprecision::et_off>;

template <class T>
constexpr double kUnitRoundoff = std::numeric_limits<T>::epsilon() / 2;

template <class T>
struct ExactSoftmax {
  std::vector<Exact> z, y, log_y;
  Exact mean_size;  // sum_j y_j |z_j|

  // Of scores, which may be -inf, at the temperature as T holds it.
  ExactSoftmax(const std::vector<Exact>& scores, T temperature) {
    Exact largest = -std::numeric_limits<Exact>::infinity();
    for (const Exact& score : scores) {
      if (score > largest) largest = score;
    }
    Exact sum = 0;
    for (const Exact& score : scores) {
      z.push_back((score - largest) / Exact(temperature));
      sum += exp_of(z.back());
    }
    const Exact log_sum = log(sum);
    mean_size = 0;
    for (const Exact& z_i : z) {
      y.push_back(exp_of(z_i) / sum);
      log_y.push_back(z_i - log_sum);
      if (y.back() > 0) mean_size += y.back() * abs(z_i);
    }
  }
  static Exact exp_of(const Exact& x) { return isinf(x) ? Exact(0) : exp(x); }
};

template <class T>
std::vector<Exact> exact_row(const std::vector<T>& row) {
  std::vector<Exact> exact;
  for (const T value : row) {
    exact.push_back(std::isinf(value) ? Exact(-std::numeric_limits<Exact>::infinity()) : Exact(value));
  }
  return exact;
}

// -log(-log((word + 1/2) 2^-64))
inline Exact exact_gumbel(std::uint64_t word) {
  const Exact u = (Exact(word) + Exact(0.5)) * Exact(0x1p-64);
  return -log(-log(u));
}

}  // namespace gumbelcheck::sampling
