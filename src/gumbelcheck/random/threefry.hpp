#pragma once

// Threefry4x32-20: a function from a 128-bit counter and a 128-bit key to 128 random bits, built from additions,
// rotations and exclusive ors. It shares nothing with Philox, which multiplies: what both draw wrong, neither is to
// blame for.
//
// rule    Random123's threefry4x32 with 20 rounds
// random  key and counter alone; no state
// source  Salmon, Moraes, Dror and Shaw 2011, Parallel random numbers: as easy as 1, 2, 3

#include <array>
#include <cstdint>

namespace gumbelcheck::random {

std::array<std::uint32_t, 4> threefry4x32_20(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 4> key);

}  // namespace gumbelcheck::random
