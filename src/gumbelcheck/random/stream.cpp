#include "gumbelcheck/random/stream.hpp"

#include <stdexcept>

namespace gumbelcheck::random {

namespace {

constexpr std::uint64_t kPositions = std::uint64_t{1} << 33;

std::uint64_t join(std::uint32_t low, std::uint32_t high) { return (std::uint64_t{high} << 32) | low; }

}  // namespace

std::uint32_t claim_number(std::string_view claim_id) {
  std::uint32_t hash = 2166136261u;
  for (const char c : claim_id) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return (hash >> 24) ^ (hash & 0xFFFFFFu);
}

Stream::Stream(StreamId id, std::uint64_t position)
    : key_{static_cast<std::uint32_t>(id.seed), static_cast<std::uint32_t>(id.seed >> 32)},
      counter_{0, id.block, id.case_index,
               (static_cast<std::uint32_t>(id.purpose) << 24) | (id.claim & 0xFFFFFFu)} {
  seek(position);
}

void Stream::seek(std::uint64_t position) {
  if (position >= kPositions) throw std::out_of_range("Stream: position must be below 2^33 words a block");
  position_ = position;
  if (position_ % 2 == 1) {
    counter_[0] = static_cast<std::uint32_t>(position_ / 2);
    const PhiloxCounter words = philox4x32_10(counter_, key_);
    held_ = join(words[2], words[3]);
  }
}

Stream::result_type Stream::operator()() {
  if (position_ % 2 == 1) {
    ++position_;
    return held_;
  }
  if (position_ >= kPositions) throw std::out_of_range("Stream: more than 2^33 words drawn from one block");
  counter_[0] = static_cast<std::uint32_t>(position_ / 2);
  const PhiloxCounter words = philox4x32_10(counter_, key_);
  held_ = join(words[2], words[3]);
  ++position_;
  return join(words[0], words[1]);
}

}  // namespace gumbelcheck::random
