#include "gumbelcheck/picture/svg.hpp"

#include <fmt/format.h>

#include <cctype>

#include "gumbelcheck/picture/text.hpp"

namespace gumbelcheck::picture {
namespace {

constexpr std::size_t kLongestDescription = 2000;
constexpr double kLargest = 1.4;  // pixels of a page for one of the picture, where there is room
constexpr double kRaised = 9;     // size of an exponent, as the stylesheet has it

}  // namespace

Ids::Ids(std::string prefix) : prefix_(std::move(prefix)) {
  std::erase_if(prefix_, [](unsigned char c) { return !(c < 0x80 && std::isalnum(c)) && c != '-'; });
  if (prefix_.empty() || !std::isalpha(static_cast<unsigned char>(prefix_[0]))) prefix_ = fmt::format("p{}", prefix_);
}

std::string Ids::next() { return fmt::format("{}-{}", prefix_, ++used_); }

std::string figure(const Words& words, const std::vector<std::string>& notes, double width, double height,
                   const std::string& body, Ids& ids) {
  const std::string id = ids.next();
  std::string said = clean(words.description, kLongestDescription);
  for (const std::string& note : notes) said += fmt::format("{}{}", said.empty() ? "" : " ", note);
  return fmt::format(
      "<svg class=\"picture\" viewBox=\"0 0 {} {}\" style=\"max-width:{}rem\" role=\"img\" aria-labelledby=\"{}t {}d\" "
      "xmlns=\"http://www.w3.org/2000/svg\"><title id=\"{}t\">{}</title><desc id=\"{}d\">{}</desc>\n{}</svg>\n",
      tenths(width), tenths(height), tenths(width * kLargest / 16), id, id, id, escaped(clean(words.title)), id,
      escaped(said), body);
}

std::string path_element(const Path& path, std::string_view classes) {
  if (path.empty()) return "";
  return fmt::format("<path class=\"{}\" d=\"{}\"/>\n", classes, path.data());
}

std::string text_element(std::string_view text, Point at, Anchor anchor, std::string_view classes) {
  std::string all(classes);
  if (anchor != Anchor::start) all += fmt::format("{}{}", all.empty() ? "" : " ", anchor == Anchor::end ? "e" : "m");
  if (!all.empty()) all = fmt::format(" class=\"{}\"", all);
  return fmt::format("<text{} x=\"{}\" y=\"{}\">{}</text>\n", all, tenths(at.x), tenths(at.y), escaped(text));
}

std::string tick_element(std::string_view label, Point at, Anchor anchor, std::string_view classes) {
  const std::size_t power = label.find('^');
  if (power == std::string_view::npos) return text_element(label, at, anchor, classes);
  std::string text = text_element(label, at, anchor, classes);
  const std::string marked = escaped(label);
  const std::string raised = fmt::format("{}<tspan class=\"u\" dy=\"-4\">{}</tspan>", escaped(label.substr(0, power)),
                                         escaped(label.substr(power + 1)));
  return text.replace(text.rfind(marked), marked.size(), raised);
}

double tick_width(std::string_view label) {
  const std::size_t power = label.find('^');
  if (power == std::string_view::npos) return width_of(label, kFont);
  return width_of(label.substr(0, power), kFont) + width_of(label.substr(power + 1), kRaised);
}

std::string heading(std::string_view title, double width, double& y) {
  std::string text;
  const std::string text_of_title = clean(title);
  std::vector<std::string> lines = lines_of(text_of_title, width, kTitleFont, 2, true);
  // Two lines of like length rather than a word alone.
  for (double narrower = width - 10; lines.size() == 2 && narrower > width / 2; narrower -= 10) {
    std::vector<std::string> balanced = lines_of(text_of_title, narrower, kTitleFont, 3, true);
    if (balanced.size() != 2) break;
    lines = std::move(balanced);
  }
  for (const std::string& line : lines) {
    y += kTitleLine;
    text += text_element(line, {0, y - 5}, Anchor::start, "n");
  }
  if (!lines.empty()) y += 2;
  return text;
}

std::string footing(const std::vector<std::string>& notes, double width, double& y) {
  std::string text;
  for (const std::string& note : notes) {
    for (const std::string& line : lines_of(note, width, kFont, 3)) {
      y += kLine;
      text += text_element(line, {0, y - 3});
    }
  }
  return text;
}

}  // namespace gumbelcheck::picture
