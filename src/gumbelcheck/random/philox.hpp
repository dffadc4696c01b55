#pragma once

// Philox4x32-10: a function from a 128-bit counter and a 64-bit key to 128 random bits.
//
// rule    ten rounds of multiply-and-exchange; equal to Random123's philox4x32 (R = 10), word for word
// random  key and counter alone; no state
// cost    about 20 multiplications a block of four words
// source  Salmon, Moraes, Dror and Shaw 2011, Parallel random numbers: as easy as 1, 2, 3

#include <array>
#include <cstdint>

namespace gumbelcheck::random {

using PhiloxCounter = std::array<std::uint32_t, 4>;
using PhiloxKey = std::array<std::uint32_t, 2>;

constexpr PhiloxCounter philox4x32_10(PhiloxCounter counter, PhiloxKey key) {
  for (int round = 0; round < 10; ++round) {
    if (round > 0) {
      key[0] += 0x9E3779B9u;
      key[1] += 0xBB67AE85u;
    }
    const std::uint64_t product0 = std::uint64_t{0xD2511F53u} * counter[0];
    const std::uint64_t product1 = std::uint64_t{0xCD9E8D57u} * counter[2];
    counter = {static_cast<std::uint32_t>(product1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(product1),
               static_cast<std::uint32_t>(product0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(product0)};
  }
  return counter;
}

}  // namespace gumbelcheck::random
