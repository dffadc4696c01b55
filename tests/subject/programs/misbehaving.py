"""The minimal subject with its process number for a version. Once asked, it does what its argument says."""

import json
import os
import signal
import subprocess
import sys
import time

from minimal import DESCRIPTION, answers, npy, questions, read_array, say, softmax

MODE = sys.argv[1]
FOREVER = 1000
SLEEPER = [sys.executable, "-c", f"import time; time.sleep({FOREVER})"]


def sleeping_grandchild():
    child = subprocess.Popen(SLEEPER, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    tell(child.pid)


def sleeping_daemon():
    """In a session of its own, and its parent is gone."""
    start = ("import subprocess; null = subprocess.DEVNULL; "
             f"print(subprocess.Popen({SLEEPER!r}, stdin=null, stdout=null, stderr=null, start_new_session=True).pid)")
    tell(int(subprocess.run([sys.executable, "-c", start], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            start_new_session=True, check=True).stdout))


def tell(pid):
    print("grandchild", pid, file=sys.stderr, flush=True)
    if len(sys.argv) > 2:  # a file, for a test that cannot read the standard error
        with open(sys.argv[2], "w") as file:
            file.write(f"{pid}\n")


def before_the_arrays(question):
    """What is done while the arrays of the question are still on their way."""
    if MODE == "eager":
        say({"id": question["id"], "arrays": ["value"]}, npy((1 << 20,), [0.5] * (1 << 20), "d"))
    if MODE == "floods_instead_of_reading":
        say({"id": question["id"], "arrays": ["value"]}, npy((1 << 20,), [0.5] * (1 << 20), "d"))
        while True:
            answers.write(b"x" * 65536)
    if MODE == "answers_and_leaves":
        say({"id": question["id"], "arrays": ["value"]}, npy((1 << 20,), [0.5] * (1 << 20), "d"))
        sys.exit(0)
    if MODE == "closes_input":
        os.close(0)
        time.sleep(FOREVER)


def misbehave(question, shape, body):
    good = {"id": question["id"], "arrays": ["value"]}
    if MODE == "crash":
        print("the last words", file=sys.stderr)
        sys.exit(3)
    elif MODE == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif MODE == "hang":
        time.sleep(FOREVER)
    elif MODE == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        sleeping_grandchild()
        time.sleep(FOREVER)
    elif MODE == "own_group":
        os.setsid()
        sleeping_grandchild()
        time.sleep(FOREVER)
    elif MODE == "own_session":
        sleeping_daemon()
        time.sleep(FOREVER)
    elif MODE == "leaves_a_daemon":
        sleeping_daemon()
        sys.exit(4)
    elif MODE == "leaves_a_grandchild":
        sleeping_grandchild()
        sys.exit(4)
    elif MODE == "garbage":
        answers.write(b"Segmentation fault?\n")
        answers.flush()
    elif MODE == "wrong_id":
        say({**good, "id": question["id"] + 1}, body)
    elif MODE == "wrong_shape":
        say(good, npy((shape[-1], 1), [0.5] * shape[-1], "d"))
    elif MODE == "wrong_type":
        say(good, npy(shape, [0] * shape[-1], "q"))
    elif MODE == "missing":
        say({"id": question["id"]})
    elif MODE == "cut":
        say(good, body[:-8])
        sys.exit(0)
    elif MODE == "closes_output":
        os.close(1)
        time.sleep(FOREVER)
    elif MODE == "endless_line":
        while True:
            answers.write(b"x" * 65536)
    elif MODE == "trickle":
        while True:
            os.write(1, b"x")
            time.sleep(0.01)
    elif MODE == "floods_standard_error":
        for _ in range(64):
            os.write(2, b"noise noise noise\n" * 4096)
        say(good, body)
    elif MODE == "extra":
        say({"id": question["id"], "arrays": ["unasked", "value"], "mood": "fine"}, npy((), [1.0], "d") + body)
    elif MODE == "says_more":
        say(good, body)
        answers.write(b"by the way\n")
        answers.flush()
    elif MODE == "header":
        header = sys.argv[2].encode()
        say(good, b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
    else:
        say(good, body)


def main():
    for line in iter(questions.readline, b""):
        question = json.loads(line)
        if question["call"] == "describe":
            if MODE == "silent":
                time.sleep(FOREVER)
            say({**DESCRIPTION, "version": str(os.getpid()), "dtypes": ["float64", "float8"],
                 "operations": {"softmax": {}, "unheard_of": {}}})
            if MODE == "leaves":
                sys.exit(0)
            if MODE == "deaf":
                time.sleep(FOREVER)
            continue
        before_the_arrays(question)
        shape, values = read_array()
        if MODE == "eager":  # it has answered
            continue
        try:
            misbehave(question, shape, softmax(question, shape, values)[1])
        except ValueError as error:
            say({"id": question["id"], "error": str(error)})
    if MODE == "says_goodbye":  # its input has ended, and it was given the time to leave
        with open(sys.argv[2], "w") as file:
            file.write("goodbye\n")


main()
