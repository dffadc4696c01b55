#include "gumbelcheck/picture/colour.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace gumbelcheck::picture {
namespace {

using Colour = std::array<double, 3>;  // linear red, green, blue

Colour linear(const std::string& hex) {
  Colour colour{};
  for (std::size_t i = 0; i < 3; ++i) {
    const double value = std::stoi(hex.substr(1 + 2 * i, 2), nullptr, 16) / 255.;
    colour[i] = value <= .04045 ? value / 12.92 : std::pow((value + .055) / 1.055, 2.4);
  }
  return colour;
}

double luminance(const Colour& c) { return .2126 * c[0] + .7152 * c[1] + .0722 * c[2]; }

// WCAG 2.1.
double contrast(const std::string& a, const std::string& b) {
  const double x = luminance(linear(a));
  const double y = luminance(linear(b));
  return (std::max(x, y) + .05) / (std::min(x, y) + .05);
}

// CIE 1976, white D65.
Colour lab(const Colour& c) {
  const auto f = [](double t) { return t > .008856 ? std::cbrt(t) : 7.787 * t + 16. / 116; };
  const double x = f((.4124 * c[0] + .3576 * c[1] + .1805 * c[2]) / .9505);
  const double y = f(luminance(c));
  const double z = f((.0193 * c[0] + .1192 * c[1] + .9505 * c[2]) / 1.089);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double lightness(const std::string& hex) { return lab(linear(hex))[0]; }

// Machado, Oliveira and Fernandes 2009, severity 1: what protanopes, deuteranopes and tritanopes see.
constexpr double kSeen[3][9] = {{.152286, 1.052583, -.204868, .114503, .786281, .099216, -.003882, -.048116, 1.051998},
                                {.367322, .860646, -.227968, .280085, .672501, .047413, -.011820, .042940, .968881},
                                {1.255528, -.076749, -.178779, -.078411, .930809, .147602, .004733, .691367, .303900}};

double difference(const std::string& a, const std::string& b, const double* eye) {
  const auto as_seen = [&](const std::string& hex) {
    const Colour c = linear(hex);
    Colour result{};
    for (std::size_t i = 0; i < 3; ++i) {
      result[i] = std::max(0., eye[3 * i] * c[0] + eye[3 * i + 1] * c[1] + eye[3 * i + 2] * c[2]);
    }
    return lab(result);
  };
  const Colour x = as_seen(a);
  const Colour y = as_seen(b);
  return std::hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}

TEST(Colour, the_tests_own_contrast_is_that_of_wcag) {
  EXPECT_NEAR(contrast("#000000", "#ffffff"), 21, 1e-9);
  EXPECT_NEAR(contrast("#777777", "#ffffff"), 4.48, .005);
  EXPECT_NEAR(lightness("#ffffff"), 100, .05);
}

TEST(Colour, words_and_lines_stand_out_from_the_paper) {
  for (const Scheme scheme : {Scheme::light, Scheme::dark}) {
    const Palette& colours = palette(scheme);
    for (const std::string& tone : colours.tones) EXPECT_GE(contrast(tone, colours.paper), 4.5) << tone;
    EXPECT_GE(contrast(colours.ink, colours.paper), 7);
    EXPECT_GE(contrast(colours.muted, colours.paper), 4.5);
    EXPECT_GE(contrast(colours.axis, colours.paper), 3);
    EXPECT_LT(contrast(colours.grid, colours.paper), 1.6) << "a grid is to be overlooked";
    for (std::size_t i = 0; i < kLevels; ++i) {
      EXPECT_GE(contrast(colours.on_levels[i], colours.levels[i]), 4.5) << colours.levels[i];
    }
  }
}

// 10 is what is told apart at a glance; the same must hold for eyes that lack one kind of cone.
TEST(Colour, tones_are_told_apart_by_every_eye) {
  for (const Scheme scheme : {Scheme::light, Scheme::dark}) {
    for (const auto& eye : kSeen) {
      for (std::size_t i = 0; i < 4; ++i) {
        for (std::size_t j = 0; j < i; ++j) {
          const Palette& colours = palette(scheme);
          EXPECT_GE(difference(colours.tones[i], colours.tones[j], eye), 10) << colours.tones[i] << colours.tones[j];
        }
      }
    }
  }
}

TEST(Colour, levels_run_from_the_paper_in_equal_steps) {
  for (const Scheme scheme : {Scheme::light, Scheme::dark}) {
    const Palette& colours = palette(scheme);
    const double paper = lightness(colours.paper);
    const double whole = lightness(colours.levels.back()) - lightness(colours.levels.front());
    EXPECT_GT(std::abs(whole), 55);
    EXPECT_LT(std::abs(lightness(colours.levels.front()) - paper), 20);
    EXPECT_GT(std::abs(lightness(colours.levels.back()) - paper), 60);
    for (std::size_t i = 1; i < kLevels; ++i) {
      const double step = (lightness(colours.levels[i]) - lightness(colours.levels[i - 1])) * (kLevels - 1) / whole;
      EXPECT_NEAR(step, 1, .35) << i;
    }
  }
}

TEST(Colour, print_is_light_and_every_class_is_there) {
  const std::string css = stylesheet();
  EXPECT_NE(css.find("@media screen and (prefers-color-scheme:dark)"), std::string::npos);
  for (int i = 0; i < kTones; ++i) EXPECT_NE(css.find("." + tone_class(static_cast<Tone>(i)) + "{"), std::string::npos);
  for (const char* each :
       {".g", ".x", ".l", ".f", ".b", ".a", ".k", ".z", ".r", ".q", ".n", ".i", ".e", ".m", ".u", ".h8", ".o8"}) {
    EXPECT_NE(css.find(std::string(".picture ") + each), std::string::npos) << each;
  }
}

}  // namespace
}  // namespace gumbelcheck::picture
