# The streams of src/gumbelcheck/random in Python's integers, written from their data sheets: Philox4x32-10
# (Salmon, Moraes, Dror and Shaw 2011), the layout of a stream's key and counter, claim numbers, uniforms.
from fractions import Fraction

MASK = 0xFFFFFFFF


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 & MASK, (p0 >> 32) ^ c[3] ^ k[1], p0 & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


def word(seed, position, purpose=1, claim=0, case=0, block=0):
    out = philox([position // 2, block, case, (purpose << 24) | (claim & 0xFFFFFF)], [seed & MASK, seed >> 32])
    low, high = out[2:] if position % 2 else out[:2]
    return (high << 32) | low


def claim_number(text):
    h = 2166136261
    for byte in text.encode():
        h = ((h ^ byte) * 16777619) & MASK
    return (h >> 24) ^ (h & 0xFFFFFF)


def midpoint(w):
    """(w + 1/2) / 2^64, rounded toward zero to 53 bits, as a fraction."""
    numerator = 2 * w + 1
    cut = max(0, numerator.bit_length() - 53)
    return Fraction((numerator >> cut) << cut, 2**65)
