"""Makes a Python program a subject of Gumbelcheck: it hides the framing of docs/protocol.md. Needs NumPy.

    import gumbelcheck_subject

    def softmax(question, logits):
        ...
        return {"value": value}

    gumbelcheck_subject.serve(description, {"softmax": softmax})

An operation is called with the question (a dictionary) and the arrays of the question by name. It returns the
arrays of the answer by name, in the question's dtype (indices as int64), or raises, which is answered as an error.
"""

import io
import json
import os
import sys

import numpy


class Pipe:
    """NumPy takes what has only `read` and `write` for a stream and does not seek in it."""

    def __init__(self, stream):
        self.read = stream.read
        self.write = getattr(stream, "write", None)


def serve(description, operations):
    questions = sys.stdin.buffer
    # Whatever else prints, in Python or in a library below it, goes to standard error.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr

    for line in iter(questions.readline, b""):
        question = json.loads(line)
        # All of them before anything is answered: the streams stay in step.
        arrays = {name: numpy.lib.format.read_array(Pipe(questions), allow_pickle=False)
                  for name in question.get("arrays", [])}
        body = io.BytesIO()
        if question["call"] == "describe":
            answer = {"gumbelcheck": 1, **description}
        else:
            try:
                results = operations[question["call"]](question, **arrays)
                for value in results.values():
                    # not ascontiguousarray, which makes an axis where there is none
                    value = numpy.asarray(value, order="C")
                    numpy.lib.format.write_array(Pipe(body), value, version=(1, 0), allow_pickle=False)
                answer = {"id": question["id"], "arrays": list(results)}
            except Exception as error:
                body = io.BytesIO()
                answer = {"id": question["id"], "error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer).encode() + b"\n" + body.getvalue())
        answers.flush()
