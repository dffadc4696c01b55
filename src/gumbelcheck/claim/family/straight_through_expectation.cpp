// straight-through/expectation: what the straight-through gradient is on average, for subjects whose noise cannot be
// frozen too; and how far that is from the gradient it stands for.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "gumbelcheck/claim/cases.hpp"
#include "gumbelcheck/claim/drawing.hpp"
#include "gumbelcheck/claim/gradient_witness.hpp"
#include "gumbelcheck/claim/reals.hpp"
#include "gumbelcheck/claim/rounded_coin.hpp"
#include "gumbelcheck/gradient/directions.hpp"
#include "gumbelcheck/law/concrete_moments.hpp"
#include "gumbelcheck/law/softmax.hpp"
#include "gumbelcheck/random/uniform.hpp"

namespace gumbelcheck::claim::family {

namespace {

using subject::Operation;

constexpr CasePlan kPlan = {.draws = std::uint64_t{1} << 19, .effect = .01};
constexpr std::size_t kMostClasses = 16;
constexpr double kReach = .875;               // of the cotangent
constexpr double kLargestEntry = kReach / 2;  // of temperature * gradient
// Of the declared effect: the coins left to the law hide twice their rounding on average, an eighth of it then.
constexpr double kLargestSlack = 1.0 / 16;
const char* const kHard = "hard";
const char* const kSoft = "soft";
// Stakes of the bets on each entry, as shares of the largest that cannot be lost.
constexpr std::array kStakes = {.02, .1, .4};

std::string missing_gradient(const subject::Description& description) {
  if (std::string missing = lacks(description, Operation::gumbel_softmax); !missing.empty()) return missing;
  return description.offer(Operation::gumbel_softmax)->gradient ? ""
                                                                : "The subject offers no gradient of gumbel_softmax.";
}

// Not colder than .1 by default: there the mean of temperature times the gradient falls below the declared effect.
std::vector<Case> expectation_cases(const subject::Description& description, const Request& asked) {
  const Request request = of_possible_classes(asked);
  CaseList list("straight-through/expectation", request);
  const std::vector<subject::Dtype> dtypes = judged_dtypes(description);
  const char* path = description.offer(Operation::gumbel_softmax)->hard ? kHard : kSoft;
  std::vector<double> temperatures = {.1, .5, 1, 2, 10};
  if (!request.temperatures.empty()) temperatures = request.temperatures;
  std::size_t turn = 0;
  for (const double temperature : temperatures) {
    list.add(spread_logits(request.seed, 3, 1.5), dtypes[turn++ % dtypes.size()], temperature, kPlan, path);
  }
  list.add(listed_logits({.75, 0}, "2 classes"), dtypes.back(), temperature_or(request, .5), kPlan, path);
  return list.take();
}

// A cotangent that reaches from -7/8 to 7/8, on the grid of 2^-10: |temperature * gradient| is at most 7/16, and the coin
// of an entry never certain, however hot the sample.
std::vector<double> case_cotangent(const Inquiry& inquiry, std::size_t classes) {
  random::Stream stream(inquiry.stream(random::Purpose::cotangent));
  std::vector<double> v = gradient::random_cotangent(stream, classes);
  const auto [low, high] = std::ranges::minmax(v);
  for (double& entry : v) {
    entry = std::round((2 * (entry - low) / (high - low) - 1) * kReach * 1024) / 1024;
  }
  return v;
}

// One entry of temperature * gradient: a number in [-1/2, 1/2], and in less than that, of known mean.
class Entry {
 public:
  // `slack` is more than rounding moves an entry by: bets upwards are made against the mean plus it, downwards minus it,
  // and a coin that it could turn is left to the law.
  Entry(double mean, double slack) : mean_(mean), coin_(.5 + mean, slack) {
    for (const double share : kStakes) {
      bets_.push_back({share / (mean + slack + .5), mean + slack});
      bets_.push_back({-share / (.5 - mean + slack), mean - slack});
    }
  }

  statistic::CellLaw coin(std::size_t number) const {
    return {.name = fmt::format("coin of entry {}", number), .probability = {.5 + mean_, .5 - mean_}};
  }
  static statistic::RatioLaw bets(std::size_t number) {
    statistic::RatioLaw law{.name = fmt::format("bets on the mean of entry {}", number), .points = {}};
    for (const double share : kStakes) {
      law.points.push_back(fmt::format("above, stake {:g}", share));
      law.points.push_back(fmt::format("below, stake {:g}", share));
    }
    return law;
  }

  // rule  log(1 + stake (x - mean)): the expectation of the exponential is 1 under the claim
  void add(double x, double uniform, std::vector<std::uint64_t>& coin, std::vector<std::int64_t>& ratios) {
    coin_.add(x + .5, uniform, coin);
    for (std::size_t b = 0; b < bets_.size(); ++b) {
      ratios[b] =
          statistic::add_ratio(ratios[b], statistic::ratio_units(std::log1p(bets_[b].stake * (x - bets_[b].mean))));
    }
  }

