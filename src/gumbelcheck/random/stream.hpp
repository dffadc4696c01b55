#pragma once

// Counter-based streams: a word depends on who asks for it and on its position, never on what was drawn
// before, on which thread, or in which order.

#include <cstdint>
#include <limits>
#include <string_view>

#include "gumbelcheck/random/exact_arithmetic.hpp"
#include "gumbelcheck/random/philox.hpp"
#include "gumbelcheck/random/threefry.hpp"

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
  diagnosis = 20,    // fresh seeds, for a refuted case asked again and for smaller ones
};

// Where the words come from. Everything is drawn from Philox; the other is for asking again, when something was
// refuted, whether the generator is to blame.
enum class Generator : std::uint8_t { philox, threefry };

// Everything that a word depends on, besides its position.
struct StreamId {
  std::uint64_t seed = 0;
  Purpose purpose = Purpose::subject_noise;
  std::uint32_t claim = 0;       // claim_number(id), 24 bits
  std::uint32_t case_index = 0;  // within the claim
  std::uint32_t block = 0;       // of draws within the case
  Generator generator = Generator::philox;
};

// rule  FNV-1a of the id, folded to 24 bits: stable, so adding a claim moves no other claim's stream
std::uint32_t claim_number(std::string_view claim_id);

// 64-bit words of Philox4x32-10 (or Threefry4x32-20) at key = seed, counter = (position / 2, block, case, purpose and
// claim), each counter giving two words, low half first.
// A UniformRandomBitGenerator, so Boost.Random's and std's distributions can be driven by it.
//
// domain  position below kPositions words a block
// cost    half a Philox block a word
// throws  std::out_of_range, by seek and by drawing past the last word
class Stream {
 public:
  using result_type = std::uint64_t;
  static constexpr std::uint64_t kPositions = std::uint64_t{1} << 33;

  explicit Stream(StreamId id, std::uint64_t position = 0);

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()();

  std::uint64_t position() const { return position_; }  // of the next word
  void seek(std::uint64_t position);

 private:
  [[noreturn]] static void refuse(std::uint64_t position);
  result_type even_word();  // of the pair at position_, whose odd word is held

  PhiloxKey key_;
  PhiloxCounter counter_;
  Generator generator_;
  std::uint64_t position_ = 0;
  std::uint64_t held_ = 0;  // the odd word of the pair that the last even word came from
};

// ---------------------------------------------------------------------------------------------------------
// Here and not in stream.cpp, for speed: a run draws some 1e8 words.

inline Stream::result_type Stream::even_word() {
  counter_[0] = static_cast<std::uint32_t>(position_ / 2);
  const PhiloxCounter words =
      generator_ == Generator::philox ? philox4x32_10(counter_, key_) : threefry4x32_20(counter_, {key_[0], key_[1]});
  held_ = (std::uint64_t{words[3]} << 32) | words[2];
  return (std::uint64_t{words[1]} << 32) | words[0];
}

inline Stream::result_type Stream::operator()() {
  if (position_ % 2 == 1) {
    ++position_;
    return held_;
  }
  if (position_ >= kPositions) refuse(position_);
  const result_type word = even_word();
  ++position_;
  return word;
}

}  // namespace gumbelcheck::random
