#include <algorithm>
#include <cmath>

#include "gumbelcheck/fault/altered.hpp"
#include "gumbelcheck/fault/fault.hpp"

namespace gumbelcheck::fault::planted {

Fault a_tile_of_512_classes_left_out() {
  return {
      .id = "a-tile-of-512-classes-left-out",
      .sentence =
          "A kernel goes over the vocabulary in tiles of 512 classes, and the second to last tile is "
          "overwritten before it is read.",
      .source = "planted",
      .refuted_by = "categorical/law",
      .open = [] {
        return altered({.operations = {subject::Operation::categorical}, .question = [](subject::Question& question) {
                          change_logits(question, [](std::vector<double>& row) {
                            constexpr std::size_t kTile = 512;
                            const std::size_t tiles = (row.size() + kTile - 1) / kTile;
                            if (tiles < 3) return;
                            const auto first = row.begin() + static_cast<std::ptrdiff_t>((tiles - 2) * kTile);
                            std::fill(first, first + kTile, -HUGE_VAL);
                          });
                        }});
      }};
}

}  // namespace gumbelcheck::fault::planted
