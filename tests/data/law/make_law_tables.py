# Made with: python3 tests/data/law/make_law_tables.py tests/data/law
# (needs mpmath, Debian package python3-mpmath; about a minute). Writes softmax.json, gumbel.json and concrete.json.
#
# Everything is computed with 80 digits straight from a definition, and by another road than the C++ oracles take
# wherever there is one: derivatives are numerical (mpmath.diff), probabilities of ratio events are integrals over
# the largest class's own noise, and the double nearest to a value is found with exact fractions. Inputs are decimal
# strings that stand for the nearest double; results carry 45 digits.
import json
import os
import sys
from fractions import Fraction

from mpmath import diff, exp, expm1, factorial, inf, isinf, log, log1p, mp, mpf, nstr, quad

mp.dps = 80


def real(text):
    return mpf(float(text))


def digits(value):
    return nstr(value, 45, strip_zeros=True) if not isinf(value) else ("inf" if value > 0 else "-inf")


def nearest_double(value):
    sign, mantissa, exponent, _ = value._mpf_
    exact = Fraction(int(mantissa)) * Fraction(2) ** exponent
    return float(-exact if sign else exact).hex()  # int / int rounds correctly, subnormal numbers included


# ---- softmax


def softmax(logits, temperature):
    weights = [mpf(0) if o == -inf else exp(o / temperature) for o in logits]
    total = sum(weights)
    return [w / total for w in weights]


def derivative(function, values, i):
    """d function / d values[i], numerically; 0 at -inf, where nothing moves."""
    if values[i] == -inf:
        return mpf(0)
    return diff(lambda x: function(values[:i] + [x] + values[i + 1:]), values[i])


def softmax_row(name, logits, temperature, cotangent):
    o, tau, v = [real(x) for x in logits], real(temperature), [real(x) for x in cotangent]
    y = softmax(o, tau)
    mean = lambda scores: sum(a * b for a, b in zip(softmax(scores, tau), v))
    return {
        "name": name, "logits": logits, "temperature": temperature, "cotangent": cotangent,
        "logsumexp": digits(log(sum(exp(x) for x in o if x != -inf))),
        "softmax": [digits(p) for p in y],
        "softmax_double": [nearest_double(p) for p in y],
        "log_softmax": [digits(log(p)) if p > 0 else "-inf" for p in y],
        "gradient": [digits(derivative(mean, o, i)) for i in range(len(o))],
        "temperature_derivative": [
            digits(diff(lambda t: softmax(o, t)[i], tau)) if o[i] != -inf else "0.0" for i in range(len(o))],
    }


def spread(count, scale):
    """Decimal logits without pattern: multiples of .001 from a small congruential generator."""
    state, values = 12345, []
    for _ in range(count):
        state = (1103515245 * state + 12345) % 2**31
        values.append(str(round(scale * ((state >> 8) % 2001 - 1000)) / 1000))
    return values


def softmax_table():
    two, five, many = ["0.3", "-1.2"], spread(5, 3), spread(32, 4)
    edge = ["10000.0", "-10000.0", "0.0", "9999.5"]
    rows = [softmax_row("1 class", ["-3.0"], "1.0", ["2.5"]),
            softmax_row("ties", ["2.0", "2.0", "2.0", "-1.0", "-1.0"], "1.0", ["1.0", "0.0", "-1.0", "3.0", "0.1"]),
            softmax_row("2 of 4 impossible", ["0.0", "-inf", "1.0", "-inf"], "1.0", ["1.0", "7.0", "-2.0", "0.5"]),
            softmax_row("near -10,000", ["-10000.0", "-10001.0", "-9999.5"], "1.0", ["1.0", "-1.0", "0.25"]),
            softmax_row("results below the normal range", ["0.0", "-708.5", "-720.25", "-744.0", "-745.2", "-800.0"],
                        "1.0", ["1.0", "-1.0", "0.25", "0.5", "2.0", "1.0"])]
    for temperature in ["0.01", "0.1", "0.5", "1.0", "2.0", "10.0", "100.0"]:
        rows.append(softmax_row("2 classes", two, temperature, ["1.0", "-0.5"]))
        rows.append(softmax_row("5 classes", five, temperature, spread(5, 1)))
        rows.append(softmax_row("logits of +-10,000", edge, temperature, ["0.7", "1.0", "-0.3", "0.2"]))
    for temperature in ["0.01", "1.0", "100.0"]:
        rows.append(softmax_row("32 classes", many, temperature, spread(32, 1)))
    return {"rows": rows}


