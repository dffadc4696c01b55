#include "gumbelcheck/picture/dot_table.hpp"

#include <algorithm>
#include <cmath>

#include "gumbelcheck/picture/axes.hpp"
#include "gumbelcheck/picture/draw.hpp"
#include "gumbelcheck/picture/text.hpp"

namespace gumbelcheck::picture {
namespace {

constexpr double kRow = 18;

// What a row shows on the axis, as layers of a chart.
std::vector<Layer> layers_of(const DotTable& table) {
  std::vector<Layer> layers;
  Points dots;
  for (const DotRow& row : table.rows) {
    // What a row's note says instead of a dot needs no second note.
    if (std::isfinite(row.value) || row.note.empty()) dots.x.push_back(row.value);
    for (const Dot& dot : row.beside) {
      if (std::isfinite(dot.value)) dots.x.push_back(dot.value);
    }
    if (row.range && std::isfinite(row.value))
      layers.push_back(Line{.x = {row.range->low, row.range->high}, .y = {0, 0}, .label = ""});
  }
  dots.y.resize(dots.x.size());
  layers.push_back(std::move(dots));
  for (Rule rule : table.rules) {
    rule.direction = Direction::vertical;
    layers.push_back(std::move(rule));
  }
  return layers;
}

}  // namespace

std::string svg(const DotTable& table, Ids& ids) {
  check_axis(table.axis, "x");
  LeftOut left_out;
  const std::vector<Layer> layers = layers_of(table);
  Extent data = extent(layers, table.axis.scaling, Scaling::linear, left_out);
  if (table.rows.empty() || !data.x) {
    return svg(Chart{.words = table.words, .x = table.axis, .y = {}, .layers = layers, .width = table.width}, ids);
  }

  double names = 0;
  for (const DotRow& row : table.rows) names = std::max(names, width_of(clean(row.name), kFont));
  names = std::min(names, table.width * .5);
  double y = 0;
  std::string body = heading(table.words.title, table.width, y);

  // Labels of rules stand above the rows, each on its own line.
  const double rules_top = y;
  y += kLine *
       double(std::count_if(table.rules.begin(), table.rules.end(), [](const Rule& r) { return !r.label.empty(); }));
  y += 4;
  const Box box{names + 10, y, table.width - 8, y + kRow * double(table.rows.size())};
  const AxisPlan x = plan_x(table.axis, *data.x, true, box, names + 10, table.width);
  const Plane plane{Scale(table.axis.scaling, x.range, box.left, box.right), Scale(Scaling::linear, {0, 1}, 0, 1), box};
  count_outside(layers, table.axis.scaling, x.range, Scaling::linear, {0, 1}, left_out);

  Path vertical;
  for (const Tick& tick : x.ticks.major) {
    const double at = std::clamp(plane.x.at(tick.value), box.left, box.right);
    vertical.move({at, box.top});
    vertical.line({at, box.bottom});
  }
  body += path_element(vertical, "g");
  double label_y = rules_top;
  for (const Rule& rule : table.rules) {
    if (!has_place(table.axis.scaling, rule.at)) continue;
    const double at = plane.x.at(rule.at);
    if (at < box.left || at > box.right) continue;
    Path path;
    const std::string label = fitted(clean(rule.label), table.width, kFont);
    if (!label.empty()) label_y += kLine;
    path.move({at, box.bottom});
    path.line({at, label.empty() ? box.top : label_y + 1});
    body += path_element(path, line_classes(rule.tone, rule.stroke) + " w1");
    if (label.empty()) continue;
    const double width = width_of(label, kFont);
    body += text_element(label, {std::clamp(at - width / 2, 0., table.width - width), label_y - 3}, Anchor::start,
                         "k " + tone_class(rule.tone));
  }
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const DotRow& row = table.rows[i];
    const double middle = box.top + kRow * (double(i) + .5);
    body += text_element(fitted(clean(row.name), names, kFont), {0, middle + 4}, Anchor::start, "i");
    // A plane for the row alone: its middle is y = 0.
    const Plane line{plane.x,
                     Scale(Scaling::linear, {-1, 1}, middle + kRow / 2, middle - kRow / 2),
                     {box.left, middle - kRow / 2, box.right, middle + kRow / 2}};
    double end = box.left;
    double begin = box.right;
    if (row.range && std::isfinite(row.value)) {
      const Drawn interval =
          draw(Line{.x = {row.range->low, row.range->high}, .y = {0, 0}, .tone = row.tone, .label = ""}, line);
      body += interval.svg;
      for (const Curve& part : interval.ink) {
        begin = std::min(begin, part.front().x);
        end = std::max(end, part.back().x);
      }
    }
    const auto add = [&](const Dot& dot) {
      if (!has_place(table.axis.scaling, dot.value)) return;
      const Drawn drawn =
          draw(Points{.x = {dot.value}, .y = {0}, .tone = dot.tone, .shape = dot.shape, .label = ""}, line);
      body += drawn.svg;
      for (const Point& at : drawn.anchors) {
        begin = std::min(begin, at.x - 3);
        end = std::max(end, at.x + 3);
      }
    };
    for (const Dot& dot : row.beside) add(dot);
    add({.value = row.value, .tone = row.tone, .shape = row.shape});
    const bool placed = has_place(table.axis.scaling, row.value);
    const std::string said = !row.note.empty() ? clean(row.note) : placed ? "" : "not finite";
    if (said.empty()) continue;
    const double after = std::max(end + 5, box.left + 5);
    const double width = width_of(said, kFont);
    // Behind the dot, else before it, else as much as fits behind it.
    if (after + width > table.width && begin - 5 - width >= box.left) {
      body += text_element(said, {begin - 5, middle + 4}, Anchor::end, "k z c5");
    } else if (table.width - after > 2 * kFont) {
      body += text_element(fitted(said, table.width - after, kFont), {after, middle + 4}, Anchor::start, "k z c5");
    }
  }
  body += grid(x, AxisPlan{}, plane, names + 10, table.width, false) + base(x, plane);
  y = box.bottom + 21;
  const std::string title = fitted(axis_title(table.axis), table.width, kFont);
  if (!title.empty()) {
    y += kLine;
    const double half = width_of(title, kFont) / 2;
    body +=
        text_element(title, {std::clamp((box.left + box.right) / 2, half, table.width - half), y - 5}, Anchor::middle);
  }
  const std::vector<std::string> notes = left_out.notes();
  body += footing(notes, table.width, y);
  return figure(table.words, notes, table.width, y, body, ids);
}

}  // namespace gumbelcheck::picture
