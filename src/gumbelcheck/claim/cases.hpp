#pragma once

// The default battery: which logits, dtypes and temperatures a claim is tried on when the user names none.

#include <string>
#include <vector>

#include "gumbelcheck/claim/claim.hpp"

namespace gumbelcheck::claim {

// Logits of one case, with the words that a report uses for them.
struct LogitsSet {
  std::string label;
  subject::Shape shape;
  std::vector<double> values;
  int axis = -1;
};

// K logits between -scale and scale from the harness's own stream, on a grid of 2^-10 so that float32 and
// float64 subjects are asked the same.
LogitsSet spread_logits(std::uint64_t seed, std::size_t classes, double scale = 3, std::uint32_t which = 0);
// A batch of the given shape, every row with logits of its own.
LogitsSet spread_batch(std::uint64_t seed, subject::Shape shape, int axis, double scale = 2);
// p proportional to 1/k: a heavy head and a long tail.
LogitsSet zipf_logits(std::size_t classes);
// One class at 2.25 against 70 at -2, each side about one half. Logits that are 10% too large move the log odds of that
// by .42, more than the margin of any half precision: between classes of like logits they would stay within it.
LogitsSet one_against_many();
// Next-token logits as a language model gives them: 2.5 times the quantiles of the standard normal law, in an order
// of ids drawn from the harness's own stream, on the grid of 2^-10. At 131,072 classes the heaviest has a probability
// of .024, log p varies by 5.8, and the classes below 1e-6 have a mass of .020.
LogitsSet model_like_logits(std::uint64_t seed, std::size_t classes);
LogitsSet listed_logits(std::vector<double> logits, std::string label);
LogitsSet no_logits();  // of an operation that draws noise alone

const std::vector<double>& default_temperatures();  // 0.01, 0.1, 0.5, 1, 2, 10, 100
// The user's; else the default ones, of which .1, 1 and 10 where the user's logits have more than kManyClasses.
std::vector<double> temperatures_of(const Request& request);
// For cases that are tried at one temperature only: the usual one, or the first that the user named.
double temperature_or(const Request& request, double usual);

// float32 and float64, as far as the subject has them.
std::vector<subject::Dtype> judged_dtypes(const subject::Description& description);

// And after them bfloat16 and float16, for claims that half precision carries: those about classes, softmax values and
// whatever is exact.
std::vector<subject::Dtype> every_dtype(const subject::Description& description);

struct CasePlan {
  std::uint64_t draws = 0;
  double effect = 0;  // 0: no law with a declared effect
  // More draws see more: --draws applies as it is. An exact check takes fewer on demand, never more.
  bool statistical = effect > 0;
  double cost = 1;  // of an element of a draw, in those of an index law; less where a check deserves more draws
};

// The smallest total variation that a claim over so many classes declares by default.
double declared_effect(std::size_t classes);  // .01 to 32 classes, .02 to 1000, .05 above

// Bounds on what one check asks for, by its own choice: of a question, so that a subject need not hold more than 8 MiB
// in float64, and of a whole check, so that it ends. --draws goes beyond the second. Above kManyClasses every default
// check has many draws' worth of elements in few draws: there they are bounded to about a second of computing, so
// that a whole run ends in a minute or two.
inline constexpr std::uint64_t kMostElementsOfQuestion = std::uint64_t{1} << 20;
inline constexpr std::uint64_t kMostElementsOfCheck = std::uint64_t{1} << 30;
inline constexpr std::size_t kManyClasses = 16384;
inline constexpr std::uint64_t kMostElementsOfLargeCheck = std::uint64_t{1} << 27;

// rule  the plan of a default set, for the user's row of `classes` instead: the effect that is declared for so many
//       classes; draws within kMostElementsOfCheck, above kManyClasses within kMostElementsOfLargeCheck, and where
//       those are fewer than planned, an effect that they see at these rates
CasePlan plan_for_classes(CasePlan plan, std::size_t classes, const statistic::Budget& rates = {});

// Collects the cases of one claim: numbers them, labels them and applies what the user asked for.
//
// draws   --draws for statistical plans; with --effect below the plan's and no --draws, as many more as the
// effect needs
//         (they go by its square); an exact check's question never holds more than kMostElementsOfQuestion, less where its elements are costly
class CaseList {
 public:
  CaseList(std::string claim, const Request& request) : claim_(std::move(claim)), request_(request) {}
  // With the user's --logits every set of plain rows is replaced by them (once; laws of many classes in one dtype).
  void add(const LogitsSet& set, subject::Dtype dtype, double temperature, CasePlan plan, std::string variant = "",
           bool show_temperature = true);
  // A case made elsewhere; it is numbered anew.
  void append(Case made);
  std::vector<Case> take() { return std::move(cases_); }

 private:
  std::string claim_;
  const Request& request_;
  std::vector<Case> cases_;
};

// What a statistical check asks in half precision: a quarter of the draws for twice the effect, because its tolerance
// is wider than either.
CasePlan plan_for(subject::Dtype dtype, CasePlan plan);

// For claims that half precision carries: "" when the operation is offered in whatever dtype.
std::string lacks_operation(const subject::Description& description, subject::Operation operation);
// "" when the operation is offered, else the sentence that says that it is not.
std::string lacks(const subject::Description& description, subject::Operation operation);
// The same, for an operation whose noise must not change with logits, temperature, hard and cotangent.
std::string lacks_frozen(const subject::Description& description, subject::Operation operation);
// The same of an operation that is offered, in whatever dtype.
std::string lacks_frozen_noise(const subject::Description& description, subject::Operation operation);

// For a claim whose logits are its own choice, because the user's may lack what it looks for or leave nothing
// to be random: the same request without them.
Request with_own_logits(Request request);

// For a claim about densities or gradients, which an impossible class has none of: the request without the logits of
// such classes.
Request of_possible_classes(Request request);

}  // namespace gumbelcheck::claim
