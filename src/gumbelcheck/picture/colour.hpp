#pragma once

// The colours of a picture, in light and in dark, and the stylesheet that names them. Colour never carries a
// meaning alone: lines have dashes, points shapes, and labels stand beside what they name.
//
// rule  text and tones keep a contrast of 4.5 with the paper, so that a label may have its line's tone; axes and
//       other lines that must be seen 3 (WCAG 2.1)

#include <array>
#include <string>

namespace gumbelcheck::picture {

enum class Tone { blue, vermilion, green, purple, ink, muted };  // the first four after Okabe and Ito, darkened
inline constexpr int kTones = 6;
inline constexpr int kLevels = 9;  // of a heat map: more are not told apart

enum class Scheme { light, dark };

struct Palette {
  std::string paper;
  std::string ink;    // titles
  std::string muted;  // labels of axes
  std::string axis;
  std::string grid;  // to be overlooked
  std::array<std::string, kTones> tones;
  // From next to the paper to far from it, in equal steps of lightness and one hue turning: OKLCH.
  std::array<std::string, kLevels> levels;
  std::array<std::string, kLevels> on_levels;  // text on them
};

const Palette& palette(Scheme scheme);  // "#rrggbb"

// For a <style> element, once a page: everything that the pictures' classes mean, under .picture and .pictures.
// Light, dark where the reader prefers it, light on paper.
std::string stylesheet();

// Class of an element in a tone: "c0".
std::string tone_class(Tone tone);

}  // namespace gumbelcheck::picture
