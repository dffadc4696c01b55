// What a sample costs, for each category: the functions of src/gumbelcheck/sampling, and beside them what a
// user would otherwise pick. "per_cat" is processor time divided by samples times categories.
//
// Everything is repeated in an order that is mixed at random (unless flags say otherwise), so that a change
// of the processor's speed does not fall on one candidate alone. Compare medians.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <boost/random/extreme_value_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "gumbelcheck/sampling/categorical.hpp"
#include "gumbelcheck/sampling/concrete_density.hpp"
#include "gumbelcheck/sampling/gumbel_max.hpp"
#include "gumbelcheck/sampling/gumbel_softmax.hpp"
#include "gumbelcheck/sampling/gumbel_top_k.hpp"
#include "gumbelcheck/sampling/noise.hpp"
#include "gumbelcheck/sampling/softmax.hpp"
#include "gumbelcheck/sampling/straight_through.hpp"

namespace {

using namespace gumbelcheck;
using sampling::contiguous;
using sampling::Shape;
using sampling::View;

constexpr std::size_t kElements = std::size_t{1} << 14;  // of one call, near enough: fits the caches

// Rows of K classes with one set of logits, as the verifier asks for them.
template <class T>
struct Rows {
  explicit Rows(std::size_t k)
      : classes(k),
        rows(std::max<std::size_t>(1, kElements / k)),
        logits(k),
        noise(rows * k),
        cotangent(rows * k),
        out(rows * k),
        more(rows * k),
        reduced(rows),
        index(rows),
        stream({.seed = 1}) {
    for (std::size_t i = 0; i < k; ++i) logits[i] = static_cast<T>(3 * std::sin(static_cast<double>(i)));
    sampling::fill_gumbel(std::span(noise), stream);
    sampling::fill_gumbel(std::span(cotangent), stream);
    // A point of the simplex for each row.
    sampling::gumbel_softmax<T>(o(), g(), {}, contiguous(more.data(), shape()));
  }

  Shape shape() const { return {rows, classes}; }
  View<const T> o() const { return {logits.data(), shape(), {0, 1}}; }
  View<const T> g() const { return contiguous(noise.data(), shape()); }
  View<const T> v() const { return contiguous(cotangent.data(), shape()); }
  View<const T> x() const { return contiguous(more.data(), shape()); }
  View<T> y() { return contiguous(out.data(), shape()); }
  View<T> r() { return contiguous(reduced.data(), {rows}); }
  View<std::int64_t> i() { return contiguous(index.data(), {rows}); }

