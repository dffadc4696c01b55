#include "gumbelcheck/picture/path.hpp"

#include <cmath>
#include <cstdlib>

namespace gumbelcheck::picture {
namespace {

std::string text_of(long value) {
  std::string text = value < 0 ? "-" : "";
  const long size = std::labs(value);
  if (size >= 10 || size == 0) text += std::to_string(size / 10);
  if (size % 10 != 0) text.append(1, '.').append(1, static_cast<char>('0' + size % 10));
  return text;
}

}  // namespace

std::string tenths(double value) { return text_of(std::lround(value * 10)); }

void Path::write(char command, long value) {
  const std::string text = text_of(value);
  const bool named = command != command_;
  if (named) {
    data_ += command;
  } else if (text[0] != '-' && !(text[0] == '.' && fraction_)) {
    data_ += ' ';
  }
  data_ += text;
  command_ = command;
  fraction_ = text.find('.') != std::string::npos;
}

void Path::move(Point to) {
  const long x = std::lround(to.x * 10);
  const long y = std::lround(to.y * 10);
  const bool relative =
      !data_.empty() && text_of(x - x_).size() + text_of(y - y_).size() < text_of(x).size() + text_of(y).size();
  command_ = 0;
  write(relative ? 'm' : 'M', relative ? x - x_ : x);
  write(relative ? 'm' : 'M', relative ? y - y_ : y);
  command_ = relative ? 'l' : 0;  // numbers after m are lines already
  start_x_ = x_ = x;
  start_y_ = y_ = y;
}

void Path::line(Point to) {
  const long x = std::lround(to.x * 10);
  const long y = std::lround(to.y * 10);
  if (x == x_ && y == y_) return;
  if (y == y_) {
    write('h', x - x_);
  } else if (x == x_) {
    write('v', y - y_);
  } else {
    write('l', x - x_);
    write('l', y - y_);
  }
  x_ = x;
  y_ = y;
}

void Path::close() {
  data_ += 'z';
  command_ = 0;
  x_ = start_x_;
  y_ = start_y_;
}

void Path::dot(Point at) {
  move(at);
  write('h', 0);
}

void Path::box(const Box& box) {
  move({box.left, box.top});
  line({box.right, box.top});
  line({box.right, box.bottom});
  line({box.left, box.bottom});
  close();
}

}  // namespace gumbelcheck::picture
