#include "gumbelcheck/claim/simplex_quadrature.hpp"

#include <algorithm>
#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <functional>
#include <numeric>

#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::claim {

namespace {

struct Node {
  double at;
  double weight;
  double coarse_share;
};

// Gauss-Kronrod points of (-1, 1), with the weights of the Gauss points among them.
template <unsigned Points>
std::vector<Node> kronrod_nodes() {
  using Fine = boost::math::quadrature::gauss_kronrod<double, Points>;
  using Coarse = boost::math::quadrature::gauss<double, Points / 2>;
  std::vector<Node> nodes;
  const auto& abscissas = Fine::abscissa();  // from 0 upwards; those below 0 mirror them
  // Every second one is a Gauss point, from 0 on where their number is odd.
  const std::size_t first = (Points / 2) % 2 == 1 ? 0 : 1;
  for (std::size_t i = 0; i < abscissas.size(); ++i) {
    const double weight = Fine::weights()[i];
    const double share = i % 2 == first ? Coarse::weights()[i / 2] / weight : 0;
    nodes.push_back({abscissas[i], weight, share});
    if (abscissas[i] != 0) nodes.push_back({-abscissas[i], weight, share});
  }
  return nodes;
}

// The same rule on each panel between neighbouring ends.
std::vector<Node> in_panels(const std::vector<Node>& nodes, const std::vector<double>& ends) {
  std::vector<Node> placed;
  for (std::size_t p = 1; p < ends.size(); ++p) {
    const double half = (ends[p] - ends[p - 1]) / 2;
    for (const Node& node : nodes) {
      placed.push_back({ends[p - 1] + half * (1 + node.at), half * node.weight, node.coarse_share});
    }
  }
  return placed;
}

// Every point of the product of `dimensions` copies of a rule.
void for_each_product(const std::vector<Node>& rule, std::size_t dimensions,
                      const std::function<void(const std::vector<Node>&)>& visit) {
  std::vector<std::size_t> index(dimensions);
  std::vector<Node> chosen(dimensions, rule.front());
  while (true) {
    for (std::size_t d = 0; d < dimensions; ++d) chosen[d] = rule[index[d]];
    visit(chosen);
    std::size_t d = 0;
    while (d < dimensions && ++index[d] == rule.size()) index[d++] = 0;
    if (d == dimensions) return;
  }
}

// Adds the point with these gaps, whose weight with respect to the gaps is known, and what a right density would
// contribute. A point has the volume of its gaps times the product of its entries.
void add_point(SimplexNodes& nodes, const std::vector<double>& gaps, double log_weight, double coarse_share,
               double expected) {
  nodes.expected.value += expected;
  nodes.expected.coarse += coarse_share * expected;
  double sum = 0;
  for (const double gap : gaps) sum += std::exp(-gap);
  const double log_sum = std::log(sum);
  for (const double gap : gaps) {
    nodes.points.push_back(std::exp(-gap) / sum);
    log_weight -= gap + log_sum;
  }
  nodes.log_weights.push_back(log_weight);
  nodes.coarse_shares.push_back(coarse_share);
}

// The density of temperature multiples of the gaps.
// rule  (K - 1)! prod_k P_k, P = softmax(logits + temperature gaps)
double density_of_multiples(const std::vector<double>& logits, const std::vector<double>& gaps, double temperature) {
  double top = -HUGE_VAL;
  for (std::size_t k = 0; k < logits.size(); ++k) top = std::max(top, logits[k] + temperature * gaps[k]);
  double sum = 0;
  for (std::size_t k = 0; k < logits.size(); ++k) sum += std::exp(logits[k] + temperature * gaps[k] - top);
  double density = std::tgamma(static_cast<double>(logits.size()));
  for (std::size_t k = 0; k < logits.size(); ++k) density *= std::exp(logits[k] + temperature * gaps[k] - top) / sum;
  return density;
}

// The inverse of the anchored form, cut at a largest gap: uniforms of the cube -> gaps, given the place m of the
// largest entry.
class AnchoredMap {
 public:
  AnchoredMap(const std::vector<double>& probabilities, double temperature, double largest_gap)
      : probabilities_(probabilities), temperature_(temperature) {
    for (const double p : probabilities) limits_.push_back(p * std::expm1(temperature * largest_gap));
  }

  // By the volume of the cube.
  struct Volume {
    double log_of_gaps = 0;
    double of_law = 1;  // the mass of the law given m
  };
  // Fills `gaps`.
  template <class Uniform>
  Volume gaps_of(std::size_t m, const Uniform& uniform, std::vector<double>& gaps) const {
    Volume volume;
    double sum = 1;  // 1 + S
    double j = 0;
    for (std::size_t i = 0; i < probabilities_.size(); ++i) {
      gaps[i] = 0;
      if (i == m) continue;
      j += 1;
      const double least = std::pow(sum / (sum + limits_[i]), j);
      const double u = least + (1 - least) * uniform(static_cast<std::size_t>(j) - 1);
      const double ratio = sum * std::expm1(-std::log(u) / j);  // B_i
      gaps[i] = std::log1p(ratio / probabilities_[i]) / temperature_;
      // U = (sum / (sum + B))^j and dB = (pi_i + B) temperature dgap
      volume.of_law *= 1 - least;
      volume.log_of_gaps += std::log1p(-least) + (j + 1) * std::log1p(ratio / sum) + std::log(sum) - std::log(j) -
                            std::log((probabilities_[i] + ratio) * temperature_);
      sum += ratio;
    }
    return volume;
  }

