#pragma once

// The elements that every picture is made of. Coordinates are pixels of the viewBox.

#include <string>
#include <string_view>
#include <vector>

#include "gumbelcheck/picture/colour.hpp"
#include "gumbelcheck/picture/path.hpp"

namespace gumbelcheck::picture {

inline constexpr double kFont = 12;
inline constexpr double kLine = 15;    // from line to line of that size
inline constexpr double kSwatch = 18;  // of a legend
inline constexpr double kTitleFont = 15;
inline constexpr double kTitleLine = 19;

// Names of elements, unique in a page: one Ids for the page, with a prefix that nothing else there begins with.
class Ids {
 public:
  explicit Ids(std::string prefix = "picture");  // letters, digits and '-' stay
  std::string next();

 private:
  std::string prefix_;
  int used_ = 0;
};

// What the eye reads of it, and what a screen reader says.
struct Words {
  std::string title;
  std::string description;  // what is seen in it, in a sentence or two
};

// rule  <svg> with role img, named by <title> and <desc>; `notes` go into the description too
std::string figure(const Words& words, const std::vector<std::string>& notes, double width, double height,
                   const std::string& body, Ids& ids);

// rule  nothing for an empty path
std::string path_element(const Path& path, std::string_view classes);

enum class Anchor { start, middle, end };
std::string text_element(std::string_view clean_text, Point at, Anchor anchor = Anchor::start,
                         std::string_view classes = "");

// A label of an axis: "2^16" with the exponent raised.
std::string tick_element(std::string_view label, Point at, Anchor anchor, std::string_view classes = "");
double tick_width(std::string_view label);

// The heading of a picture: the title, in at most two lines. Moves `y` below it.
std::string heading(std::string_view title, double width, double& y);

// Lines of notes under a picture.
std::string footing(const std::vector<std::string>& notes, double width, double& y);

}  // namespace gumbelcheck::picture
