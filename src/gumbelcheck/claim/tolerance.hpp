#pragma once

// What subjects are held to: the numbers that the checks use, and the words of the same numbers, which every report
// prints first. docs/tolerances.md.

#include <string>
#include <vector>

#include "gumbelcheck/claim/claim.hpp"
#include "gumbelcheck/law/rounded_sums.hpp"
#include "gumbelcheck/statistic/allowance.hpp"

namespace gumbelcheck::claim {

// float16 and bfloat16: too coarse for the laws of continuous values and for exact class frequencies.
bool half_precision(subject::Dtype dtype);

// What sums are taken in: the dtype itself; for float16 and bfloat16 float32, as every library that is fit for
// thousands of classes does.
double sum_roundoff(subject::Dtype dtype);

// How far the sum of a row of a right softmax may be from 1.
//
// rule   4 u + K u_sum + zeros tiny: an exponential, a quotient and what they carry; the sum; the smallest normal number
//        for each entry that is returned as 0, where it may have been flushed. In half precision K tiny u more, for
//        entries that are rounded below the smallest normal number
double simplex_bound(std::size_t classes, std::size_t zeros, subject::Dtype dtype);
std::string simplex_words(subject::Dtype dtype);  // "entries in [0, 1]; sum within ..."

// Of a log-density, in roundings of the sum of the sizes of its terms: the classes and so many more.
inline constexpr double kRoundingsOfDensity = 8;
std::string density_words(subject::Dtype dtype);  // "within ..."

// What underflow may do to an entry y of softmax: its own exponential and its quotient flushed to zero, and the others'
// exponentials in the sum.
//
// rule   (K + 4) tiny; where tiny is not tiny (6e-5 in float16), (2 + K y) tiny, y the exact entry
double underflow_bound(std::size_t classes, double entry, subject::Dtype dtype);

// ---- classes drawn

// How the class comes about, as far as the claim's operation says.
enum class DrawnBy {
  perturbed_maximum,  // the largest of logits + noise
  soft_sample,        // the largest entry of softmax((logits + noise) / temperature)
  other               // any other way
};

// The margin on the log odds of every set of classes that the roundings of a right kernel fit in, whatever its order
// of operations.
//
// rule   2 (d_noise + d_sum), a rounding of numbers below 2^k being 2^(k-1) u: noise below 32, sums below the power of
//        two that holds the largest |logit| and the noise. Soft samples: another d_sum for the division, and 4
//        temperature u for the entries. 64 u for logits up to 3: 1/4 in bfloat16, 1/32 in float16
// proof  proofs/gumbel-max.md#a-margin-for-rounded-scores
double default_margin(subject::Dtype dtype, double largest_logit, DrawnBy drawn_by, double temperature);

// Above this a margin leaves room for other laws, and the case is not asked.
inline constexpr double kLargestMargin = 1;

// What the classes of this case are held to: as declared, or the default of its dtype.
// throws  Ended(unsupported) where the default margin is above kLargestMargin
ClassTolerance class_tolerance(const Case& tried, DrawnBy drawn_by);

statistic::Allowance allowance_of(const ClassTolerance& tolerance);
law::BinaryFormat binary_format(subject::Dtype dtype);

// ---- words

// The rows that apply to a subject with these dtypes, under what the user declared.
std::vector<Tolerance> tolerance_table(const subject::Description& description, const Request& request);

// The row that a case is judged by, as "classes drawn: ...". A claim of a family that has no row of its own gets the
// row of what it looks at.
std::string held_to(const Case& tried);
// The same for classes, with the number that this case resolved to.
std::string held_to(const Case& tried, const ClassTolerance& resolved);

// Why a claim is not asked in float16 and bfloat16; "" where it is.
std::string not_carried(const std::string& claim, subject::Dtype dtype);

}  // namespace gumbelcheck::claim
