#include <algorithm>

#include "gumbelcheck/claim/claim.hpp"

namespace gumbelcheck::claim {

namespace family {
std::vector<Family> registered();  // generated from the files of family/
}

namespace {

// Bad input comes last: a subject that it breaks has answered everything else by then.
bool edge(const Claim& claim) { return claim.sheet.id.starts_with("edge/"); }

std::vector<Claim> collected() {
  std::vector<Claim> claims;
  for (Family& family : family::registered()) {
    claims.insert(claims.end(), std::make_move_iterator(family.begin()), std::make_move_iterator(family.end()));
  }
  std::ranges::sort(
      claims, [](const Claim& a, const Claim& b) { return edge(a) != edge(b) ? edge(b) : a.sheet.id < b.sheet.id; });
  return claims;
}

}  // namespace

const std::vector<Claim>& catalogue() {
  static const std::vector<Claim> claims = collected();
  return claims;
}

const Claim* find(std::string_view id) {
  const auto found = std::ranges::find(catalogue(), id, [](const Claim& claim) { return claim.sheet.id; });
  return found == catalogue().end() ? nullptr : &*found;
}

}  // namespace gumbelcheck::claim