 private:
  const std::vector<double>& probabilities_;
  double temperature_;
  std::vector<double> limits_;
};

}  // namespace

Integral integrate(const SimplexNodes& nodes, const std::vector<double>& log_density) {
  Integral found;
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const double term = std::exp(log_density[n] + nodes.log_weights[n]);
    found.value += term;
    if (nodes.coarse_shares[n] > 0) found.coarse += nodes.coarse_shares[n] * term;
  }
  return found;
}

SimplexNodes gap_nodes(const std::vector<double>& logits, double temperature, double largest_gap) {
  const auto [low, high] = std::ranges::minmax(logits);
  const double spread = high - low;
  SimplexNodes nodes{.classes = logits.size(), .largest_gap = std::min(largest_gap, (64 + 2 * spread) / temperature)};
  // In multiples of the gap by the temperature the law bends within 12 and the spread of the logits, over a width of 1.
  const double end = nodes.largest_gap * temperature;
  const double bends = 12 + spread;
  double width = std::max(3.0, bends / 8);
  std::vector<double> ends = {0};
  while (ends.back() < end) {
    if (ends.back() >= bends) width = ends.back();
    ends.push_back(std::min(end, ends.back() + width));
  }
  const std::vector<Node> rule = in_panels(kronrod_nodes<21>(), ends);
  const double others = static_cast<double>(logits.size() - 1);
  std::vector<double> gaps(logits.size());
  for (std::size_t m = 0; m < logits.size(); ++m) {
    for_each_product(rule, logits.size() - 1, [&](const std::vector<Node>& chosen) {
      double weight = 1, share = 1;
      for (std::size_t d = 0; d < chosen.size(); ++d) {
        gaps[d < m ? d : d + 1] = chosen[d].at / temperature;
        weight *= chosen[d].weight;
        share *= chosen[d].coarse_share;
      }
      gaps[m] = 0;
      add_point(nodes, gaps, std::log(weight) - others * std::log(temperature), share,
                weight * density_of_multiples(logits, gaps, temperature));
    });
  }
  return nodes;
}

SimplexNodes anchored_nodes(const std::vector<double>& probabilities, double temperature, double largest_gap) {
  SimplexNodes nodes{.classes = probabilities.size(), .largest_gap = largest_gap};
  std::vector<Node> rule = in_panels(kronrod_nodes<15>(), {0, 1});
  for (Node& node : rule) {
    node.weight *= 3 * node.at * node.at;
    node.at *= node.at * node.at;
  }
  const AnchoredMap map(probabilities, temperature, largest_gap);
  std::vector<double> gaps(probabilities.size());
  for (std::size_t m = 0; m < probabilities.size(); ++m) {
    for_each_product(rule, probabilities.size() - 1, [&](const std::vector<Node>& chosen) {
      double weight = 1, share = 1;
      for (const Node& node : chosen) {
        weight *= node.weight;
        share *= node.coarse_share;
      }
      const AnchoredMap::Volume volume = map.gaps_of(
          m, [&](std::size_t d) { return chosen[d].at; }, gaps);
      add_point(nodes, gaps, std::log(weight) + volume.log_of_gaps, share, weight * probabilities[m] * volume.of_law);
    });
  }
  return nodes;
}

SimplexNodes law_points(const std::vector<double>& probabilities, double temperature, std::size_t count,
                        random::Stream& stream) {
  SimplexNodes nodes{.classes = probabilities.size(), .largest_gap = HUGE_VAL};
  const AnchoredMap map(probabilities, temperature, HUGE_VAL);
  std::vector<double> sums(probabilities.size());
  std::partial_sum(probabilities.begin(), probabilities.end(), sums.begin());
  std::vector<double> gaps(probabilities.size());
  for (std::size_t n = 0; n < count; ++n) {
    const double place = random::uniform_pair(stream()).lower * sums.back();
    const auto m = static_cast<std::size_t>(std::ranges::upper_bound(sums, place) - sums.begin());
    const AnchoredMap::Volume volume = map.gaps_of(
        m, [&](std::size_t) { return random::uniform_pair(stream()).lower; }, gaps);
    const double log_weight = -std::log(static_cast<double>(count) * probabilities[m]) + volume.log_of_gaps;
    add_point(nodes, gaps, log_weight, n % 2 == 0 ? 2 : 0, 1 / static_cast<double>(count));
  }
  return nodes;
}

}  // namespace gumbelcheck::claim