# ---- gumbel


def gumbel_table():
    rows = []
    for location, x in [(l, x) for l in ["0.0", "1.25"] for x in [
            "-7.0", "-4.5", "-3.8", "-1.0", "-1e-10", "0.0", "1e-10", "0.36651292058166435", "1.0", "5.0", "22.18",
            "45.0", "100.0", "800.0", "10000.0"]]:
        z = real(x) - real(location)
        rows.append({"location": location, "x": x,
                     "density": digits(exp(-z - exp(-z))), "log_density": digits(-z - exp(-z)),
                     "cdf": digits(exp(-exp(-z))), "survival": digits(-expm1(-exp(-z))),
                     "minus_log_cdf": digits(exp(-z))})
    quantiles = []
    for u in ["5e-324", "2.2250738585072014e-308", "1e-300", "1e-30", "5.421010862427522e-20", "1e-5", "0.25",
              "0.36787944117144233", "0.5", "0.75", "0.999", "0.9999999999999999"]:
        quantiles.append({"location": "0.5", "u": u, "quantile": digits(real("0.5") - log(-log(real(u)))),
                          "quantile_from_upper": digits(real("0.5") - log(-log1p(-real(u))))})
    return {"rows": rows, "quantiles": quantiles}


# ---- concrete


def density(o, tau, x):
    """The published density, as a product and not in logarithms."""
    weights = [exp(a) * b ** (-tau) for a, b in zip(o, x)]
    total = sum(weights)
    product = factorial(len(o) - 1) * tau ** (len(o) - 1)
    for weight, b in zip(weights, x):
        product *= weight / b / total
    return product


def concrete_row(name, logits, temperature, point):
    o, tau, x = [real(a) for a in logits], real(temperature), [real(a) for a in point]
    log_f = lambda scores, t, at: log(density(scores, t, at))
    s = [real(str(float(log(a)))) for a in x]  # a log-sample that doubles hold exactly
    log_sample = [repr(float(a)) for a in s]
    of_log = density(o, tau, [exp(a) for a in s])
    for a in s:
        of_log *= exp(a)
    return {
        "name": name, "logits": logits, "temperature": temperature, "point": point,
        "log_density": digits(log_f(o, tau, x)), "log_density_double": nearest_double(log_f(o, tau, x)),
        "log_sample": log_sample, "log_density_of_log_sample": digits(log(of_log)),
        "gradient_logits": [digits(derivative(lambda w: log_f(w, tau, x), o, i)) for i in range(len(o))],
        # by way of log x: an absolute step would leave the simplex at the smallest entries
        "gradient_point": [digits(derivative(lambda w: log_f(o, tau, [exp(a) for a in w]), [log(a) for a in x], i)
                                  / x[i]) for i in range(len(o))],
        "gradient_temperature": digits(diff(lambda t: log_f(o, t, x), tau)),
    }


def points(classes):
    centre = [repr(1 / classes)] * classes
    mixed = spread(classes, 1)
    weights = [float(exp(4 * float(w))) for w in mixed]
    inner = [repr(w / sum(weights)) for w in weights]
    corner = [repr(2.0 ** -100 / (i + 1)) for i in range(classes - 1)] + ["1.0"]
    floor = ["5e-324"] * (classes - 1) + ["1.0"]  # the smallest double
    return {"centre": centre, "inside": inner, "near a corner": corner, "smallest entries": floor}


