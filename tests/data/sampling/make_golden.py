# Made with: python3 tests/data/sampling/make_golden.py > tests/data/sampling/golden.json   (needs mpmath)
# Fixed words in, exact float32 bits and indices out, by 60-digit arithmetic rounded once to float32.
import json
import pathlib
import struct
import sys

from mpmath import exp, log, mp, mpf

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "random"))
from streams import word

mp.dps = 60


def float32(x):
    """x rounded to the nearest float32 (ties cannot happen here), as a Python float."""
    near = struct.unpack("<f", struct.pack("<f", float(x)))[0]
    spacing = mpf(2) ** -149 if near == 0 else mpf(2) ** (max(int(mp.floor(mp.log(abs(mpf(near)), 2))), -126) - 23)
    distance = abs(mpf(x) - mpf(near)) / spacing
    assert distance < mpf("0.4999"), "too close to a tie to be the same through double"
    return near


def bits(x):
    return struct.unpack("<I", struct.pack("<f", x))[0]


def add32(a, b):
    """The float32 sum: exact in double (both lie within 2^29 of each other), then rounded once."""
    return struct.unpack("<f", struct.pack("<f", a + b))[0]


LOGITS = [
    ("two", [0.0, 1.5]),
    ("ties", [0.25, 0.25, 0.25, 0.25]),
    ("impossible", [float("-inf"), 2.0, float("-inf"), -1.0, 0.5, float("-inf")]),
    ("spread", [3.0, -2.5, 0.125, 1.0, -0.75, 2.25, -3.0]),
]
DRAWS = 6
cases = []
for number, (name, logits) in enumerate(LOGITS):
    seed = 1000 + number
    k = len(logits)
    possible = sum(l != float("-inf") for l in logits)
    case = dict(name=name, seed=seed, logits=[None if l == float("-inf") else l for l in logits], draws=[])
    weights = [mpf(0) if l == float("-inf") else exp(mpf(l)) for l in logits]
    for draw in range(DRAWS):
        u = [(mpf(word(seed, draw * k + i)) + mpf(1) / 2) / mpf(2) ** 64 for i in range(k)]
        noise = [float32(-log(-log(x))) for x in u]
        scores = [add32(l, g) for l, g in zip(logits, noise)]
        order = sorted(range(k), key=lambda i: (-scores[i], i))[:possible]
        target, total = (mpf(word(seed, draw)) + mpf(1) / 2) / mpf(2) ** 64 * sum(weights), mpf(0)
        for interval, weight in enumerate(weights):
            total += weight
            if total > target:
                break
        case["draws"].append(dict(noise=[bits(g) for g in noise], order=order, maximum=bits(scores[order[0]]),
                                  interval=interval))
    cases.append(case)
json.dump(cases, sys.stdout, indent=1)
print()