  std::size_t classes, rows;
  std::vector<T> logits, noise, cotangent, out, more, reduced;
  std::vector<std::int64_t> index;
  random::Stream stream;
};

void count(benchmark::State& state, std::size_t samples, std::size_t classes) {
  state.counters["per_cat"] =
      benchmark::Counter(static_cast<double>(samples * classes),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

template <class T, class Call>
void rows_benchmark(benchmark::State& state, Call call) {
  Rows<T> rows(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    call(rows);
    benchmark::ClobberMemory();
  }
  count(state, rows.rows, rows.classes);
}

// ---- peers: one sample at a time, as their interfaces have it

template <class Distribution, class Engine>
void peer_gumbel_max(benchmark::State& state) {
  Rows<double> rows(static_cast<std::size_t>(state.range(0)));
  Engine engine(1);
  Distribution standard(0, 1);
  for (auto _ : state) {
    for (std::size_t row = 0; row < rows.rows; ++row) {
      std::size_t best = 0;
      double largest = -1e300;
      for (std::size_t k = 0; k < rows.classes; ++k) {
        const double score = rows.logits[k] + standard(engine);
        if (score > largest) {
          largest = score;
          best = k;
        }
      }
      rows.index[row] = static_cast<std::int64_t>(best);
    }
    benchmark::ClobberMemory();
  }
  count(state, rows.rows, rows.classes);
}

void peer_discrete_distribution(benchmark::State& state) {
  Rows<double> rows(static_cast<std::size_t>(state.range(0)));
  std::vector<double> weights;
  for (const double logit : rows.logits) weights.push_back(std::exp(logit));
  std::mt19937_64 engine(1);
  std::discrete_distribution<std::int64_t> discrete(weights.begin(), weights.end());
  for (auto _ : state) {
    for (std::int64_t& index : rows.index) index = discrete(engine);
    benchmark::ClobberMemory();
  }
  count(state, rows.rows, rows.classes);
}

void interval_method(benchmark::State& state) {
  Rows<double> rows(static_cast<std::size_t>(state.range(0)));
  const sampling::IntervalTable<double> table(rows.logits);
  for (auto _ : state) {
    for (std::int64_t& index : rows.index) {
      index = static_cast<std::int64_t>(table.draw(random::uniform_pair(rows.stream())));
    }
    benchmark::ClobberMemory();
  }
  count(state, rows.rows, rows.classes);
}

// ---- ours

template <class T>
void register_for(const std::string& dtype) {
  const auto add = [&dtype](const char* name, auto call) {
    const std::string full = std::string(name) + "/" + dtype;
    return benchmark::RegisterBenchmark(full.c_str(),
                                        [call](benchmark::State& state) { rows_benchmark<T>(state, call); })
        ->Arg(32)
        ->Arg(1024);
  };
  add("fill_gumbel", [](Rows<T>& a) { sampling::fill_gumbel(std::span(a.noise), a.stream); });
  add("gumbel_max_with_noise", [](Rows<T>& a) {
    sampling::fill_gumbel(std::span(a.noise), a.stream);
    sampling::gumbel_max<T>(a.o(), a.g(), -1, a.i());
  })->Arg(131072);
  add("gumbel_max", [](Rows<T>& a) { sampling::gumbel_max<T>(a.o(), a.g(), -1, a.i(), a.r()); });
  add("gumbel_top_8", [](Rows<T>& a) {
    std::vector<std::int64_t> top(a.rows * 8);
    sampling::gumbel_top_k<T>(a.o(), a.g(), 8, -1, contiguous(top.data(), {a.rows, 8}));
    benchmark::DoNotOptimize(top.data());
  });
  add("categorical", [](Rows<T>& a) {
    sampling::categorical<T>(
        a.o(), -1, [&a] { return random::uniform_pair(a.stream()); }, a.i());
  });
  add("softmax", [](Rows<T>& a) { sampling::softmax<T>(a.g(), {.temperature = .5}, a.y()); });
  add("log_softmax", [](Rows<T>& a) { sampling::log_softmax<T>(a.g(), {.temperature = .5}, a.y()); });
  add("softmax_gradient", [](Rows<T>& a) { sampling::softmax_gradient<T>(a.g(), a.v(), {.temperature = .5}, a.y()); });
  add("gumbel_softmax_with_noise", [](Rows<T>& a) {
    sampling::fill_gumbel(std::span(a.noise), a.stream);
    sampling::gumbel_softmax<T>(a.o(), a.g(), {.temperature = .5}, a.y());
  });
  add("gumbel_softmax", [](Rows<T>& a) { sampling::gumbel_softmax<T>(a.o(), a.g(), {.temperature = .5}, a.y()); });
  add("log_gumbel_softmax",
      [](Rows<T>& a) { sampling::log_gumbel_softmax<T>(a.o(), a.g(), {.temperature = .5}, a.y()); });
  add("gumbel_softmax_gradient",
      [](Rows<T>& a) { sampling::gumbel_softmax_gradient<T>(a.o(), a.g(), a.v(), {.temperature = .5}, a.y(), a.r()); });
  add("straight_through", [](Rows<T>& a) { sampling::straight_through<T>(a.o(), a.g(), {.temperature = .5}, a.y()); });
  add("straight_through_gradient", [](Rows<T>& a) {
    sampling::straight_through_gradient<T>(a.o(), a.g(), a.v(), {.temperature = .5}, a.y(), a.r());
  });
  add("concrete_log_density",
      [](Rows<T>& a) { sampling::concrete_log_density<T>(a.o(), a.x(), {.temperature = .5}, a.r()); });
  add("concrete_log_density_gradient", [](Rows<T>& a) {
    sampling::concrete_log_density_gradient<T>(a.o(), a.x(), {.temperature = .5},
                                               {.logits = a.y(), .value = {}, .temperature = a.r()});
  });
}

}  // namespace

int main(int argc, char** argv) {
  register_for<float>("float32");
  register_for<double>("float64");
  const auto add = [](const char* name, void (*run)(benchmark::State&)) {
    benchmark::RegisterBenchmark(name, run)->Arg(32)->Arg(1024)->Arg(131072);
  };
  add("interval_method/float64", interval_method);
  add("peer/gumbel_max/boost_extreme_value/float64",
      peer_gumbel_max<boost::random::extreme_value_distribution<double>, boost::random::mt19937_64>);
  add("peer/gumbel_max/std_extreme_value/float64",
      peer_gumbel_max<std::extreme_value_distribution<double>, std::mt19937_64>);
  add("peer/std_discrete_distribution/float64", peer_discrete_distribution);
  // Before the user's own flags, so that those win.
  std::vector<std::string> defaults = {argv[0], "--benchmark_enable_random_interleaving=true",
                                       "--benchmark_repetitions=5", "--benchmark_min_time=0.02",
                                       "--benchmark_report_aggregates_only=true"};
  std::vector<char*> arguments;
  for (std::string& text : defaults) arguments.push_back(text.data());
  for (int i = 1; i < argc; ++i) arguments.push_back(argv[i]);
  int given = static_cast<int>(arguments.size());
  benchmark::Initialize(&given, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(given, arguments.data())) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
