#pragma once

// Stops a build whose flags void what this project proves: error bounds, bitwise replay and the exact
// one-hot value of a hard sample need IEEE 754 arithmetic as written. cmake/ExactArithmetic.cmake looks at
// the flags by name; this header sees what the compiler made of them, by whatever road they came.

#include <cfloat>
#include <limits>

#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__) || \
    defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) || defined(__NO_SIGNED_ZEROS__)
#error \
    "Gumbelcheck cannot be built with -ffast-math or its parts: its error bounds and bitwise replay need IEEE 754 arithmetic as written. Take the flag out."
#endif

static_assert(std::numeric_limits<float>::is_iec559 && std::numeric_limits<double>::is_iec559,
              "Gumbelcheck needs IEEE 754 float and double.");
static_assert(FLT_EVAL_METHOD == 0,
              "Gumbelcheck needs float and double rounded at every operation; x87 arithmetic (-mfpmath=387) is not.");
