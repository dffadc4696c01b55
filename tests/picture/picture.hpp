#pragma once

// What a browser would see of a picture: a reader of SVG that shares no code with what draws it, and generators of
// data of every size.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <pugixml.hpp>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "gumbelcheck/picture/path.hpp"
#include "gumbelcheck/picture/text.hpp"

namespace gumbelcheck::picture {

// Absolute positions that a path goes through, by the grammar of SVG 1.1.
inline std::vector<Point> positions(const std::string& data) {
  std::vector<Point> result;
  const char* at = data.c_str();
  const auto number = [&] {
    while (*at == ' ' || *at == ',') ++at;
    const char* begin = at;
    if (*at == '-') ++at;
    while (std::isdigit(static_cast<unsigned char>(*at))) ++at;
    if (*at == '.') ++at;
    while (std::isdigit(static_cast<unsigned char>(*at))) ++at;
    if (at == begin) throw std::runtime_error("no number in a path: " + data);
    return std::strtod(std::string(begin, at).c_str(), nullptr);
  };
  Point p;
  Point start;
  char command = 0;
  while (*at != 0) {
    if (std::isalpha(static_cast<unsigned char>(*at))) command = *at++;
    switch (command) {
      case 'M':
        p.x = number();
        p.y = number();
        start = p;
        command = 'L';
        break;
      case 'm':
        p.x += number();
        p.y += number();
        start = p;
        command = 'l';
        break;
      case 'L':
        p.x = number();
        p.y = number();
        break;
      case 'l':
        p.x += number();
        p.y += number();
        break;
      case 'h':
        p.x += number();
        break;
      case 'v':
        p.y += number();
        break;
      case 'z':
        p = start;
        command = 0;
        continue;
      default:
        throw std::runtime_error("a command that is not read: " + data);
    }
    result.push_back(p);
  }
  return result;
}

// An attribute that must be a decimal number and nothing else.
inline double number_of(const pugi::xml_node& node, const char* name) {
  const std::string text = node.attribute(name).value();
  if (text.empty() || text.find_first_not_of("-.0123456789") != std::string::npos) {
    throw std::runtime_error(std::string("no number: ") + name + "=" + text);
  }
  return std::strtod(text.c_str(), nullptr);
}

struct Written {
  std::string text;
  Box box;
};

struct Seen {
  double width = 0, height = 0;
  std::string title, description;
  std::vector<Point> points;  // of all paths
  std::vector<Written> words;
  std::vector<std::string> ids;
};

// Throws where the text is no XML, or not of the form that a picture has.
inline Seen seen(const std::string& svg) {
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer(svg.data(), svg.size(), pugi::parse_full);
  if (!parsed) throw std::runtime_error(std::string("not well-formed: ") + parsed.description() + "\n" + svg);
  for (const char c : svg) {  // the parser is lenient here
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n') throw std::runtime_error("a control character");
  }
  const pugi::xml_node root = document.child("svg");
  Seen result;
  double left = 1;
  double top = 1;
  if (std::sscanf(root.attribute("viewBox").value(), "%lf %lf %lf %lf", &left, &top, &result.width, &result.height) !=
          4 ||
      left != 0 || top != 0) {
    throw std::runtime_error("no viewBox");
  }
  result.title = root.child("title").text().get();
  result.description = root.child("desc").text().get();
  for (const pugi::xml_node node : root.children()) {
    if (node.attribute("id")) result.ids.push_back(node.attribute("id").value());
    const std::string name = node.name();
    if (name == "path") {
      for (const Point p : positions(node.attribute("d").value())) result.points.push_back(p);
    } else if (name == "text") {
      std::string text = node.text().get();
      std::string classes = " " + std::string(node.attribute("class").value()) + " ";
      const bool title = classes.find(" n ") != std::string::npos;
      const double size = title ? 15 : 12;
      double width = width_of(text, size, title);
      if (const pugi::xml_node raised = node.child("tspan")) {
        text += "^" + std::string(raised.text().get());
        width += width_of(raised.text().get(), 9);
      }
      const double x = number_of(node, "x");
      const double y = number_of(node, "y");
      const double begin = classes.find(" e ") != std::string::npos   ? x - width
                           : classes.find(" m ") != std::string::npos ? x - width / 2
                                                                      : x;
      // Height of letters and digits; what hangs below the line may come near the next.
      result.words.push_back({text, {begin, y - .72 * size, begin + width, y}});
    } else if (name != "title" && name != "desc" && node.type() == pugi::node_element) {
      throw std::runtime_error("an element that is not read: " + name);
    }
  }
  return result;
}

// Everything lies within the picture, and no words touch. Returns what is wrong, or "".
inline std::string fault_of(const std::string& svg) {
  const Seen picture = seen(svg);
  const Box all{-.06, -.06, picture.width + .06, picture.height + .06};
  for (const Point p : picture.points) {
    if (!all.contains(p)) return "a point outside: " + std::to_string(p.x) + ", " + std::to_string(p.y);
  }
  for (std::size_t i = 0; i < picture.words.size(); ++i) {
    const Written& a = picture.words[i];
    if (!a.box.within(all)) return "words outside: " + a.text;
    for (std::size_t j = 0; j < i; ++j) {
      if (a.box.meets(picture.words[j].box)) return "words touch: " + a.text + " and " + picture.words[j].text;
    }
  }
  const std::set<std::string> unique(picture.ids.begin(), picture.ids.end());
  if (unique.size() != 2) return "title and description without ids of their own";
  return "";
}

// From any bits, or a small number, or one of a few.
inline double double_of(std::uint64_t bits) {
  switch (bits % 4) {
    case 0:
      return double(static_cast<std::int64_t>(bits / 4 % 41) - 20) / 4;
    case 1:
      return std::bit_cast<double>(bits * 0x9E3779B97F4A7C15u);
    case 2:
      return std::ldexp(double(bits / 4 % 1000) - 300, static_cast<int>(bits / 4000 % 40) - 20);
    default: {
      const double some[] = {0,         -0.,
                             1,         1e-300,
                             1e300,     std::numeric_limits<double>::max(),
                             -1e308,    std::numeric_limits<double>::denorm_min(),
                             1 + 1e-12, 1e-6,
                             65536};
      return some[bits / 4 % 11];
    }
  }
}
inline rc::Gen<double> any_double() { return rc::gen::map(rc::gen::arbitrary<std::uint64_t>(), double_of); }
inline rc::Gen<double> finite_double() {
  return rc::gen::suchThat(any_double(), [](double value) { return std::isfinite(value); });
}

}  // namespace gumbelcheck::picture
