#pragma once

// Counter-based streams: a word depends on who asks for it and on its position, never on what was drawn
// before, on which thread, or in which order.

#include <cstdint>
#include <limits>
#include <string_view>

#include "gumbelcheck/random/exact_arithmetic.hpp"
#include "gumbelcheck/random/philox.hpp"

namespace gumbelcheck::random {

// What a stream is for. Keeps the harness's own randomness apart from the noise of the built-in subject,
// so that no check ever tests its own cotangents. Values are part of every replay token: never renumber.
enum class Purpose : std::uint8_t {
  subject_noise = 1,
  logits = 2,
  cotangent = 3,
  randomisation = 4,  // of censored and discrete transforms
  control = 5,        // the live control
  question_seed = 6,  // the seeds that subjects are asked with
  fault = 7,
  calibration = 8,
  second_noise = 9,  // noise that a fault draws where it should have reused the first
};

// Everything that a word depends on, besides its position.
struct StreamId {
  std::uint64_t seed = 0;
  Purpose purpose = Purpose::subject_noise;
  std::uint32_t claim = 0;       // claim_number(id), 24 bits
  std::uint32_t case_index = 0;  // within the claim
  std::uint32_t block = 0;       // of draws within the case
};

// rule  FNV-1a of the id, folded to 24 bits: stable, so adding a claim moves no other claim's stream
std::uint32_t claim_number(std::string_view claim_id);

// 64-bit words of Philox4x32-10 at key = seed, counter = (position / 2, block, case, purpose and claim).
// A UniformRandomBitGenerator, so Boost.Random's and std's distributions can be driven by it.
//
// domain  position below 2^33 words a block
// cost    half a Philox block a word
class Stream {
 public:
  using result_type = std::uint64_t;
  explicit Stream(StreamId id, std::uint64_t position = 0);

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()();

  std::uint64_t position() const { return position_; }  // of the next word
  void seek(std::uint64_t position);

 private:
  PhiloxKey key_;
  PhiloxCounter counter_;
  std::uint64_t position_ = 0;
  std::uint64_t held_ = 0;  // the odd word of the pair that the last even word came from
};

}  // namespace gumbelcheck::random
