#pragma once

// The data of an SVG path, short: tenths of a pixel, relative where that is shorter, no blank that a sign or a
// point replaces. Positions are kept as whole tenths, so relative steps add up without drift.

#include <string>

namespace gumbelcheck::picture {

struct Point {
  double x = 0;
  double y = 0;
};

struct Box {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;

  double width() const { return right - left; }
  double height() const { return bottom - top; }
  bool contains(Point point) const {
    return point.x >= left && point.x <= right && point.y >= top && point.y <= bottom;
  }
  bool meets(const Box& other) const {
    return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
  }
  bool within(const Box& other) const {
    return left >= other.left && right <= other.right && top >= other.top && bottom <= other.bottom;
  }
};

class Path {
 public:
  void move(Point to);
  void line(Point to);  // nothing when it is shorter than a tenth
  void close();
  void dot(Point at);  // a line of no length: its round or square ends are what is seen
  void box(const Box& box);
  const std::string& data() const { return data_; }
  bool empty() const { return data_.empty(); }

 private:
  void write(char command, long value);

  std::string data_;
  long x_ = 0, y_ = 0;              // where it is, in tenths
  long start_x_ = 0, start_y_ = 0;  // where the subpath began
  char command_ = 0;                // that further numbers would repeat
  bool fraction_ = false;           // whether the last number has a point
};

// rule  at most one decimal, no leading zero: "12", ".5", "-3.1"
std::string tenths(double value);

}  // namespace gumbelcheck::picture
