#pragma once

// Cotangents and directions that hide nothing.

#include <cstddef>
#include <vector>

#include "gumbelcheck/random/stream.hpp"

namespace gumbelcheck::gradient {

// rule    each entry uniform on the odd multiples of 2^-11 in (-1, 1), so that float32 and float64 hold the same
//         numbers; the signs of the row are not all equal
// domain  never constant from two classes up: every softmax Jacobian sends a constant to zero, and so does every
//         wrong one of its shape
// random  one word of the stream an entry
std::vector<double> random_cotangent(random::Stream& stream, std::size_t classes);

// rule    each entry -1 or 1, both present from two classes up
// random  one word of the stream an entry
std::vector<double> random_signs(random::Stream& stream, std::size_t classes);

}  // namespace gumbelcheck::gradient
