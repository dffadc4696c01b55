#pragma once

// Where labels may stand: nothing is written across ink, beyond the plot, or over another label, and a label
// stands nearer to its own layer than to any other, or nowhere.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "gumbelcheck/picture/draw.hpp"

namespace gumbelcheck::picture {

struct Placed {
  Point baseline;  // of the first character
  Box box;
};

class Board {
 public:
  explicit Board(const Box& plot);

  // Layers are numbered from 0; from the 64th on they share a number.
  void ink(std::size_t layer, const Drawn& drawn);

  // rule  of all places beside the layer's anchors the one farthest from other layers, the first anchors before
  //       others; nothing when every place is taken, or as near to another layer
  std::optional<Placed> place(std::size_t layer, const Drawn& own, double width);

 private:
  // Of the layers with ink in a box; all of them where the box leaves the plot or meets a label.
  std::uint64_t inked(Box box) const;

  Box plot_;
  std::size_t columns_, rows_;
  std::vector<std::uint64_t> inked_;  // by cell, a bit for each layer
  std::vector<Box> labels_;
};

}  // namespace gumbelcheck::picture
