#include "gumbelcheck/picture/chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "gumbelcheck/picture/axes.hpp"
#include "gumbelcheck/picture/board.hpp"
#include "gumbelcheck/picture/heat.hpp"
#include "gumbelcheck/picture/text.hpp"

namespace gumbelcheck::picture {
namespace {

constexpr double kRight = 8;  // beside the plot

bool has_points(const std::vector<Layer>& layers) {
  return std::any_of(layers.begin(), layers.end(), [](const Layer& layer) {
    return std::holds_alternative<Points>(layer) || std::holds_alternative<Intervals>(layer);
  });
}

// Labels that found no place beside their data.
std::string legend(const std::vector<const Layer*>& layers, double width, double& y) {
  std::string svg;
  double x = width;  // the first entry begins a line
  for (const Layer* layer : layers) {
    const std::string label = fitted(clean(label_of(*layer)), width - kSwatch - 6, kFont);
    const double needed = kSwatch + 6 + width_of(label, kFont);
    if (x + needed > width) {
      y += kLine + 1;
      x = 0;
    }
    svg += swatch(*layer, {x, y - 8}) + text_element(label, {x + kSwatch + 6, y - 4}, Anchor::start, "i");
    x += needed + 14;
  }
  return svg;
}

std::string keys(const std::vector<Layer>& layers, double width, double& y) {
  std::string svg;
  for (const Layer& layer : layers) {
    const Heat* heat = std::get_if<Heat>(&layer);
    if (heat == nullptr || heat->values.empty()) continue;
    const bool hatched = std::any_of(heat->values.begin(), heat->values.end(),
                                     [&](double value) { return !has_place(heat->scaling, value); });
    svg += heat_key(heat->label, levels_of(heat->scaling, heat->values), hatched, width, y,
                    fitted(clean(heat->hatched), width - kSwatch - 5, kFont));
  }
  return svg;
}

struct Labels {
  std::string svg;
  std::vector<const Layer*> homeless;
};

bool labelled(const Layer& layer) { return !label_of(layer).empty() && !std::holds_alternative<Heat>(layer); }

Tone tone_of(const Layer& layer) {
  return std::visit(
      [](const auto& shown) {
        if constexpr (requires { shown.tone; }) {
          return shown.tone;
        } else {
          return Tone::ink;
        }
      },
      layer);
}

// One layer of data without a place, and all of them go to the legend: the reader looks in one place. Rules are
// no data.
Labels labels_beside(const std::vector<Layer>& layers, const std::vector<Drawn>& drawn, const Box& plot) {
  Board board(plot);
  for (std::size_t i = 0; i < drawn.size(); ++i) board.ink(i, drawn[i]);
  const auto place = [&](const Board& taken, bool rules) {
    Board next = taken;
    std::vector<std::optional<Placed>> places(layers.size());
    for (std::size_t i = 0; i < layers.size(); ++i) {
      if (!labelled(layers[i]) || std::holds_alternative<Rule>(layers[i]) != rules) continue;
      places[i] = next.place(i, drawn[i], width_of(clean(label_of(layers[i])), kFont));
      if (!places[i] && !rules) return std::pair{taken, std::vector<std::optional<Placed>>(layers.size())};
    }
    return std::pair{next, places};
  };
  const auto [with_data, data] = place(board, false);
  const std::vector<std::optional<Placed>> rules = place(with_data, true).second;
  Labels labels;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (!labelled(layers[i])) continue;
    const std::optional<Placed>& placed = std::holds_alternative<Rule>(layers[i]) ? rules[i] : data[i];
    if (placed) {
      labels.svg += text_element(clean(label_of(layers[i])), placed->baseline, Anchor::start,
                                 "k " + tone_class(tone_of(layers[i])));
    } else {
      labels.homeless.push_back(&layers[i]);
    }
  }
  return labels;
}

std::string without_data(const Chart& chart, const LeftOut& left_out, Ids& ids) {
  double y = 0;
  std::string body = heading(chart.words.title, chart.width, y);
  y += 4;
  Path frame;
  frame.box({.5, y, chart.width - .5, y + 60});
  body += path_element(frame, "g") + text_element("Nothing to show.", {chart.width / 2, y + 34}, Anchor::middle, "i");
  y += 64;
  std::vector<std::string> notes = left_out.notes();
  body += footing(notes, chart.width, y);
  notes.insert(notes.begin(), "Nothing to show.");
  return figure(chart.words, notes, chart.width, y, body, ids);
}

void check_layers(const Chart& chart) {
  for (const Layer& layer : chart.layers) check_layer(layer);
  const auto heat_maps = std::count_if(chart.layers.begin(), chart.layers.end(),
                                       [](const Layer& layer) { return std::holds_alternative<Heat>(layer); });
  if (heat_maps > 1) throw std::invalid_argument("picture: one heat map hides another; a chart takes one");
  if (heat_maps > 0 && (chart.x.scaling != Scaling::linear || chart.y.scaling != Scaling::linear)) {
    throw std::invalid_argument("picture: a heat map is drawn on categories; its axes must be linear");
  }
}

}  // namespace

