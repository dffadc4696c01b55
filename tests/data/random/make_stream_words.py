# Made with: python3 tests/data/random/make_stream_words.py > tests/data/random/stream_words.json
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from streams import claim_number, midpoint, word

IDS = [
    dict(seed=0, purpose=1, claim=0, case=0, block=0),
    dict(seed=1, purpose=1, claim=0, case=0, block=0),
    dict(seed=2**53 - 1, purpose=3, claim=0xABCDEF, case=7, block=0xFFFFFFFF),
    dict(seed=2**64 - 1, purpose=9, claim=0xFFFFFF, case=0xFFFFFFFF, block=1),
    dict(seed=0x0123456789ABCDEF, purpose=6, claim=claim_number("concrete/law"), case=12, block=345),
]
POSITIONS = [0, 1, 2, 3, 4, 5, 1000, 1001, 2**32 - 1, 2**32, 2**33 - 2, 2**33 - 1]
EDGES = sorted({w for b in range(64) for w in (2**b - 1, 2**b, 2**b + 1, 2**64 - 2**b, 2**64 - 1 - 2**b)}
               | {2**64 - 1, 2**63 - 1, 2**63, 2**63 + 1})

json.dump({
    "streams": [dict(i, words=[dict(position=p, word=word(position=p, **i)) for p in POSITIONS]) for i in IDS],
    "claim_numbers": {c: claim_number(c) for c in ("", "concrete/law", "gumbel/tail", "straight-through/gradient")},
    # multiples of 2^-65, as text: they need up to 65 bits
    "uniforms": [dict(word=w, lower=str(midpoint(w) * 2**65), upper=str(midpoint(2**64 - 1 - w) * 2**65))
                 for w in EDGES],
}, sys.stdout, indent=1)
print()
