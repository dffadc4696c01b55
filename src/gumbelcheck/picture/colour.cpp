#include "gumbelcheck/picture/colour.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string_view>

namespace gumbelcheck::picture {
namespace {

// rule    OKLCH (Ottosson 2020) to sRGB, clipped; hue in degrees
std::string oklch(double lightness, double chroma, double hue) {
  const double a = chroma * std::cos(hue * std::numbers::pi / 180);
  const double b = chroma * std::sin(hue * std::numbers::pi / 180);
  const auto cubed = [](double x) { return x * x * x; };
  const double l = cubed(lightness + .3963377774 * a + .2158037573 * b);
  const double m = cubed(lightness - .1055613458 * a - .0638541728 * b);
  const double s = cubed(lightness - .0894841775 * a - 1.2914855480 * b);
  const auto byte = [](double linear) {
    const double value = linear <= .0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1 / 2.4) - .055;
    return static_cast<int>(std::lround(255 * std::clamp(value, 0., 1.)));
  };
  return fmt::format("#{:02x}{:02x}{:02x}", byte(4.0767416621 * l - 3.3077115913 * m + .2309699292 * s),
                     byte(-1.2684380046 * l + 2.6097574011 * m - .3413193965 * s),
                     byte(-.0041960863 * l - .7034186147 * m + 1.7076147010 * s));
}

Palette with_levels(Palette colours, Scheme scheme) {
  for (int i = 0; i < kLevels; ++i) {
    const double t = double(i) / (kLevels - 1);
    // Light: pale yellow-green to deep blue-violet. Dark: deep violet to bright yellow-green.
    const double lightness = scheme == Scheme::light ? .955 - .63 * t : .29 + .62 * t;
    const double hue = scheme == Scheme::light ? 125 + 150 * t : 285 - 165 * t;
    const double chroma = .035 + .1 * std::sin(std::numbers::pi * (.12 + .72 * t));
    const auto at = static_cast<std::size_t>(i);
    colours.levels[at] = oklch(lightness, chroma, hue);
    colours.on_levels[at] = lightness > .54 ? "#000000" : "#ffffff";
  }
  return colours;
}

// The custom properties of a scheme.
std::string properties(const Palette& colours) {
  std::string text = fmt::format("--paper:{};--ink:{};--muted:{};--axis:{};--grid:{};", colours.paper, colours.ink,
                                 colours.muted, colours.axis, colours.grid);
  for (std::size_t i = 0; i < kTones; ++i) text += fmt::format("--c{}:{};", i, colours.tones[i]);
  for (std::size_t i = 0; i < kLevels; ++i) {
    text += fmt::format("--h{}:{};--o{}:{};", i, colours.levels[i], i, colours.on_levels[i]);
  }
  text.pop_back();
  return text;
}

// n title, i ink, e and m anchors, u exponent; g grid, x axis, l line, w1 thin, d1 d2 dashes; r disc, q square, v the
// paper in a ring; f filled, b bars, a band; k label in a tone, z with paper around it.
constexpr std::string_view kShapes = R"(.picture{display:block;width:100%;height:auto;fill:var(--muted);
font:12px system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
-webkit-print-color-adjust:exact;print-color-adjust:exact}
.picture .n{font-size:15px;font-weight:600;fill:var(--ink)}
.picture .i{fill:var(--ink)}
.picture .e{text-anchor:end}
.picture .m{text-anchor:middle}
.picture .u{font-size:9px}
.picture .g{fill:none;stroke:var(--grid)}
.picture .x{fill:none;stroke:var(--axis)}
.picture .l{fill:none;stroke:var(--c);stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round}
.picture .w1{stroke-width:1.2}
.picture .d1{stroke-dasharray:6 3;stroke-linecap:butt}
.picture .d2{stroke-dasharray:1.5 3;stroke-linecap:butt}
.picture .r{fill:none;stroke:var(--c);stroke-width:6;stroke-linecap:round}
.picture .q{fill:none;stroke:var(--c);stroke-width:5;stroke-linecap:square}
.picture .v{stroke:var(--paper);stroke-width:3}
.picture .f{fill:var(--c)}
.picture .b{fill:var(--c);fill-opacity:.35;stroke:var(--c);stroke-width:.8}
.picture .a{fill:var(--c);fill-opacity:.18}
.picture .k{fill:var(--c);font-weight:500}
.picture .z{paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}
.pictures{display:flex;flex-wrap:wrap;gap:.75rem 1rem;align-items:flex-start}
.pictures>.picture{flex:1 1 10rem}
@media print{.picture{break-inside:avoid}}
)";

}  // namespace

const Palette& palette(Scheme scheme) {
  static const Palette light = with_levels({.paper = "#ffffff",
                                            .ink = "#1b1f24",
                                            .muted = "#58616b",
                                            .axis = "#7d8690",
                                            .grid = "#e3e7eb",
                                            .tones = {"#0068b0", "#bd4b00", "#006b4f", "#8a2f78", "#1b1f24", "#58616b"},
                                            .levels = {},
                                            .on_levels = {}},
                                           Scheme::light);
  static const Palette dark = with_levels({.paper = "#14171c",
                                           .ink = "#e8ebee",
                                           .muted = "#a3acb6",
                                           .axis = "#78828d",
                                           .grid = "#2a2f37",
                                           .tones = {"#62b5f4", "#f58a45", "#4fd0a5", "#dc9ad0", "#e8ebee", "#a3acb6"},
                                           .levels = {},
                                           .on_levels = {}},
                                          Scheme::dark);
  return scheme == Scheme::light ? light : dark;
}

std::string tone_class(Tone tone) { return fmt::format("c{}", static_cast<int>(tone)); }

std::string stylesheet() {
  // Print comes as the light scheme: the dark one is for screens alone.
  std::string text = fmt::format(".picture{{{}}}\n@media screen and (prefers-color-scheme:dark){{.picture{{{}}}}}\n",
                                 properties(palette(Scheme::light)), properties(palette(Scheme::dark)));
  text += kShapes;
  for (int i = 0; i < kTones; ++i) text += fmt::format(".picture .c{0}{{--c:var(--c{0})}}", i);
  text += '\n';
  for (int i = 0; i < kLevels; ++i) {
    text += fmt::format(
        ".picture .h{0}{{fill:var(--h{0});stroke:var(--h{0});stroke-width:.5}}"
        ".picture .o{0}{{fill:var(--o{0})}}",
        i);
  }
  text += '\n';
  return text;
}

}  // namespace gumbelcheck::picture
