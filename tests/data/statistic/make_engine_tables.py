# Made with: python3 tests/data/statistic/make_engine_tables.py > tests/data/statistic/engine_tables.json
# (needs mpmath; 50 digits). Log likelihood ratios straight from their definitions: the Dirichlet-multinomial as
# a product of predictive probabilities, one draw at a time, which shares no formula with the engine.
import json
from mpmath import mp, mpf, log, exp, gammainc, binomial, loggamma, betainc

mp.dps = 50
LAWS = [
    ([0.5, 0.5], [60, 40]),
    ([0.5, 0.25, 0.25], [7, 0, 5]),
    ([0.125] * 8, [10, 12, 8, 9, 14, 11, 13, 300]),
    ([0.9375, 0.0625], [1000, 20]),
]
RATES = ["0", "0.5", "0.9", "0.97", "1.03", "1.1", "2", "4"]
POWERS = ["0.5", "0.8", "0.9", "0.95", "0.98", "0.99", "0.995", "1.005", "1.01", "1.02", "1.05", "1.1", "1.25", "2"]


def dirichlet_multinomial(p, counts, exponent):
    c = (len(p) - 1) / mpf(2) ** (2 * exponent)
    ratio, seen = mpf(1), 0
    for pk, count in zip(p, counts):
        for i in range(count):
            ratio *= (c * pk + i) / (c + seen) / pk
            seen += 1
    return ratio


def spike(p, counts):
    n, terms = sum(counts), []
    for k, pk in enumerate(p):
        for r in map(mpf, RATES):
            if r * pk >= 1:
                continue
            hit = r ** counts[k] if counts[k] else mpf(1)
            terms.append(hit * ((1 - r * pk) / (1 - pk)) ** (n - counts[k]))
    return sum(terms) / len(terms)


def temperature(p, counts):
    terms = []
    for beta in map(mpf, POWERS):
        z = sum(pk ** beta for pk in p)
        term = mpf(1)
        for pk, count in zip(p, counts):
            term *= (pk ** beta / z / pk) ** count
        terms.append(term)
    return sum(terms) / len(terms)


rows = []
for p, counts in LAWS:
    q = [mpf(x) for x in p]
    ladder = [dirichlet_multinomial(q, counts, e) for e in range(-8, 1)]
    rows.append({
        "probability": p, "counts": counts,
        "dirichlet_multinomial": [float(log(x)) for x in ladder],
        "spike": float(log(spike(q, counts))), "temperature": float(log(temperature(q, counts))),
        "engine": float(log((sum(ladder) + spike(q, counts) + temperature(q, counts)) / 11)),
    })


# Far from what a right subject gives, and as far as counts go: here by log-gamma, with 80 digits.
EXTREMES = [
    ([0.5, 0.5], [2 ** 30, 2 ** 30]),
    ([0.5, 0.5], [2 ** 31, 0]),
    ([0.75, 0.25 - 2.0 ** -40, 2.0 ** -40], [3 * 2 ** 29, 2 ** 29, 5]),
    ([1 - 2.0 ** -53, 2.0 ** -53], [2 ** 31 - 1, 1]),
    ([1 - 2.0 ** -30, 2.0 ** -30], [2 ** 31, 2]),
    ([0.25 + 2.0 ** -52, 0.75 - 2.0 ** -52], [2 ** 29, 3 * 2 ** 29]),
    ([0.5 + 2.0 ** -20, 0.5 - 2.0 ** -20], [2 ** 20, 3]),
    ([0.03125] * 32, [2 ** 26 + (-1) ** k * 2000 for k in range(32)]),
    ([0.015625] * 64, [1] + [0] * 63),
    ([2.0 ** -900, 1.0], [1, 1000]),
]
mp.dps = 80
extremes = []
for p, counts in EXTREMES:
    q = [mpf(x) for x in p]
    n = sum(counts)
    ladder = []
    for e in range(-8, 1):
        c = (len(p) - 1) / mpf(2) ** (2 * e)
        value = loggamma(c) - loggamma(c + n)
        for pk, count in zip(q, counts):
            value += loggamma(c * pk + count) - loggamma(c * pk) - count * log(pk)
        ladder.append(float(value))
    terms = []
    for k, pk in enumerate(q):
        for r in (mpf(float(x)) for x in RATES):
            if r * pk >= 1 or pk == 1 or (r == 0 and counts[k] > 0):
                continue
            hit = counts[k] * log(r) if counts[k] else mpf(0)
            terms.append(hit + (n - counts[k]) * log((1 - r * pk) / (1 - pk)))
    tested = sum(1 for pk in q for r in (mpf(float(x)) for x in RATES) if r * pk < 1 and pk < 1)
    top = max(terms)
    mean = top + log(sum(exp(x - top) for x in terms) / tested)
    powers = []
    for beta in (mpf(float(x)) for x in POWERS):
        z = sum(pk ** beta for pk in q)
        powers.append(sum(count * ((beta - 1) * log(pk) - log(z)) for pk, count in zip(q, counts)))
    top = max(powers)
    warm = top + log(sum(exp(x - top) for x in powers) / len(powers))
    extremes.append({"probability": p, "counts": counts, "dirichlet_multinomial": ladder, "spike": float(mean),
                     "temperature": float(warm)})
mp.dps = 50


def chi_squared_tail(x, degrees):
    return gammainc(mpf(degrees) / 2, mpf(x) / 2, mp.inf, regularized=True)


def g(p, counts):
    n, k = sum(counts), len(p)
    q = 1 + (sum(1 / mpf(x) for x in p) - 1) / (6 * n * (k - 1))
    return 2 * sum(c * log(c / (n * mpf(x))) for x, c in zip(p, counts)) / q


tests = []
for p, counts in [([0.25] * 4, [1000, 1100, 950, 950]),
                  ([0.5, 0.25, 0.125, 0.125], [8000, 4100, 1900, 2000]),
                  ([0.0625] * 16, [625 + 10 * (k % 5) for k in range(16)])]:
    n = sum(counts)
    pearson = sum((mpf(c) - n * mpf(x)) ** 2 / (n * mpf(x)) for x, c in zip(p, counts))
    tests.append({"probability": p, "counts": counts, "pearson": float(pearson),
                  "pearson_p": float(chi_squared_tail(pearson, len(p) - 1)), "g": float(g(p, counts)),
                  "g_p": float(chi_squared_tail(g(p, counts), len(p) - 1))})
poisson = [(c, m, float(gammainc(c, 0, m, regularized=True)))
           for c, m in [(63, 22), (1, 1e-8), (3, 2.5), (2000, 1000), (1000, 2000), (5, 1e-60)]]
# Powers of two as probabilities: exact in binary, so that the table tests the tail and not the rounding of p.
tails = [(c, n, p, float(betainc(c, n - c + 1, 0, mpf(p), regularized=True)) if c else 1.0,
          float(1 - betainc(c + 1, n - c, 0, mpf(p), regularized=True)) if c < n else 1.0)
         for c, n, p in [(8, 10, 0.5), (60, 100, 0.25), (3, 1000, 2.0 ** -7), (0, 5, 0.25), (1, 2 ** 23, 2.0 ** -40),
                         (400, 2 ** 23, 2.0 ** -15), (70, 2 ** 20, 2.0 ** -20), (600, 1000, 0.5), (400, 1000, 0.5)]]
print(json.dumps({"engine": rows, "extremes": extremes, "tests": tests, "poisson": poisson, "binomial": tails},
                 indent=1))
