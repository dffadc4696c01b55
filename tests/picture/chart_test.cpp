#include "gumbelcheck/picture/chart.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

#include "gumbelcheck/picture/board.hpp"
#include "gumbelcheck/picture/dot_table.hpp"
#include "gumbelcheck/picture/simplex.hpp"
#include "picture.hpp"

namespace gumbelcheck::picture {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
const double kNan = std::nan("");

std::string drawn(const Chart& chart) {
  Ids ids;
  return svg(chart, ids);
}

bool says(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::vector<double> any_values(std::size_t count) {
  return *rc::gen::container<std::vector<double>>(count, any_double());
}

Layer any_layer(std::size_t count, bool heat) {
  const std::string label = *rc::gen::element<std::string>("", "a line", "one & <two>", std::string(90, 'W'));
  const Tone tone = static_cast<Tone>(*rc::gen::inRange(0, kTones));
  const Stroke stroke = static_cast<Stroke>(*rc::gen::inRange(0, 3));
  const auto some = [&] { return any_values(count); };
  switch (*rc::gen::inRange(0, heat ? 7 : 6)) {
    case 0:
      return Line{.x = some(),
                  .y = some(),
                  .stepped = *rc::gen::arbitrary<bool>(),
                  .tone = tone,
                  .stroke = stroke,
                  .label = label};
    case 1:
      return Points{
          .x = some(), .y = some(), .tone = tone, .shape = static_cast<Shape>(*rc::gen::inRange(0, 6)), .label = label};
    case 2:
      return Intervals{.x = some(), .low = some(), .high = some(), .tone = tone, .label = label};
    case 3:
      return Band{.x = some(), .low = some(), .high = some(), .tone = tone, .label = label};
    case 4:
      return Bars{.edges = any_values(count + 1), .heights = some(), .tone = tone, .label = label};
    case 6:
      return Heat{.columns = count,
                  .rows = 2,
                  .values = any_values(2 * count),
                  .scaling = static_cast<Scaling>(*rc::gen::inRange(0, 3)),
                  .numbers = true,
                  .label = label};
    default:
      return Rule{.direction = static_cast<Direction>(*rc::gen::inRange(0, 2)),
                  .at = *any_double(),
                  .tone = tone,
                  .stroke = stroke,
                  .label = label};
  }
}

Axis any_axis() {
  Axis axis{.label = *rc::gen::element<std::string>("", "draws", std::string(80, 'M')),
            .unit = *rc::gen::element<std::string>("", "s")};
  axis.scaling = static_cast<Scaling>(*rc::gen::inRange(0, 3));
  const auto limit = [&](std::optional<double>& end) {
    const double value = *finite_double();
    if (*rc::gen::inRange(0, 4) == 0 && has_place(axis.scaling, value)) end = value;
  };
  limit(axis.low);
  limit(axis.high);
  if (axis.low && axis.high && !(*axis.low < *axis.high)) axis.high.reset();
  return axis;
}

RC_GTEST_PROP(ChartProperty, whatever_the_data_everything_lies_in_the_picture_and_no_words_touch, ()) {
  Chart chart{.words = {*rc::gen::arbitrary<std::string>(), *rc::gen::arbitrary<std::string>()},
              .x = any_axis(),
              .y = any_axis()};
  const int layers = *rc::gen::inRange(0, 5);
  for (int i = 0; i < layers; ++i) {
    chart.layers.push_back(any_layer(*rc::gen::inRange<std::size_t>(0, 12), i == 0));
    if (std::holds_alternative<Heat>(chart.layers.back())) {
      for (Axis* axis : {&chart.x, &chart.y}) *axis = {.label = axis->label};
    }
  }
  chart.width = *rc::gen::element(180., 380.);
  chart.plot_height = *rc::gen::element(110., 190.);
  const std::string text = drawn(chart);
  const std::string fault = fault_of(text);
  if (!fault.empty()) RC_LOG() << text;
  RC_ASSERT(fault == "");
}

RC_GTEST_PROP(ChartProperty, a_table_of_dots_too, ()) {
  DotTable table{.words = {"title", "description"}, .axis = any_axis(), .rows = {}};
  const int rows = *rc::gen::inRange(0, 12);
  for (int i = 0; i < rows; ++i) {
    DotRow row{.name = *rc::gen::element<std::string>("concrete/law", "", std::string(70, 'W')),
               .value = *any_double(),
               .note = *rc::gen::element<std::string>("", "not found", std::string(50, 'n'))};
    if (*rc::gen::arbitrary<bool>()) row.range = Range{*any_double(), *any_double()};
    row.shape = static_cast<Shape>(*rc::gen::inRange(0, 6));
    for (int k = *rc::gen::inRange(0, 3); k > 0; --k) row.beside.push_back({.value = *any_double()});
    table.rows.push_back(row);
  }
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
    table.rules.push_back({.at = *any_double(), .label = *rc::gen::element<std::string>("", "planned")});
  }
  Ids ids;
  const std::string text = svg(table, ids);
  const std::string fault = fault_of(text);
  if (!fault.empty()) RC_LOG() << text;
  RC_ASSERT(fault == "");
}

RC_GTEST_PROP(ChartProperty, a_simplex_too, ()) {
  const auto side = *rc::gen::inRange<std::size_t>(1, 9);
  Simplex simplex{.words = {"title", ""},
                  .corners = {"0.5", std::string(40, 'W'), "<c>"},
                  .side = side,
                  .values = any_values(side * side),
                  .scaling = static_cast<Scaling>(*rc::gen::inRange(0, 3)),
                  .label = *rc::gen::element<std::string>("", "density")};
  Ids ids;
  RC_ASSERT(fault_of(svg(simplex, ids)) == "");
}

RC_GTEST_PROP(ChartProperty, the_cell_of_a_cells_middle_is_the_cell, ()) {
  const auto side = *rc::gen::inRange<std::size_t>(1, 40);
  const auto cell = *rc::gen::inRange<std::size_t>(0, side * side);
  const std::array<double, 3> middle = middle_of(cell, side);
  RC_ASSERT(std::abs(middle[0] + middle[1] + middle[2] - 1) < 1e-12);
  RC_ASSERT(middle[0] > 0 && middle[1] > 0 && middle[2] > 0);
  RC_ASSERT(cell_of(middle, side) == cell);
}

TEST(Simplex, corners_are_where_their_class_has_all_weight) {
  EXPECT_EQ(cell_of({1, 0, 0}, 4), 0u);
  EXPECT_EQ(cell_of({0, 1, 0}, 4), 6u) << "the last of the lowest row of 7";
  EXPECT_EQ(cell_of({0, 0, 1}, 4), 15u);
  EXPECT_EQ(cell_of({0, 0, 5}, 4), 15u) << "weights of any sum";
}

TEST(Chart, what_is_left_out_is_said) {
  const Chart chart{.words = {"t", "What is seen."},
                    .x = {.label = "x"},
                    .y = {.label = "y", .scaling = Scaling::log10, .high = 50},
                    .layers = {Points{.x = {1, 2, 3, 4, 5, kNan}, .y = {1, kNan, -kInf, 0, 100, 1}}}};
  const Seen picture = seen(drawn(chart));
  EXPECT_EQ(picture.description,
            "What is seen. 3 values are not finite. 1 value at or below 0 has no place on a logarithmic axis. "
            "1 value lies outside of the axes.");
  const auto shown = [&](std::string_view note) {
    return std::any_of(picture.words.begin(), picture.words.end(), [&](const Written& w) { return w.text == note; });
  };
  EXPECT_TRUE(shown("3 values are not finite."));
  EXPECT_TRUE(shown("1 value lies outside of the axes."));
}

TEST(DotTable, a_row_without_a_dot_says_why_once) {
  DotTable table{.words = {"t", ""},
                 .axis = {},
                 .rows = {{.name = "a", .value = 1}, {.name = "b", .value = kInf, .note = "not found"}}};
  Ids ids;
  EXPECT_EQ(seen(svg(table, ids)).description, "");
  table.rows[1].note = "";
  EXPECT_EQ(seen(svg(table, ids)).description, "1 value is not finite.");
}

TEST(DotTable, what_stands_beside_a_dot_is_drawn_and_widens_the_axis) {
  DotTable table{.words = {"t", ""}, .axis = {.low = 0.}, .rows = {{.name = "a", .value = 1}, {.name = "b", .value = 2}}};
  const auto drawn_with = [&] {
    Ids ids;
    return svg(table, ids);
  };
  const auto shows = [&](std::string_view label) {
    const Seen picture = seen(drawn_with());
    return std::any_of(picture.words.begin(), picture.words.end(), [&](const Written& w) { return w.text == label; });
  };
  EXPECT_FALSE(shows("40"));
  const std::size_t alone = drawn_with().size();
  table.rows[0].beside = {{.value = 40, .shape = Shape::cross}};
  EXPECT_TRUE(shows("40"));
  EXPECT_GT(drawn_with().size(), alone);
  table.rows[0].beside = {{.value = kNan}};
  EXPECT_EQ(seen(drawn_with()).description, "") << "a dot that is not there is no value left out";
}

TEST(Chart, no_data_is_said) {
  for (const Chart& chart :
       {Chart{.words = {"t", ""}}, Chart{.words = {"t", ""}, .layers = {Line{.x = {kNan}, .y = {1}}}},
        Chart{.words = {"t", ""}, .layers = {Rule{.at = 1}}}}) {
    EXPECT_TRUE(says(seen(drawn(chart)).description, "Nothing to show."));
  }
}

TEST(Chart, hostile_words_stay_words) {
  const std::string hostile = "</svg><script>alert(1)</script>\"'& \xff\x01]]>";
  Chart chart{.words = {hostile, hostile},
              .x = {.label = hostile, .unit = hostile, .categories = {hostile, hostile}},
              .y = {.label = hostile},
              .layers = {Line{.x = {0, 1}, .y = {0, 1}, .label = hostile}, Rule{.at = .5, .label = hostile}}};
  const std::string text = drawn(chart);
  EXPECT_FALSE(says(text, "<script"));
  EXPECT_FALSE(says(text, "\x01"));
  EXPECT_TRUE(says(seen(text).title, "</svg><script>alert(1)</script>"));
  EXPECT_EQ(fault_of(text), "");
  EXPECT_FALSE(says(side_by_side({}, hostile), "<script"));
  EXPECT_EQ(Ids("\"><b>").next(), "b-1");
  EXPECT_EQ(Ids("1").next(), "p1-1");
}

TEST(Chart, ids_are_unique_in_a_page) {
  Ids ids;
  std::set<std::string> all;
  const Chart chart{.words = {"t", "d"}, .layers = {Line{.x = {0, 1}, .y = {0, 1}}}};
  for (int i = 0; i < 3; ++i) {
    const std::string text = svg(chart, ids);
    for (const std::string& id : seen(text).ids) {
      EXPECT_TRUE(all.insert(id).second) << id;
      EXPECT_TRUE(says(text, id + (id.back() == 't' ? " " : "\""))) << "named by it";
    }
  }
  EXPECT_EQ(all.size(), 6u);
}

TEST(Chart, labels_stand_beside_their_line_or_in_a_legend) {
  // Two lines far apart: beside them, and no swatches.
  const std::vector<double> x = {0, 10};
  Chart chart{.words = {"", ""},
              .layers = {Line{.x = x, .y = {1, 1}, .label = "low"}, Line{.x = x, .y = {9, 9}, .label = "high"}}};
  const Seen apart = seen(drawn(chart));
  const auto find = [](const Seen& picture, std::string_view text) {
    for (const Written& w : picture.words) {
      if (w.text == text) return w.box;
    }
    ADD_FAILURE() << text << " is missing";
    return Box{};
  };
  EXPECT_GT(find(apart, "low").top - find(apart, "high").top, 100);
  // On each other: side by side above the plot.
  chart.layers[1] = Line{.x = x, .y = {1, 1}, .tone = Tone::green, .label = "high"};
  const Seen together = seen(drawn(chart));
  EXPECT_EQ(find(together, "low").top, find(together, "high").top);
  EXPECT_LT(find(together, "low").bottom, 20);
}

// One anchor, and more labels than find room around it.
TEST(Board, labels_never_meet_and_never_leave_the_plot) {
  const Box plot{0, 0, 100, 80};
  Board board(plot);
  const Drawn own{.anchors = {{50, 40}}};
  std::vector<Box> boxes;
  while (const std::optional<Placed> placed = board.place(boxes.size(), own, 40)) {
    for (const Box& box : boxes) EXPECT_FALSE(box.meets(placed->box));
    EXPECT_TRUE(placed->box.within(plot));
    boxes.push_back(placed->box);
    ASSERT_LT(boxes.size(), 9u);
  }
  EXPECT_GE(boxes.size(), 2u);
}

TEST(Chart, shared_axes_are_equal) {
  std::vector<Chart> charts(2, Chart{.words = {"", ""}, .y = {.scaling = Scaling::log10}});
  charts[0].layers = {Line{.x = {0, 1}, .y = {1, 10}}};
  charts[1].layers = {Line{.x = {5, 7}, .y = {100, 3000}}};
  share_axes(charts);
  for (const Chart& chart : charts) {
    EXPECT_EQ(chart.x.low, 0);
    EXPECT_EQ(chart.x.high, 7);
    EXPECT_EQ(chart.y.low, 1);
    EXPECT_EQ(chart.y.high, 10000);
  }
}

TEST(Chart, a_thousand_lines_points_and_bars_stay_small) {
  std::vector<double> x, y;
  for (int i = 0; i < 512; ++i) {
    x.push_back(i);
    y.push_back(std::sin(i * .03) + .3 * std::sin(i * 1.7));
  }
  Chart chart{.words = {"t", "d"}, .layers = {Line{.x = x, .y = y}}};
  EXPECT_LT(drawn(chart).size(), 6000u);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = std::sin(double(i) * .03);
  chart.layers = {Line{.x = x, .y = y}};
  EXPECT_LT(drawn(chart).size(), 2500u);
}

template <class Picture>
std::string refusal(const Picture& picture) {
  Ids ids;
  try {
    svg(picture, ids);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(Chart, callers_mistakes_are_named) {
  EXPECT_EQ(refusal(Chart{.words = {}, .layers = {Line{.x = {1, 2}, .y = {1}}}}),
            "picture: y of a line must have 2 values, and has 1");
  EXPECT_EQ(refusal(Chart{.words = {}, .layers = {Bars{.edges = {1, 2}, .heights = {1, 2}}}}),
            "picture: edges of bars must have 3 values, and has 2");
  EXPECT_EQ(refusal(Chart{.words = {}, .x = {.low = 2, .high = 1}}), "picture: axis x is from 2 to 1; it must rise");
  EXPECT_EQ(refusal(Chart{.words = {}, .y = {.scaling = Scaling::log2, .low = 0}}),
            "picture: a limit of axis y is 0; it must be finite and above 0");
  EXPECT_EQ(refusal(Chart{.words = {}, .x = {.scaling = Scaling::log2}, .layers = {Heat{}}}),
            "picture: a heat map is drawn on categories; its axes must be linear");
  EXPECT_EQ(refusal(Chart{.words = {}, .layers = {Heat{}, Heat{}}}),
            "picture: one heat map hides another; a chart takes one");
  EXPECT_EQ(refusal(Simplex{.words = {}, .corners = {}, .side = 2, .values = {1}}),
            "picture: a simplex of side 2 has 4 values, and 1 were given");
}

}  // namespace
}  // namespace gumbelcheck::picture
