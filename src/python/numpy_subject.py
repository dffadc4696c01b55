"""NumPy's samplers as a subject: gumbelcheck verify -- /usr/bin/python3 src/python/numpy_subject.py

NumPy has the noise and the categorical draw; the sum of Gumbel-max and of Gumbel-top-k is the adapter's.
"""

import numpy

import gumbelcheck_subject


def generator(question):
    return numpy.random.default_rng(question["seed"])


def leading(question):
    return (question["draws"],) if "draws" in question else ()


def gumbel(question):
    return {"noise": generator(question).gumbel(size=leading(question))}


def perturbed(question, logits):
    axis = question.get("axis", -1)
    axis = axis if axis < 0 else axis + len(leading(question))  # it counts in the logits
    return logits + generator(question).gumbel(size=leading(question) + logits.shape), axis


def gumbel_max(question, logits):
    scores, axis = perturbed(question, logits)
    return {"index": scores.argmax(axis=axis), "maximum": scores.max(axis=axis)}


def gumbel_top_k(question, logits):
    scores, axis = perturbed(question, logits)
    return {"index": numpy.take((-scores).argsort(axis=axis), range(question["k"]), axis=axis)}


def categorical(question, logits):
    random = generator(question)
    rows = logits.reshape(-1, logits.shape[-1])
    weights = numpy.exp(rows - rows.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    # choice takes one row of weights at a time
    columns = [random.choice(len(row), size=leading(question), p=row) for row in weights]
    return {"index": numpy.stack(columns, axis=-1).reshape(leading(question) + logits.shape[:-1])}


gumbelcheck_subject.serve(
    {
        "name": "numpy", "version": numpy.__version__, "device": "cpu",
        "dtypes": ["float64"],
        "seeding": "call",
        "operations": {
            "gumbel": {},
            # NumPy's argmax never refuses, and choice sees the weights that the adapter made
            "gumbel_max": {"maximum": True, "axis": True, "frozen_noise": True, "refusal": "adapter"},
            "gumbel_top_k": {"axis": True, "frozen_noise": True, "refusal": "adapter"},
            "categorical": {"refusal": "adapter"},
        },
    },
    {"gumbel": gumbel, "gumbel_max": gumbel_max, "gumbel_top_k": gumbel_top_k, "categorical": categorical},
)