 private:
  struct Bet {
    double stake;
    double mean;
  };
  double mean_;
  RoundedCoin coin_;
  std::vector<Bet> bets_;
};

// Powers of the entries, for the estimates. Added in the order of the draws, which is fixed.
struct Powers {
  double first = 0, second = 0, fourth = 0;  // sums over draws
};

class ExpectationTally {
 public:
  ExpectationTally(Inquiry& inquiry)
      : inquiry_(inquiry),
        classes_(inquiry.tried().logits.size()),
        logits_(rounded_logits(inquiry.tried())),
        cotangent_(case_cotangent(inquiry, classes_)),
        moments_(logits_, inquiry.tried().temperature),
        mean_(moments_.scaled_gradient(cotangent_)),
        powers_(classes_) {
    const Case& tried = inquiry.tried();
    slack_ = typical_rounding(classes_, leading_size(tried, row_layout(tried.shape, tried.axis)), tried.dtype) / 2 +
             law::kMomentError;
    if (slack_ > kLargestSlack * tried.effect) {
      throw Ended{Verdict::unsupported,
                  fmt::format("At temperature {:g} rounding in {} may move a gradient by {:.2g} of its range: too much "
                              "for a mean of effect {:g}.",
                              tried.temperature, subject::name(tried.dtype), slack_, tried.effect)};
    }
    for (const double mean : mean_) entries_.emplace_back(mean, slack_);
  }

  statistic::Engine engine() const {
    std::vector<statistic::CellLaw> coins;
    std::vector<statistic::RatioLaw> bets;
    for (std::size_t j = 0; j < classes_; ++j) {
      coins.push_back(entries_[j].coin(j));
      bets.push_back(Entry::bets(j));
    }
    return statistic::Engine(std::move(coins), std::move(bets));
  }

  void add(std::uint64_t number, std::uint64_t draws, statistic::Counts& counts) {
    const Case& tried = inquiry_.tried();
    subject::Question question = inquiry_.question(Operation::gumbel_softmax);
    question.seed = inquiry_.seed(number);
    question.draws = draws;
    question.hard = tried.variant == kHard;
    subject::Shape shape = tried.shape;
    shape.insert(shape.begin(), draws);
    std::vector<double> cotangents;
    cotangents.reserve(draws * classes_);
    for (std::uint64_t d = 0; d < draws; ++d) cotangents.insert(cotangents.end(), cotangent_.begin(), cotangent_.end());
    question.arrays.push_back({"cotangent", subject::real_array(shape, cotangents, tried.dtype)});
    const subject::Answer answer = inquiry_.ask(question);
    const Reals gradient(array(answer, "gradient"));
    random::Stream coins(inquiry_.stream(random::Purpose::randomisation, static_cast<std::uint32_t>(number)));
    for (std::size_t at = 0; at < gradient.size(); ++at) {
      const std::size_t j = at % classes_;
      double x = tried.temperature * gradient[at];
      if (!(std::abs(x) <= kLargestEntry + slack_)) {
        throw Ended{Verdict::refuted,
                    fmt::format("Draw {} of question {} has the gradient {:.9g} at entry {}; for this cotangent no "
                                "sample gives more than {:.6g}.",
                                at / classes_, number, gradient[at], j, kLargestEntry / tried.temperature)};
      }
      x = std::clamp(x, -kLargestEntry, kLargestEntry);
      entries_[j].add(x, random::uniform_pair(coins()).lower, counts.tables[j], counts.ratios[j]);
      powers_[j].first += x;
      powers_[j].second += x * x;
      powers_[j].fourth += x * x * x * x;
    }
    counts.rows += draws;
  }

  // Mean, distance and variance, all of the gradient itself.
  std::vector<statistic::Estimate> estimates(double draws, double miss_rate) const;

