#pragma once

// A right kernel of float16 or bfloat16, as accelerators have them: noise and sums in float32, every array in the
// narrow dtype. And the same with something wrong in it.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "gumbelcheck/subject/subject.hpp"

namespace gumbelcheck::fault {

// softmax, gumbel_max, categorical and gumbel_softmax, soft and hard.
//   score    round(round(noise) + logit), the largest taken, the first of equals
//   softmax  of scores divided by the temperature and rounded; exponentials and sum in float32, entries rounded
struct HalfKernel {
  std::vector<subject::Dtype> dtypes = {subject::Dtype::bfloat16, subject::Dtype::float16};
  double logit_scale = 1;
  // Gumbel noise from a word, before it is rounded to the dtype; absent: float32 noise of full resolution.
  std::function<double(subject::Dtype dtype, std::uint64_t word)> noise = {};
  bool last_of_equals = false;  // taken in place of the first
};

subject::Subject half_kernel(HalfKernel parts);

}  // namespace gumbelcheck::fault
