#pragma once

// The numbers of an answer as doubles, whatever the dtype: the variant is looked at once an array, not once
// an element, because checks read some 1e9 of them.

#include <variant>

#include "gumbelcheck/subject/subject.hpp"

namespace gumbelcheck::claim {

// domain  arrays whose size was checked (Inquiry does), of float or double; valid as long as the array is
// throws  the constructor: std::bad_variant_access for an array of integers
class Reals {
 public:
  explicit Reals(const subject::Array& array)
      : narrow_(std::holds_alternative<std::vector<float>>(array.data) ? array.as<float>().data() : nullptr),
        wide_(narrow_ == nullptr ? array.as<double>().data() : nullptr),
        size_(array.size()) {}

  double operator[](std::size_t i) const { return narrow_ != nullptr ? static_cast<double>(narrow_[i]) : wide_[i]; }
  std::size_t size() const { return size_; }

 private:
  const float* narrow_;
  const double* wide_;
  std::size_t size_;
};

}  // namespace gumbelcheck::claim
