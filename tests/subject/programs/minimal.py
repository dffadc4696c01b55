"""A subject in plain Python, without any library: softmax and Gumbel-max over the last axis, in float64."""

import ast
import json
import math
import random
import struct
import sys

questions, answers = sys.stdin.buffer, sys.stdout.buffer

DESCRIPTION = {
    "gumbelcheck": 1,
    "name": "minimal",
    "version": "1",
    "device": "cpu",
    "dtypes": ["float64"],
    "seeding": "call",
    "operations": {"softmax": {}, "gumbel_max": {}},
}


def read_array():
    """One .npy stream of float64: its shape, and its values in C order."""
    _magic_and_version, length = struct.unpack("<8sH", questions.read(10))
    header = ast.literal_eval(questions.read(length).decode())
    count = math.prod(header["shape"])
    return header["shape"], struct.unpack(f"<{count}d", questions.read(8 * count))


def npy(shape, values, letter):
    """An .npy stream: letter d for float64, q for int64."""
    descr = {"d": "<f8", "q": "<i8"}[letter]
    header = repr({"descr": descr, "fortran_order": False, "shape": tuple(shape)}).encode()
    header += b" " * (63 - (10 + len(header)) % 64) + b"\n"
    return (b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header
            + struct.pack(f"<{len(values)}{letter}", *values))


def say(answer, body=b""):
    answers.write(json.dumps(answer).encode() + b"\n" + body)
    answers.flush()


def rows(shape, values):
    for start in range(0, len(values), shape[-1]):
        row = values[start:start + shape[-1]]
        if not math.isfinite(max(row)) or any(math.isnan(x) for x in row):
            raise ValueError("logits must be finite or -inf, and not all -inf")
        yield row


def softmax(question, shape, values):
    temperature = question.get("temperature", 1)
    if temperature <= 0:
        raise ValueError("temperature must be positive")
    result = []
    for row in rows(shape, values):
        largest = max(row)
        weights = [math.exp((x - largest) / temperature) for x in row]
        total = sum(weights)
        result += [weight / total for weight in weights]
    return "value", npy(shape, result, "d")


def gumbel_max(question, shape, values):
    generator = random.Random(question["seed"])
    draws = question.get("draws")

    def noise():
        return -math.log(-math.log(generator.randrange(1, 2**53) / 2**53))

    result = []
    for _ in range(1 if draws is None else draws):
        for row in rows(shape, values):
            perturbed = [x + noise() for x in row]
            result.append(perturbed.index(max(perturbed)))
    return "index", npy(([] if draws is None else [draws]) + list(shape[:-1]), result, "q")


def main():
    for line in iter(questions.readline, b""):
        question = json.loads(line)
        # All arrays are read before anything is answered, an error too: the streams stay in step.
        arrays = {name: read_array() for name in question.get("arrays", [])}
        if question["call"] == "describe":
            say(DESCRIPTION)
            continue
        operation = {"softmax": softmax, "gumbel_max": gumbel_max}[question["call"]]
        try:
            name, body = operation(question, *arrays["logits"])
        except ValueError as error:
            say({"id": question["id"], "error": str(error)})
        else:
            say({"id": question["id"], "arrays": [name]}, body)


if __name__ == "__main__":
    main()
