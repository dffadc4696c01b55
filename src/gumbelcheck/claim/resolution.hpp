#pragma once

// Whether a dtype can carry what a claim looks at: right samplers of too low a resolution tie.

#include "gumbelcheck/claim/inquiry.hpp"

namespace gumbelcheck::claim {

// How many dyadic tail bins of a soft sample's uniforms the dtype resolves near 1, where entries are close
// together: noise is added to logits of this size, and the sample is a rounded softmax at this temperature.
//
// rule  2^bits at most 1 / (32 (temperature + largest |logit| + 2) u), u the unit roundoff, 2 for the noise
// itself
int resolved_tail_bits(const Case& tried);

// Refuses what would make right samples look wrong. Up to temperature 2048 in float32 soft samples are well
// resolved; at 1e6, 2.4% of their largest entries tie. Logits of 1e6 in float32 leave noise on a grid of
// 1/16.
//
// throws Ended(unsupported): concrete law, fewer than 8 tail bits; largest entry of a soft sample, 32
// temperature u above
//        2^-8; largest of logits + noise, the largest |logit| times u above 2^-8; the value of that maximum, (the
//        largest |logit| + 2) u above 1 / (8 sqrt(draws)): so many draws would see the rounding in 32 bins
void require_concrete_resolution(const Case& tried);
void require_rounding_resolution(const Case& tried);
void require_noise_resolution(const Case& tried);
void require_maximum_resolution(const Case& tried);

}  // namespace gumbelcheck::claim