def over_noise(factors):
    """The integral over u = exp(-g) in (0, inf) of exp(-u) times a product of factors of u."""
    def integrand(u):
        product = exp(-u)
        for factor in factors:
            product *= factor(u)
        return product
    return quad(integrand, [0, mpf(1) / 1000, mpf(1) / 16, 1, 4, 16, 64, 256])


def below(o, tau, m, t):
    """P(all others below t x_m | m largest): o_i + g_i <= o_m + g_m + tau log t for all i."""
    shrink = t ** -tau
    factors = [lambda u, w=exp(a - o[m]) * shrink: exp(-u * w) for i, a in enumerate(o) if i != m]
    return over_noise(factors) / over_noise([lambda u, w=exp(a - o[m]): exp(-u * w)
                                             for i, a in enumerate(o) if i != m])


def within(o, tau, t):
    """P(x_i >= t x_m for all i): o_i + g_i between o_m + g_m + tau log t and o_m + g_m."""
    total = mpf(0)
    for m in range(len(o)):
        total += over_noise([lambda u, w=exp(a - o[m]): exp(-u * w) - exp(-u * w * t ** -tau)
                             for i, a in enumerate(o) if i != m])
    return total


def cdf(o, tau, x):
    """P(x_1 <= x): o_1 + g_1 <= o_2 + g_2 + tau log(x / (1 - x))."""
    weight = exp(o[0] - o[1]) * ((1 - x) / x) ** tau
    return over_noise([lambda u: exp(-u * weight)])


def concrete_table():
    sets = {"2 classes": ["0.3", "-1.2"], "3 classes": ["1.0", "-0.5", "0.25"], "5 classes": spread(5, 3),
            "large logits": ["10000.0", "-10000.0", "9999.5"], "32 classes": spread(32, 3)}
    rows = []
    for name, logits in sets.items():
        for temperature in ["0.01", "0.1", "0.5", "1.0", "2.0", "10.0", "100.0"]:
            if name == "32 classes" and temperature not in ["0.01", "1.0", "100.0"]:
                continue
            for place, point in points(len(logits)).items():
                if name == "32 classes" and place != "inside":
                    continue
                rows.append(concrete_row(f"{name}, {place}", logits, temperature, point))
    masses = []
    for logits in [["0.3", "-1.2"], ["1.0", "-0.5", "0.25"], spread(5, 3)]:
        for temperature, ratio in [("0.01", "1e-38"), ("0.01", "1e-3"), ("0.1", "1e-6"), ("0.5", "0.01"),
                                   ("1.0", "0.1"), ("2.0", "0.25"), ("10.0", "0.75"), ("100.0", "0.97"),
                                   ("1.0", "1.0")]:
            o, tau, t = [real(a) for a in logits], real(temperature), real(ratio)
            masses.append({"logits": logits, "temperature": temperature, "ratio": ratio,
                           "below": [digits(below(o, tau, m, t)) for m in range(len(o))],
                           "within": digits(within(o, tau, t))})
    cdfs = []
    for logits in [["0.3", "-1.2"], ["-2.0", "1.5"], ["0.0", "0.0"]]:
        for temperature in ["0.01", "0.1", "0.5", "1.0", "2.0"]:
            for x in ["0.001", "0.25", "0.5", "0.9", "0.9999"]:
                o, tau = [real(a) for a in logits], real(temperature)
                cdfs.append({"logits": logits, "temperature": temperature, "x": x,
                             "cdf": digits(cdf(o, tau, real(x))),
                             "survival": digits(cdf(o[::-1], tau, 1 - real(x)))})
    return {"rows": rows, "masses": masses, "two_class": cdfs}


for file, table in [("softmax", softmax_table), ("gumbel", gumbel_table), ("concrete", concrete_table)]:
    with open(os.path.join(sys.argv[1], file + ".json"), "w") as out:
        json.dump(table(), out, indent=1)
        out.write("\n")
