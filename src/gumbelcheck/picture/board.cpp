#include "gumbelcheck/picture/board.hpp"

#include <algorithm>
#include <cmath>

#include "gumbelcheck/picture/svg.hpp"

namespace gumbelcheck::picture {
namespace {

constexpr double kCell = 2;      // pixels; ink is kept by cells
constexpr double kAscent = 9.5;  // of a label above its baseline
constexpr double kDescent = 3;
constexpr double kLeast = 6;   // to other layers: a label is some 5 from its own
constexpr double kClear = 15;  // as far as they matter

std::uint64_t bit_of(std::size_t layer) { return std::uint64_t{1} << std::min<std::size_t>(layer, 63); }

Box box_at(Point baseline, double width) {
  return {baseline.x, baseline.y - kAscent, baseline.x + width, baseline.y + kDescent};
}

}  // namespace

Board::Board(const Box& plot)
    : plot_(plot),
      columns_(static_cast<std::size_t>(plot.width() / kCell) + 1),
      rows_(static_cast<std::size_t>(plot.height() / kCell) + 1),
      inked_(columns_ * rows_, 0) {}

void Board::ink(std::size_t layer, const Drawn& drawn) {
  const std::uint64_t bit = bit_of(layer);
  const auto mark = [&](Point p) {
    if (!plot_.contains(p)) return;
    inked_[static_cast<std::size_t>((p.y - plot_.top) / kCell) * columns_ +
           static_cast<std::size_t>((p.x - plot_.left) / kCell)] |= bit;
  };
  for (const Curve& curve : drawn.ink) {
    for (std::size_t i = 0; i < curve.size(); ++i) {
      const Point from = curve[i == 0 ? 0 : i - 1];
      const int steps = static_cast<int>(std::hypot(curve[i].x - from.x, curve[i].y - from.y)) + 1;
      for (int k = 0; k <= steps; ++k) {
        const double t = double(k) / steps;
        mark({from.x + t * (curve[i].x - from.x), from.y + t * (curve[i].y - from.y)});
      }
    }
  }
  for (const Box& box : drawn.solid) {
    for (double y = box.top; y <= box.bottom; y += kCell / 2) {
      for (double x = box.left; x <= box.right; x += kCell / 2) mark({x, y});
    }
  }
}

std::uint64_t Board::inked(Box box) const {
  if (std::any_of(labels_.begin(), labels_.end(), [&](const Box& label) { return label.meets(box); })) {
    return ~std::uint64_t{0};
  }
  box = {std::max(box.left, plot_.left), std::max(box.top, plot_.top), std::min(box.right, plot_.right),
         std::min(box.bottom, plot_.bottom)};
  std::uint64_t layers = 0;
  const auto last_row = static_cast<std::size_t>((box.bottom - plot_.top) / kCell);
  const auto last_column = static_cast<std::size_t>((box.right - plot_.left) / kCell);
  for (auto row = static_cast<std::size_t>((box.top - plot_.top) / kCell); row <= last_row; ++row) {
    for (auto column = static_cast<std::size_t>((box.left - plot_.left) / kCell); column <= last_column; ++column) {
      layers |= inked_[row * columns_ + column];
    }
  }
  return layers;
}

std::optional<Placed> Board::place(std::size_t layer, const Drawn& own, double width) {
  const std::uint64_t others = ~bit_of(layer);
  std::optional<Placed> best;
  double most = 0;
  for (std::size_t i = 0; i < own.anchors.size(); ++i) {
    const Point a = own.anchors[i];
    const Point places[] = {
        {a.x - width, a.y - 5},            // above, ending here
        {a.x - width, a.y + kAscent + 4},  // below, ending here
        {a.x - width / 2, a.y - 5},        // above
        {a.x - width / 2, a.y + kAscent + 4},
        {a.x + 6, a.y + 4},  // beside
        {a.x - width - 6, a.y + 4},
        {a.x + 4, a.y - 5},  // above, beginning here
        {a.x + 4, a.y + kAscent + 4},
    };
    for (const Point place : places) {
      const Box box = box_at(place, width);
      if (!box.within(plot_) || inked(box) != 0) continue;
      double clear = 0;
      while (clear < kClear) {
        const double next = clear + 3;
        if ((inked({box.left - next, box.top - next, box.right + next, box.bottom + next}) & others) != 0) break;
        clear = next;
      }
      if (clear < kLeast) continue;
      const double worth = clear + 6 * (1 - double(i) / double(own.anchors.size()));
      if (!best || worth > most) {
        best = Placed{place, box};
        most = worth;
      }
    }
  }
  if (best) labels_.push_back(best->box);
  return best;
}

}  // namespace gumbelcheck::picture
