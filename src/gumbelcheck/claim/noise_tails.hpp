#pragma once

// Gumbel noise -> tests of its tails and of the grid that it lies on, each exact at the end of the draws.

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace gumbelcheck::claim {

struct TailTest {
  std::string what;  // "3 values beyond the upper 2^-20 quantile, 8 expected"
  double p_value = 1;
};

// What a right source may lose of the dtype's own resolution: factor 2^kLostBits on the spacing of
// neighbouring values.
inline constexpr double kLostBits = 2;

// The chance that two independent Gumbel draws are equal and above `from`, were the noise rounded once to the
// dtype.
//
// rule   the integral of f(g)^2 spacing(g) over g > from, f the density and spacing the distance of
// neighbours; near
//        0 that of 1/2, because the logarithm of a number near 1 keeps that number's spacing
double chance_of_repeat(double from, double unit_roundoff);

// The chance of the likeliest value above `from`, were the noise rounded once to the dtype: the largest density times
// spacing.
double largest_chance_of_a_value(double from, double unit_roundoff);

// Keeps what the tests need of the draws, and no more however many they are.
class NoiseTails {
 public:
  static constexpr std::size_t kShallowest = 8;  // counts beyond the quantiles 2^-8 ...
  static constexpr std::size_t kDeepest = 40;    // ... 2^-40, at both ends

  // `draws` planned: about 32,768 of the largest are kept.
  NoiseTails(std::uint64_t draws, double unit_roundoff);

  // domain  finite
  void add(double g);

  // Counts beyond each quantile, the multiplicity of either extreme, exact repeats among the largest values
  // and among the first 65,536. Their number does not depend on what was drawn.
  std::vector<TailTest> tests() const;

  // The live control: the repeats that the largest values would have had from a uniform on a grid of 2^-24.
  TailTest on_coarse_grid() const;

  double smallest() const { return -smallest_.value; }
  double greatest() const { return greatest_.value; }

 private:
  struct Extreme {
    double value = -HUGE_VAL;
    std::uint64_t count = 0;
    void add(double g) {
      if (g < value) return;
      count = g > value ? 1 : count + 1;
      value = g;
    }
  };

  double draws_;
  double unit_roundoff_;
  double threshold_;  // of the largest values
  std::vector<double> lower_depth_, upper_depth_;
  std::vector<std::uint64_t> below_, above_;
  std::vector<double> largest_, first_;
  Extreme smallest_;  // of -g
  Extreme greatest_;
};

}  // namespace gumbelcheck::claim
