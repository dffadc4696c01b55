#include "gumbelcheck/report/html_style.hpp"

#include <fmt/format.h>

#include <string_view>

#include "gumbelcheck/picture/colour.hpp"

namespace gumbelcheck::report {

namespace {

// The paper and ink of the pictures, and the page's own.
std::string colours(picture::Scheme scheme, std::string_view own) {
  const picture::Palette& palette = picture::palette(scheme);
  return fmt::format("--paper:{};--ink:{};--soft:{};--hair:{};{}", palette.paper, palette.ink, palette.muted,
                     palette.grid, own);
}

constexpr std::string_view kLight =
    "--good:#0b6b45;--bad:#b3261e;--open:#8a5300;--none:#58616b;--link:#0b57a4;--raised:#f5f7f9";
constexpr std::string_view kDark =
    "--good:#5fd3a4;--bad:#ff8f85;--open:#f3b55e;--none:#a3acb6;--link:#7fb8f5;--raised:#1d2127";

constexpr std::string_view kRules = R"(
*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
main,header,footer{max-width:64rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.5rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .75rem}
h2{font-size:1.2rem;line-height:1.3;margin:2.5rem 0 .5rem}
h3{font-size:1.1rem;line-height:1.3;margin:0 0 .5rem}
h4{font-size:1rem;line-height:1.3;margin:1rem 0 .5rem}
p{margin:.5rem 0;max-width:44rem}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,pre:focus-visible,.scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;background:var(--paper);padding:.5rem}
.verdict{font-size:1.15rem;font-weight:600;border-left:.35rem solid var(--tone);padding:.25rem 0 .25rem .75rem;max-width:50rem}
.soft{color:var(--soft);font-size:.9rem}
.upheld{--tone:var(--good)}.refuted,.broken{--tone:var(--bad)}.inconclusive{--tone:var(--open)}.unsupported{--tone:var(--none)}
.mark{color:var(--tone);font-weight:600;white-space:nowrap}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);font-size:.9rem;padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .75rem .3rem 0;border-bottom:1px solid var(--hair)}
thead th{color:var(--soft);font-weight:500}
tbody th{font-weight:500}
td:first-child{white-space:nowrap}
.cases :is(th,td):not(:first-child){overflow-wrap:anywhere}
.n,.cases td:nth-child(3){text-align:right}
section.claim{border-top:1px solid var(--hair);padding:1.25rem 0 .75rem}
dl{margin:.5rem 0;display:grid;grid-template-columns:minmax(8rem,auto) 1fr;gap:.15rem 1rem;font-size:.9rem}
dt{color:var(--soft)}
dd{margin:0;min-width:0;overflow-wrap:anywhere}
pre{margin:.5rem 0;padding:.6rem .75rem;background:var(--raised);border-radius:.3rem;font-size:.8rem;line-height:1.45;white-space:pre-wrap;overflow-wrap:anywhere}
summary{cursor:pointer;color:var(--link);font-size:.9rem;padding:.25rem 0}
.pictures{margin:.75rem 0}
.charts>.pictures,.small>.pictures{display:grid;gap:1rem 1.5rem}
.charts>.pictures{grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr))}
.small>.pictures{grid-template-columns:repeat(auto-fill,minmax(min(46%,12rem),1fr))}
.scroll{overflow-x:auto}
footer{color:var(--soft);font-size:.85rem;padding-top:2rem;padding-bottom:2rem}
@media (max-width:44rem){.wide,.cases :is(td,th):is(:nth-child(3),:nth-child(5)){display:none}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.35rem}th,td{padding-right:.5rem}}
@media (max-width:24rem){table{font-size:.8rem}th,td{padding-right:.35rem}}
@media print{html{font-size:80%}details{display:none}svg,tr,pre{break-inside:avoid}h2,h3,h4{break-after:avoid}main,header,footer{max-width:none}a{color:inherit;text-decoration:none}}
)";

}  // namespace

std::string page_stylesheet() {
  return fmt::format(":root{{{}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{}}}}}{}{}",
                     colours(picture::Scheme::light, kLight), colours(picture::Scheme::dark, kDark), kRules,
                     picture::stylesheet());
}

std::string page_head(std::string_view title, std::string_view skip_to, std::string_view skip_words) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{} - Gumbelcheck</title>\n<style>\n{}</style>\n</head>\n<body>\n"
      "<a class=\"skip\" href=\"#{}\">{}</a>\n",
      title, page_stylesheet(), skip_to, skip_words);
}

}  // namespace gumbelcheck::report
