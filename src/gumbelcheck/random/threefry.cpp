#include "gumbelcheck/random/threefry.hpp"

#include <Random123/threefry.h>

namespace gumbelcheck::random {

std::array<std::uint32_t, 4> threefry4x32_20(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 4> key) {
  const r123::Threefry4x32_R<20>::ctr_type at = {{counter[0], counter[1], counter[2], counter[3]}};
  const r123::Threefry4x32_R<20>::key_type with = {{key[0], key[1], key[2], key[3]}};
  const auto words = r123::Threefry4x32_R<20>()(at, with);
  return {words[0], words[1], words[2], words[3]};
}

}  // namespace gumbelcheck::random
