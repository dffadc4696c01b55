#include "gumbelcheck/picture/layer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "gumbelcheck/picture/text.hpp"

namespace gumbelcheck::picture {
namespace {

void same_length(const char* layer, const char* what, std::size_t expected, std::size_t given) {
  if (expected == given) return;
  throw std::invalid_argument(
      fmt::format("picture: {} of {} must have {} values, and has {}", what, layer, expected, given));
}

struct Datum {
  std::optional<Range> x, y;
};

// use(datum) for every value that is shown.
template <class Use>
void for_each_datum(const Layer& layer, Use use) {
  struct Visitor {
    Use& use;
    static Range both(double value) { return {value, value}; }
    void points(const std::vector<double>& x, const std::vector<double>& low, const std::vector<double>& high) {
      for (std::size_t i = 0; i < x.size(); ++i) use(Datum{both(x[i]), Range{low[i], high[i]}});
    }
    void operator()(const Line& line) { points(line.x, line.y, line.y); }
    void operator()(const Points& shown) { points(shown.x, shown.y, shown.y); }
    void operator()(const Intervals& shown) { points(shown.x, shown.low, shown.high); }
    void operator()(const Band& band) { points(band.x, band.low, band.high); }
    void operator()(const Bars& bars) {
      for (std::size_t i = 0; i < bars.heights.size(); ++i) {
        use(Datum{Range{bars.edges[i], bars.edges[i + 1]}, both(bars.heights[i])});
      }
    }
    void operator()(const Rule& rule) {
      use(rule.direction == Direction::horizontal ? Datum{{}, both(rule.at)} : Datum{both(rule.at), {}});
    }
    void operator()(const Heat& heat) {
      if (heat.columns == 0 || heat.rows == 0) return;
      use(Datum{Range{-.5, double(heat.columns) - .5}, Range{-.5, double(heat.rows) - .5}});
    }
  };
  std::visit(Visitor{use}, layer);
}

bool has_place(Scaling scaling, const std::optional<Range>& range) {
  return !range || (has_place(scaling, range->low) && has_place(scaling, range->high));
}

bool finite(const std::optional<Range>& range) {
  return !range || (std::isfinite(range->low) && std::isfinite(range->high));
}

void join(std::optional<Range>& all, const std::optional<Range>& more) {
  if (!more) return;
  const double low = std::min(more->low, more->high);
  const double high = std::max(more->low, more->high);
  all = all ? Range{std::min(all->low, low), std::max(all->high, high)} : Range{low, high};
}

bool outside(const std::optional<Range>& value, Range axis) {
  return value && (std::min(value->low, value->high) < axis.low || std::max(value->low, value->high) > axis.high);
}

std::string counted(std::size_t count, std::string_view one, std::string_view more) {
  return count == 1 ? fmt::format("1 value {}.", one) : fmt::format("{} values {}.", count, more);
}

}  // namespace

void check_layer(const Layer& layer) {
  struct Visitor {
    void operator()(const Line& line) const { same_length("a line", "y", line.x.size(), line.y.size()); }
    void operator()(const Points& shown) const { same_length("points", "y", shown.x.size(), shown.y.size()); }
    void operator()(const Intervals& shown) const {
      same_length("intervals", "low", shown.x.size(), shown.low.size());
      same_length("intervals", "high", shown.x.size(), shown.high.size());
    }
    void operator()(const Band& band) const {
      same_length("a band", "low", band.x.size(), band.low.size());
      same_length("a band", "high", band.x.size(), band.high.size());
    }
    void operator()(const Bars& bars) const {
      if (bars.edges.empty() && bars.heights.empty()) return;
      same_length("bars", "edges", bars.heights.size() + 1, bars.edges.size());
    }
    void operator()(const Rule&) const {}
    void operator()(const Heat& heat) const {
      same_length("a heat map", "values", heat.columns * heat.rows, heat.values.size());
    }
  };
  std::visit(Visitor{}, layer);
}

const std::string& label_of(const Layer& layer) {
  return std::visit([](const auto& shown) -> const std::string& { return shown.label; }, layer);
}

std::vector<std::string> LeftOut::notes() const {
  std::vector<std::string> notes;
  if (not_finite > 0) notes.push_back(counted(not_finite, "is not finite", "are not finite"));
  if (not_positive > 0) {
    notes.push_back(counted(not_positive, "at or below 0 has no place on a logarithmic axis",
                            "at or below 0 have no place on a logarithmic axis"));
  }
  if (!cells.empty()) notes.push_back(cells);
  if (outside > 0) notes.push_back(counted(outside, "lies outside of the axes", "lie outside of the axes"));
  return notes;
}

Extent extent(const std::vector<Layer>& layers, Scaling x, Scaling y, LeftOut& left_out) {
  Extent result;
  for (const Layer& layer : layers) {
    for_each_datum(layer, [&](const Datum& datum) {
      if (!finite(datum.x) || !finite(datum.y)) {
        ++left_out.not_finite;
      } else if (!has_place(x, datum.x) || !has_place(y, datum.y)) {
        ++left_out.not_positive;
      } else {
        join(result.x, datum.x);
        join(result.y, datum.y);
        // Bars stand on 0.
        if (std::holds_alternative<Bars>(layer) && y == Scaling::linear) join(result.y, Range{0, 0});
      }
    });
    if (const Heat* heat = std::get_if<Heat>(&layer)) {
      const auto hatched =
          std::ranges::count_if(heat->values, [&](double value) { return !has_place(heat->scaling, value); });
      if (hatched > 0) {
        left_out.cells = fmt::format("{} of {} cells: {}.", hatched, heat->values.size(), clean(heat->hatched));
      }
    }
  }
  return result;
}

void count_outside(const std::vector<Layer>& layers, Scaling x_scaling, Range x, Scaling y_scaling, Range y,
                   LeftOut& left_out) {
  for (const Layer& layer : layers) {
    for_each_datum(layer, [&](const Datum& datum) {
      if (!has_place(x_scaling, datum.x) || !has_place(y_scaling, datum.y)) return;
      left_out.outside += outside(datum.x, x) || outside(datum.y, y);
    });
  }
}

}  // namespace gumbelcheck::picture
