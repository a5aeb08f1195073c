# SPDX-License-Identifier: Apache-2.0
"""A system test is a program that speaks TAP; each of its functions is one test with a fresh boot."""
import os
import subprocess
import sys
import tempfile
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "scripts"))

from machine import Machine  # noqa: E402 (the path comes first)

BUILD = os.environ.get("BUILD", os.path.join(ROOT, "build"))
JUDGE = os.path.join(ROOT, "tests", "judge_transcript.py")

# Seconds a boot may take, on a slow and busy machine. Nothing is judged by time.
BOOT = 90


def boot(system, **options):
    """A Machine with build/systems/SYSTEM.itb; use it in a `with` block."""
    return Machine(os.path.join(BUILD, "base", "fusiondock.bin"),
                   os.path.join(BUILD, "systems", system + ".itb"), **options)


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def judge(machine, *options):
    """Judges the machine's transcript of the demonstration; the reason is the failure's text."""
    with tempfile.NamedTemporaryFile("w", suffix=".transcript") as transcript:
        transcript.write(machine.transcript)
        transcript.flush()
        done = subprocess.run([sys.executable, JUDGE, transcript.name, *options], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    check(done.returncode == 0, done.stdout)


def run(*tests):
    """Runs the tests in order; a failure is shown and the next one goes on."""
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for number, test in enumerate(tests, 1):
        name = test.__name__.replace("_", " ")
        try:
            test()
            print(f"ok {number} - {name}", flush=True)
        except Exception:  # the harness reports everything a test can raise
            failed += 1
            print(f"not ok {number} - {name}", flush=True)
            # To standard error: a harness that shows no diagnostics of its own lets that through.
            for line in [name, *traceback.format_exc().splitlines()]:
                print(f"# {line}", file=sys.stderr, flush=True)
    sys.exit(1 if failed else 0)
