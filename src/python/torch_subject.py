"""PyTorch as a subject: gumbelcheck verify -- /usr/bin/python3 src/python/torch_subject.py [DTYPES]

DTYPES are some of float32, float64, bfloat16 and float16; the first two when none are named.
Every operation is PyTorch's own function. The adapter repeats the logits along the axis of draws, so that each draw has
a gradient of its own, and divides the logits of softmax by a temperature, which torch.softmax has not. PyTorch is given
the whole seed, although its CPU generator keeps 32 bits of it: that is PyTorch's affair and not to be hidden here.
"""

import sys

import numpy
import torch
from torch.distributions import Gumbel
from torch.distributions.relaxed_categorical import ExpRelaxedCategorical, RelaxedOneHotCategorical

import gumbelcheck_subject

torch.set_num_threads(1)
DTYPES = {"float32": torch.float32, "float64": torch.float64, "bfloat16": torch.bfloat16, "float16": torch.float16}
OFFERED = sys.argv[1:] or ["float32", "float64"]


def constant(question, values):
    """In the question's dtype: bfloat16 travels as float32."""
    return torch.tensor(values).to(DTYPES[question["dtype"]])


def tensor(question, values):
    return constant(question, values).requires_grad_()


def array(values):
    values = values.detach()
    return (values.float() if values.dtype is torch.bfloat16 else values).numpy()


def leading(question):
    return (question["draws"],) if "draws" in question else ()


def axis_of_result(question, logits):
    """The axis counts in the logits; behind the axis of draws it must mean the same, and stay out of range if it was."""
    axis = question.get("axis", -1)
    return axis if -logits.ndim <= axis < 0 else axis + len(leading(question)) * (1 if axis >= 0 else -1)


def softmax(question, logits, cotangent=None):
    temperature = question.get("temperature", 1)
    if temperature <= 0:  # the division is the adapter's, so the refusal is too
        raise ValueError("temperature must be positive")
    leaf = tensor(question, logits)
    value = torch.softmax(leaf / temperature, dim=question.get("axis", -1))
    results = {"value": array(value)}
    if cotangent is not None:
        value.backward(constant(question, cotangent))
        results["gradient"] = array(leaf.grad)
    return results


def gumbel_softmax(question, logits, cotangent=None):
    torch.manual_seed(question["seed"])
    axis = axis_of_result(question, logits)
    leaf = tensor(question, numpy.broadcast_to(logits, leading(question) + logits.shape))
    temperature = question["temperature"]
    if cotangent is not None:
        # A tensor only where its gradient is wanted: users pass a number.
        shape = list(leaf.shape)
        shape[axis] = 1
        temperature = torch.full(shape, temperature, dtype=leaf.dtype, requires_grad=True)
    sample = torch.nn.functional.gumbel_softmax(leaf, tau=temperature, hard=question["hard"], dim=axis)
    results = {"sample": array(sample)}
    if cotangent is not None:
        sample.backward(constant(question, cotangent))
        results["gradient"] = array(leaf.grad)
        results["temperature_gradient"] = array(temperature.grad.squeeze(axis))
    return results


def gumbel(question):
    torch.manual_seed(question["seed"])
    dtype = DTYPES[question["dtype"]]
    noise = Gumbel(torch.zeros((), dtype=dtype), torch.ones((), dtype=dtype)).sample(leading(question))
    return {"noise": array(noise)}


def categorical(question, logits):
    torch.manual_seed(question["seed"])
    rows = torch.softmax(constant(question, logits), dim=-1).reshape(-1, logits.shape[-1])
    index = torch.multinomial(rows, question.get("draws", 1), replacement=True)
    return {"index": index.T.reshape(leading(question) + logits.shape[:-1]).numpy()}


def gumbel_top_k(question, logits):
    """Draws without replacement: multinomial returns them in the order drawn."""
    torch.manual_seed(question["seed"])
    rows = torch.softmax(torch.tensor(logits), dim=-1).reshape(-1, logits.shape[-1])
    draws = question.get("draws", 1)
    index = torch.multinomial(rows.repeat(draws, 1), question["k"], replacement=False)
    return {"index": index.reshape(leading(question) + logits.shape[:-1] + (question["k"],)).numpy()}


def relaxed(question, law, logits):
    return law(torch.tensor(question["temperature"], dtype=DTYPES[question["dtype"]]), logits=constant(question, logits))


def log_concrete(question, logits):
    """RelaxedOneHotCategorical is the exponential of this law: it draws from it and transforms."""
    torch.manual_seed(question["seed"])
    return {"log_sample": array(relaxed(question, ExpRelaxedCategorical, logits).rsample(leading(question)))}


def concrete_log_density(question, logits, value):
    law = relaxed(question, RelaxedOneHotCategorical, logits)
    return {"log_density": array(law.log_prob(constant(question, value)))}


gumbelcheck_subject.serve(
    {
        "name": "torch", "version": torch.__version__, "device": "cpu",
        "dtypes": OFFERED,
        "seeding": "call",
        "operations": {
            "softmax": {"gradient": True, "axis": True},
            "gumbel": {},
            # the noise is drawn by exponential_() in the shape and dtype of the logits, whatever they are
            "gumbel_softmax": {"gradient": True, "temperature_gradient": True, "axis": True, "frozen_noise": True},
            # the weights are the adapter's, made from the logits before multinomial sees them
            "categorical": {"refusal": "adapter"},
            "gumbel_top_k": {"refusal": "adapter"},
            "log_concrete": {"frozen_noise": True},
            "concrete_log_density": {},
        },
    },
    {
        "softmax": softmax, "gumbel": gumbel, "gumbel_softmax": gumbel_softmax, "categorical": categorical,
        "gumbel_top_k": gumbel_top_k, "log_concrete": log_concrete, "concrete_log_density": concrete_log_density,
    },
)