std::string svg(const Chart& chart, Ids& ids) {
  check_layers(chart);
  check_axis(chart.x, "x");
  check_axis(chart.y, "y");
  LeftOut left_out;
  const Extent data = extent(chart.layers, chart.x.scaling, chart.y.scaling, left_out);
  if (!data.x || !data.y) return without_data(chart, left_out, ids);

  AxisPlan y_plan = plan_y(chart.y, *data.y, chart.plot_height);
  const double left = label_width(y_plan, chart.width * .4) + 7;
  const double right = chart.width - kRight;

  double y = 0;
  std::string head = heading(chart.words.title, chart.width, y);
  head += keys(chart.layers, chart.width, y);
  const std::string y_title = fitted(axis_title(chart.y), chart.width, kFont);

  // Which labels need a legend does not depend on where the plot begins: they are placed first.
  const auto plane_at = [&](double top) {
    const Box box{left, top, right, top + chart.plot_height};
    const AxisPlan x_plan = plan_x(chart.x, *data.x, has_points(chart.layers), box, 0, chart.width);
    return std::pair{x_plan, Plane{Scale(chart.x.scaling, x_plan.range, box.left, box.right),
                                   Scale(chart.y.scaling, y_plan.range, box.bottom, box.top), box}};
  };
  const auto drawn_on = [&](const Plane& plane) {
    std::vector<Drawn> drawn;
    for (const Layer& layer : chart.layers) drawn.push_back(draw(layer, plane));
    return drawn;
  };
  const Plane trial = plane_at(0).second;
  head += legend(labels_beside(chart.layers, drawn_on(trial), trial.box).homeless, chart.width, y);
  if (!y_title.empty()) {
    y += kLine + 2;
    head += text_element(y_title, {0, y - 4});
  }
  const auto [x_plan, plane] = plane_at(y + 8);
  const std::vector<Drawn> drawn = drawn_on(plane);
  count_outside(chart.layers, chart.x.scaling, x_plan.range, chart.y.scaling, y_plan.range, left_out);

  std::string body = head + grid(x_plan, y_plan, plane, 0, chart.width, chart.y.categories.empty());
  for (const Drawn& one : drawn) body += one.svg;
  body += base(x_plan, plane) + labels_beside(chart.layers, drawn, plane.box).svg;
  y = plane.box.bottom + 21;
  const std::string x_title = fitted(axis_title(chart.x), chart.width, kFont);
  if (!x_title.empty()) {
    y += kLine;
    const double half = width_of(x_title, kFont) / 2;
    const double middle = std::clamp((left + right) / 2, half, chart.width - half);
    body += text_element(x_title, {middle, y - 5}, Anchor::middle);
  }
  const std::vector<std::string> notes = left_out.notes();
  body += footing(notes, chart.width, y);
  return figure(chart.words, notes, chart.width, y, body, ids);
}

void share_axes(std::vector<Chart>& charts) {
  std::optional<Range> x, y;
  const auto join = [](std::optional<Range>& all, const std::optional<Range>& more) {
    if (more) all = all ? Range{std::min(all->low, more->low), std::max(all->high, more->high)} : more;
  };
  for (const Chart& chart : charts) {
    LeftOut ignored;
    const Extent data = extent(chart.layers, chart.x.scaling, chart.y.scaling, ignored);
    join(x, data.x);
    join(y, data.y);
  }
  for (Chart& chart : charts) {
    if (x && chart.x.categories.empty()) {
      const Range range = widened(chart.x.scaling, *x);
      if (!chart.x.low) chart.x.low = range.low;
      if (!chart.x.high) chart.x.high = range.high;
    }
    if (y && chart.y.categories.empty()) {
      const Range range = plan_y(chart.y, *y, chart.plot_height).range;
      if (!chart.y.low) chart.y.low = range.low;
      if (!chart.y.high) chart.y.high = range.high;
    }
  }
}

std::string side_by_side(const std::vector<std::string>& pictures, std::string_view label) {
  std::string result =
      fmt::format("<div class=\"pictures\" role=\"group\" aria-label=\"{}\">\n", escaped(clean(label)));
  for (const std::string& picture : pictures) {
    // Within HTML the namespace goes without saying.
    constexpr std::string_view kNamespace = " xmlns=\"http://www.w3.org/2000/svg\"";
    const std::size_t at = picture.find(kNamespace);
    result += at == std::string::npos ? picture : std::string(picture).erase(at, kNamespace.size());
  }
  return result + "</div>\n";
}

}  // namespace gumbelcheck::picture
