#include "gumbelcheck/claim/cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "gumbelcheck/claim/tolerance.hpp"
#include "gumbelcheck/random/uniform.hpp"
#include "gumbelcheck/statistic/power.hpp"

namespace gumbelcheck::claim {

namespace {

std::vector<double> grid_values(std::uint64_t seed, std::size_t count, double scale, std::uint32_t which) {
  random::Stream stream({.seed = seed, .purpose = random::Purpose::logits, .case_index = which});
  std::vector<double> values(count);
  for (double& value : values) {
    value = std::round((2 * random::uniform_pair(stream()).lower - 1) * scale * 1024) / 1024;
  }
  return values;
}

}  // namespace

LogitsSet spread_logits(std::uint64_t seed, std::size_t classes, double scale, std::uint32_t which) {
  return {fmt::format("{} classes", classes), {classes}, grid_values(seed, classes, scale, which), -1};
}

LogitsSet spread_batch(std::uint64_t seed, subject::Shape shape, int axis, double scale) {
  const std::size_t count = subject::element_count(shape);
  std::string text;
  for (const std::size_t length : shape) text += fmt::format("{}{}", text.empty() ? "" : " x ", length);
  return {fmt::format("{} batch, axis {}", text, axis), shape, grid_values(seed, count, scale, 1000), axis};
}

LogitsSet zipf_logits(std::size_t classes) {
  LogitsSet set{fmt::format("{} Zipf classes", classes), {classes}, {}, -1};
  for (std::size_t k = 0; k < classes; ++k) set.values.push_back(-std::log(static_cast<double>(k + 1)));
  return set;
}

LogitsSet one_against_many() {
  std::vector<double> logits(71, -2);
  logits.front() = 2.25;
  return listed_logits(std::move(logits), "1 class against 70");
}

LogitsSet model_like_logits(std::uint64_t seed, std::size_t classes) {
  constexpr double kSpread = 2.5;
  LogitsSet set{fmt::format("{} model-like classes", classes), {classes}, {}, -1};
  const boost::math::normal standard;
  for (std::size_t k = 0; k < classes; ++k) {
    const double level = (static_cast<double>(k) + .5) / static_cast<double>(classes);
    set.values.push_back(std::round(kSpread * boost::math::quantile(standard, level) * 1024) / 1024);
  }
  random::Stream stream({.seed = seed, .purpose = random::Purpose::logits, .case_index = 2000});
  // Fisher and Yates. The remainder's bias, classes / 2^64, does not matter to an order.
  for (std::size_t k = classes; k > 1; --k) std::swap(set.values[k - 1], set.values[stream() % k]);
  return set;
}

LogitsSet listed_logits(std::vector<double> logits, std::string label) {
  const std::size_t classes = logits.size();
  return {std::move(label), {classes}, std::move(logits), -1};
}

LogitsSet no_logits() { return {.label = "", .shape = {}, .values = {}, .axis = -1}; }

const std::vector<double>& default_temperatures() {
  static const std::vector<double> grid = {0.01, 0.1, 0.5, 1, 2, 10, 100};
  return grid;
}

std::vector<double> temperatures_of(const Request& request) {
  if (request.temperatures.empty() && request.logits && request.logits->size() > kManyClasses) return {.1, 1, 10};
  return request.temperatures.empty() ? default_temperatures() : request.temperatures;
}

double temperature_or(const Request& request, double usual) {
  return request.temperatures.empty() ? usual : request.temperatures.front();
}

std::vector<subject::Dtype> judged_dtypes(const subject::Description& description) {
  std::vector<subject::Dtype> dtypes;
  for (const subject::Dtype dtype : {subject::Dtype::float32, subject::Dtype::float64}) {
    if (description.has(dtype)) dtypes.push_back(dtype);
  }
  return dtypes;
}

std::vector<subject::Dtype> every_dtype(const subject::Description& description) {
  std::vector<subject::Dtype> dtypes = judged_dtypes(description);
  for (const subject::Dtype dtype : {subject::Dtype::bfloat16, subject::Dtype::float16}) {
    if (description.has(dtype)) dtypes.push_back(dtype);
  }
  return dtypes;
}

double declared_effect(std::size_t classes) { return classes <= 32 ? .01 : classes <= 1000 ? .02 : .05; }

CasePlan plan_for_classes(CasePlan plan, std::size_t classes, const statistic::Budget& rates) {
  if (!plan.statistical) return plan;
  if (plan.effect > 0) plan.effect = std::max(plan.effect, declared_effect(classes));
  const bool many = classes > kManyClasses;
  auto elements = static_cast<double>(many ? kMostElementsOfLargeCheck : kMostElementsOfCheck);
  // Exact comparisons of whole rows: a few dozen rows are enough, each with thousands of entries.
  const bool exact = many && plan.effect == 0;
  if (exact) elements = 0x1p24;
  const std::uint64_t least = exact ? 64 : many ? 512 : 1024;
  const std::uint64_t most =
      std::max(least, static_cast<std::uint64_t>(elements / (static_cast<double>(classes) * plan.cost)));
  if (plan.draws <= most) return plan;
  plan.draws = most;
  constexpr std::size_t kCells = 64;            // groups of classes: the table that needs the most draws
  constexpr std::size_t kComponents = 16 * 11;  // of sixteen tables
  if (plan.effect > 0) {
    plan.effect =
        std::max(plan.effect, statistic::detectable_effect(most, {.cells = kCells, .components = kComponents}, rates));
  }
  return plan;
}

namespace {

std::uint64_t planned_draws(const Request& request, const CasePlan& plan, std::size_t elements) {
  if (!plan.statistical) {
    const double of_a_draw = std::max(1.0, plan.cost) * static_cast<double>(std::max<std::size_t>(elements, 1));
    const auto most = std::max<std::uint64_t>(
        1, static_cast<std::uint64_t>(static_cast<double>(kMostElementsOfQuestion) / of_a_draw));
    return std::min({plan.draws, request.draws.value_or(plan.draws), most});
  }
  if (request.draws) return *request.draws;
  if (!request.effect || !(*request.effect < plan.effect)) return plan.draws;
  const double factor = plan.effect / *request.effect;
  const double needed = std::ceil(static_cast<double>(plan.draws) * factor * factor);
  return static_cast<std::uint64_t>(std::min(needed, 0x1p62));
}

}  // namespace

void CaseList::add(const LogitsSet& set, subject::Dtype dtype, double temperature, CasePlan plan, std::string variant,
                   bool show_temperature) {
  LogitsSet used = set;
  if (request_.logits && set.shape.size() == 1) {
    used = listed_logits(*request_.logits, fmt::format("{} given classes", request_.logits->size()));
    plan = plan_for_classes(plan, used.values.size(), request_.rates);
    const bool costly = used.values.size() > kManyClasses && plan.effect > 0 && plan.cost >= 1;
    if (costly && !cases_.empty() && cases_.front().dtype != dtype) return;
  }
  Case made;
  made.claim = claim_;
  made.shape = used.shape;
  made.logits = used.values;
  made.axis = used.axis;
  made.dtype = dtype;
  made.temperature = temperature;
  made.variant = std::move(variant);
  made.seed = request_.seed;
  made.draws = planned_draws(request_, plan, used.values.size());
  made.effect = plan.effect > 0 ? request_.effect.value_or(plan.effect) : 0;
  made.class_tolerance = request_.class_tolerance;
  made.label =
      used.label.empty() ? std::string(subject::name(dtype)) : fmt::format("{}, {}", used.label, subject::name(dtype));
  if (show_temperature) made.label += fmt::format(", temperature {}", temperature);
  if (!made.variant.empty()) made.label += ", " + made.variant;
  append(std::move(made));
}

void CaseList::append(Case made) {
  const bool known = std::ranges::any_of(cases_, [&](const Case& c) { return c.label == made.label; });
  if (known) return;
  made.index = static_cast<std::uint32_t>(cases_.size());
  cases_.push_back(std::move(made));
}

CasePlan plan_for(subject::Dtype dtype, CasePlan plan) {
  if (!half_precision(dtype) || !plan.statistical) return plan;
  plan.draws /= 4;
  plan.effect *= 2;
  return plan;
}

std::string lacks_operation(const subject::Description& description, subject::Operation operation) {
  if (description.offer(operation) != nullptr) return "";
  return fmt::format("The subject does not offer {}.", subject::name(operation));
}

std::string lacks(const subject::Description& description, subject::Operation operation) {
  if (judged_dtypes(description).empty()) return "The subject offers neither float32 nor float64.";
  if (description.offer(operation) != nullptr) return "";
  return fmt::format("The subject does not offer {}.", subject::name(operation));
}

std::string lacks_frozen(const subject::Description& description, subject::Operation operation) {
  if (std::string missing = lacks(description, operation); !missing.empty()) return missing;
  return lacks_frozen_noise(description, operation);
}

std::string lacks_frozen_noise(const subject::Description& description, subject::Operation operation) {
  if (description.seeding == subject::Seeding::none) {
    return "The subject takes no seed, so the same noise cannot be asked for twice.";
  }
  if (!description.offer(operation)->frozen_noise) {
    return fmt::format("The subject does not declare frozen noise for {}.", subject::name(operation));
  }
  return "";
}

Request with_own_logits(Request request) {
  request.logits.reset();
  return request;
}

Request of_possible_classes(Request request) {
  if (request.logits) std::erase_if(*request.logits, [](double logit) { return !std::isfinite(logit); });
  return request;
}

}  // namespace gumbelcheck::claim
