#pragma once

// From a quantity to a pixel, linear or by its logarithm.

#include <string_view>

namespace gumbelcheck::picture {

enum class Scaling { linear, log10, log2 };

struct Range {  // of finite values, above 0 on a logarithmic axis; low < high
  double low = 0;
  double high = 1;
};

// Whether a value has a place on an axis: finite, and above 0 where the axis is logarithmic.
bool has_place(Scaling scaling, double value);

// rule    the range itself, or one with room on both sides where all values are equal or differ by less than
//         1e-9 of their size: a tenth (0.5 around 0), or a factor of ten or two
Range widened(Scaling scaling, Range range);

class Scale {
 public:
  Scale(Scaling scaling, Range range, double from, double to);

  // domain  has_place(value); never so far away that a pixel is not finite
  double at(double value) const;

  Scaling scaling() const { return scaling_; }
  Range range() const { return range_; }

 private:
  double place(double value) const;

  Scaling scaling_;
  Range range_;
  double from_, to_;
  double low_, span_;
};

}  // namespace gumbelcheck::picture