 private:
  Inquiry& inquiry_;
  std::size_t classes_;
  std::vector<double> logits_;
  std::vector<double> cotangent_;
  law::ConcreteMoments moments_;
  std::vector<double> mean_;  // of temperature * gradient
  double slack_ = 0;
  std::vector<Entry> entries_;
  std::vector<Powers> powers_;
};

double distance(const std::vector<double>& one, const std::vector<double>& other) {
  double sum = 0;
  for (std::size_t j = 0; j < one.size(); ++j) sum += (one[j] - other[j]) * (one[j] - other[j]);
  return std::sqrt(sum);
}

std::vector<statistic::Estimate> ExpectationTally::estimates(double draws, double miss_rate) const {
  const double temperature = inquiry_.tried().temperature;
  const double deviations = std::sqrt(2 * std::log(2 / miss_rate));  // at least the normal quantile
  std::vector<double> mean(classes_), expected(classes_);
  double variance = 0, expected_variance = 0, spread = 0;
  const std::vector<double> squares = moments_.squared_scaled_gradient(cotangent_);
  for (std::size_t j = 0; j < classes_; ++j) {
    const double x = powers_[j].first / draws;
    const double square = powers_[j].second / draws;
    mean[j] = x / temperature;
    expected[j] = mean_[j] / temperature;
    variance += (square - x * x) / (temperature * temperature);
    expected_variance += (squares[j] - mean_[j] * mean_[j]) / (temperature * temperature);
    spread +=
        std::sqrt(std::max(0.0, powers_[j].fourth / draws - square * square) / draws) / (temperature * temperature);
  }
  const double of_mean = deviations * std::sqrt(variance / draws);
  const std::vector<double> exact = law::expected_one_hot_gradient_double(logits_, cotangent_);
  const double bias = distance(mean, exact);
  std::vector<statistic::Estimate> made = {
      {.quantity = "bias of the estimator: distance of its mean from the exact gradient of the mean of <v, sample>",
       .value = bias,
       .low = std::max(0.0, bias - of_mean),
       .high = bias + of_mean,
       .expected = distance(expected, exact)},
      {.quantity = "variance of the estimator, summed over its entries",
       .value = variance,
       .low = std::max(0.0, variance - deviations * spread),
       .high = variance + deviations * spread,
       .expected = expected_variance}};
  for (std::size_t j = 0; j < classes_; ++j) {
    const double own = powers_[j].second / draws / (temperature * temperature) - mean[j] * mean[j];
    const double margin = deviations * std::sqrt(std::max(0.0, own) / draws);
    made.push_back(
        {.quantity = fmt::format("mean gradient of logit {} (exact gradient of the mean: {:.6g})", j, exact[j]),
         .value = mean[j],
         .low = mean[j] - margin,
         .high = mean[j] + margin,
         .expected = expected[j]});
  }
  return made;
}

CheckResult check_expectation(const Case& tried, subject::Subject& subject, const statistic::Budget& budget) {
  return concluded(tried, [&](CheckResult& result) {
    if (tried.logits.size() < 2) throw Ended{Verdict::unsupported, "One class has no gradient."};
    if (tried.logits.size() > kMostClasses) {
      throw Ended{Verdict::unsupported, fmt::format("The mean gradient of {} classes is not computed; at most {} are.",
                                                    tried.logits.size(), kMostClasses)};
    }
    if (tried.temperature < law::ConcreteMoments::kLeastTemperature ||
        tried.temperature > law::ConcreteMoments::kLargestTemperature) {
      throw Ended{Verdict::unsupported,
                  fmt::format("The mean gradient at temperature {:g} is not computed; it is from {:g} to {:g}.",
                              tried.temperature, law::ConcreteMoments::kLeastTemperature,
                              law::ConcreteMoments::kLargestTemperature)};
    }
    Inquiry inquiry(tried, subject);
    ExpectationTally tally(inquiry);
    draw_and_judge(result, inquiry, budget,
                   {.engine = tally.engine(),
                    .elements_per_draw = tried.logits.size(),
                    .add = [&](std::uint64_t number, std::uint64_t draws, statistic::Counts& counts) {
                      tally.add(number, draws, counts);
                    }});
    result.evidence->estimates = tally.estimates(static_cast<double>(result.draws), budget.miss_rate);
  });
}

}  // namespace

Family straight_through_expectation() {
  return {
      {.sheet = {.id = "straight-through/expectation",
                 .statement = "For a cotangent v that does not depend on the noise, the mean of the straight-through "
                              "gradient is E y_j (v_j - <y, v>) / temperature over the Concrete law of y. (The exact "
                              "gradient of E <v, sample> is another: the estimator is biased, and by how much is "
                              "reported.)",
                 .pivot =
                     "temperature times the gradient lies within (-1/2, 1/2): a coin that shows heads with that "
                     "probability plus 1/2 has a known chance; so have bets on its mean. Coins that rounding could "
                     "turn count for the claim",
                 .test = "test martingale over one coin an entry, and over bets 1 + stake (x - mean) in both "
                         "directions, which need no other knowledge of the law of x; the mean by a quadrature in one "
                         "dimension",
                 .power =
                     "a mean that is off by .01 of the range of temperature times the gradient (and an eighth more at "
                     "most, where it rounds), and by bets less; "
                     "blind to whose noise the gradient is of, which straight-through/gradient sees where noise "
                     "can be frozen. At temperatures below .1 the mean itself comes near the declared effect",
                 .proof = "proofs/straight-through.md#straight-through-expectation",
                 .source = "Bengio, Leonard and Courville 2013; Waudby-Smith and Ramdas 2024",
                 .effect = .01},
       .cases = expectation_cases,
       .missing = missing_gradient,
       .check = check_expectation}};
}

}  // namespace gumbelcheck::claim::family
