#include "gumbelcheck/picture/path.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "gumbelcheck/picture/trace.hpp"
#include "picture.hpp"

namespace gumbelcheck::picture {
namespace {

TEST(PathGolden, numbers_are_short) {
  EXPECT_EQ(tenths(0), "0");
  EXPECT_EQ(tenths(-.04), "0");
  EXPECT_EQ(tenths(.5), ".5");
  EXPECT_EQ(tenths(-3.14), "-3.1");
  EXPECT_EQ(tenths(120), "120");
  Path path;
  path.move({10, 10.55});
  path.line({10.5, 11});
  path.line({10.5, 20});
  path.line({10.52, 20.01});  // shorter than a tenth
  path.line({9, 19.6});
  path.line({9.5, 19.9});
  path.close();
  path.move({11, 11});
  path.line({12, 12});
  path.dot({100, 100});
  EXPECT_EQ(path.data(), "M10 10.6l.5.4v9l-1.5-.4.5.3zm1 .4 1 1m88 88h0");
}

RC_GTEST_PROP(PathProperty, a_path_goes_where_it_was_sent_without_drift, ()) {
  const auto tenth = [] { return *rc::gen::inRange(-5000, 5000) / 10.; };
  Path path;
  std::vector<Point> sent;
  const int steps = *rc::gen::inRange(1, 60);
  bool open = false;
  for (int i = 0; i < steps; ++i) {
    const Point p{tenth(), tenth()};
    if (!open || *rc::gen::inRange(0, 5) == 0) {
      path.move(p);
      open = true;
    } else {
      path.line(p);
      if (p.x == sent.back().x && p.y == sent.back().y) continue;
    }
    sent.push_back(p);
    if (*rc::gen::inRange(0, 8) == 0) {
      path.close();
      open = false;
    }
  }
  const std::vector<Point> gone = positions(path.data());
  RC_ASSERT(gone.size() == sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    RC_ASSERT(std::abs(gone[i].x - sent[i].x) < 1e-6 && std::abs(gone[i].y - sent[i].y) < 1e-6);
  }
}

// A spike of one value in 100,000 is seen, and the picture does not cost more for it.
TEST(Trace, extremes_of_a_dense_line_stay) {
  std::vector<double> x, y;
  for (int i = 0; i < 100000; ++i) {
    x.push_back(i);
    y.push_back(std::sin(i * .001) + (i == 54321 ? 5 : i == 54322 ? -7 : 0));
  }
  const Plane plane{{Scaling::linear, {0, 1e5}, 0, 300}, {Scaling::linear, {-10, 10}, 200, 0}, {0, 0, 300, 200}};
  const std::vector<Curve> curves = traced(plane, x, y);
  ASSERT_EQ(curves.size(), 1u);
  double top = 200, bottom = 0;
  for (const Point p : curves[0]) {
    top = std::min(top, p.y);
    bottom = std::max(bottom, p.y);
  }
  EXPECT_NEAR(top, plane.y.at(y[54321]), 1e-9);
  EXPECT_NEAR(bottom, plane.y.at(y[54322]), 1e-9);
  EXPECT_EQ(curves[0].front().x, plane.x.at(0));
  EXPECT_EQ(curves[0].back().x, plane.x.at(99999));
  EXPECT_LT(curves[0].size(), 1300u);
}

TEST(Trace, gaps_and_clipping) {
  const Plane plane{{Scaling::linear, {0, 10}, 0, 100}, {Scaling::linear, {0, 10}, 100, 0}, {0, 0, 100, 100}};
  const double nan = std::nan("");
  const std::vector<double> x = {0, 1, 2, 3, 4, 5}, y = {1, 1, nan, 15, 5, -10};
  const std::vector<Curve> curves = traced(plane, x, y);
  ASSERT_EQ(curves.size(), 2u);
  EXPECT_EQ(curves[1].size(), 3u);
  EXPECT_NEAR(curves[1][0].x, 35, 1e-9) << "enters where it crosses the upper edge";
  EXPECT_NEAR(curves[1][0].y, 0, 1e-9);
  EXPECT_NEAR(curves[1][2].x, 130. / 3, 1e-9);
  EXPECT_NEAR(curves[1][2].y, 100, 1e-9);
}

TEST(Trace, an_area_is_cut_at_the_box) {
  const Curve cut = clipped_area({{-10, 5}, {5, -10}, {20, 5}, {5, 20}}, {0, 0, 10, 10});
  double twice_area = 0;
  for (std::size_t i = 0; i < cut.size(); ++i) {
    const Point a = cut[i], b = cut[(i + 1) % cut.size()];
    twice_area += a.x * b.y - b.x * a.y;
  }
  EXPECT_NEAR(std::abs(twice_area), 200, 1e-9) << "the box lies within the diamond";
}

}  // namespace
}  // namespace gumbelcheck::picture
