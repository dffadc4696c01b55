#include "gumbelcheck/random/stream.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace gumbelcheck::random {

std::uint32_t claim_number(std::string_view claim_id) {
  std::uint32_t hash = 2166136261u;
  for (const char c : claim_id) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return (hash >> 24) ^ (hash & 0xFFFFFFu);
}

Stream::Stream(StreamId id, std::uint64_t position)
    : key_{static_cast<std::uint32_t>(id.seed), static_cast<std::uint32_t>(id.seed >> 32)},
      counter_{0, id.block, id.case_index, (static_cast<std::uint32_t>(id.purpose) << 24) | (id.claim & 0xFFFFFFu)},
      generator_(id.generator) {
  seek(position);
}

void Stream::seek(std::uint64_t position) {
  if (position >= kPositions) refuse(position);
  position_ = position;
  if (position_ % 2 == 1) even_word();
}

void Stream::refuse(std::uint64_t position) {
  throw std::out_of_range(
      fmt::format("Stream: position must be below {}, the words of a block, but it is {}", kPositions, position));
}

}  // namespace gumbelcheck::random
