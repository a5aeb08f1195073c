#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Explores the model of the protocol with spin; TAP. docs/model.md explains it.

Lines of tests/model/{litmus,properties,variants,spare,limits}: name | model | macros | outcome
The outcome is `holds`, or the property that has to be seen broken.

  model_test.py                  all of them
  model_test.py NAME...          only these
  model_test.py --trail NAME     the steps to the broken property
"""
import argparse
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(os.path.abspath(os.environ.get("BUILD", os.path.join(ROOT, "build"))),
                     "tests", "model")
LISTS = ("litmus", "properties", "variants", "spare", "limits")
JOBS = 2
MEMORY_MB = 1800  # for each job
DEPTH = 200000
SECONDS = 300  # one run; far above what the slowest takes on a busy machine
PAN = ["-DSAFETY", "-DNOCLAIM", f"-DMEMLIM={MEMORY_MB}", "-DVECTORSZ=1024"]


class Run:
    """One line of a list, and what came of it."""

    def __init__(self, listed_in, line):
        fields = [field.strip() for field in line.split("|")]
        if len(fields) != 4:
            sys.exit(f"tests/model/{listed_in}: '{line}' has {len(fields)} fields, it takes 4")
        self.listed_in = listed_in
        self.name, self.model, macros, self.outcome = fields
        self.macros = ["-D" + macro for macro in macros.split()]
        if self.outcome != "holds":
            self.macros.append("-DONLY=P_" + self.outcome)
        self.directory = os.path.join(BUILD, self.name)
        self.seen = "no result"
        self.states = 0
        self.memory = 0.0
        self.seconds = 0.0

    def succeeded(self):
        return self.seen == self.outcome


def read_lists():
    runs = []
    for name in LISTS:
        with open(os.path.join(HERE, name), encoding="utf-8") as text:
            lines = [line.strip() for line in text]
        runs += [Run(name, line) for line in lines if line and not line.startswith("#")]
    return runs


def compiler():
    """tcc compiles a verifier thirty times as fast as gcc; nearly all of them run briefly."""
    chosen = os.environ.get("MODEL_CC") or shutil.which("tcc") or "gcc"
    return [chosen, "-w"]


def call(run, *command):
    """Output of a command in the run's directory; the result is its exit status and text."""
    done = subprocess.run(command, cwd=run.directory, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, timeout=SECONDS)
    return done.returncode, done.stdout


def build(run):
    shutil.rmtree(run.directory, ignore_errors=True)
    os.makedirs(run.directory)
    for name in os.listdir(HERE):
        if name.endswith(".pml"):
            shutil.copy(os.path.join(HERE, name), run.directory)
    status, text = call(run, "spin", "-a", *run.macros, run.model + ".pml")
    if status or "Error" in text or not os.path.exists(os.path.join(run.directory, "pan.c")):
        return f"spin refuses the model: {text.strip()}"
    status, text = call(run, *compiler(), *PAN, "-o", "pan", "pan.c")
    return f"the verifier does not compile: {text.strip()}" if status else None


def number(pattern, text):
    found = re.search(pattern, text)
    return float(found.group(1)) if found else 0.0


def judge(run, status, text):
    """What a verifier's output says. Anything but a whole exploration is no result."""
    run.states = int(number(r"(\d+) states, stored", text))
    run.memory = number(r"([\d.]+)\s+total actual memory usage", text)
    broken = re.search(r"assertion violated \(?(\w+)\)? \(at depth", text)
    if broken:
        return broken.group(1)
    for trouble in ("max search depth too small", "out of memory", "memory limit", "aborted",
                    "not completed"):
        if trouble in text:
            return f"not explored whole: {trouble}"
    if status == 0 and "errors: 0" in text:
        return "holds"
    return f"no result, exit status {status}: {text.strip()[-300:]}"


def explore(run):
    start = time.monotonic()
    try:
        run.seen = build(run)
        if not run.seen:
            # Invalid end states are the watchdog's business, which names them.
            run.seen = judge(run, *call(run, "./pan", "-E", f"-m{DEPTH}", "-w20"))
    except (OSError, subprocess.TimeoutExpired) as error:
        run.seen = f"no result: {error}"
    run.seconds = time.monotonic() - start
    return run


def show(number_of, run):
    text = f"{run.listed_in}: {run.name}: {run.outcome}"
    if run.outcome != "holds":
        text = f"{run.listed_in}: {run.name}: breaks {run.outcome}"
    print(f"{'ok' if run.succeeded() else 'not ok'} {number_of} - {text}")
    print(f"# {run.states} states, {run.memory:.0f} MB, {run.seconds:.1f} s")
    if not run.succeeded():
        print(f"# seen: {run.seen}")
        print(f"# tests/model/model_test.py --trail {run.name} shows the steps")
    sys.stdout.flush()


def trail(run):
    explore(run)
    print(f"{run.name}: {run.seen}")
    _, text = call(run, "spin", "-t", "-B", *run.macros, run.model + ".pml")
    print("\n".join(line.strip() for line in text.splitlines() if "core " in line))


def choose(runs, names):
    unknown = set(names) - {run.name for run in runs}
    if unknown:
        sys.exit(f"no run is called {', '.join(sorted(unknown))}; "
                 f"see tests/model/{', '.join(LISTS)}")
    return [run for run in runs if run.name in names] if names else runs


def main():
    parser = argparse.ArgumentParser(description="explores the model of the protocol")
    parser.add_argument("--trail", metavar="NAME", help="show the steps of one run")
    parser.add_argument("names", nargs="*", metavar="NAME", help="runs (default: all)")
    options = parser.parse_args()
    if not shutil.which("spin"):
        sys.exit("spin is not installed: apt-get install spin")
    if options.trail:
        trail(choose(read_lists(), [options.trail])[0])
        return 0
    runs = choose(read_lists(), options.names)
    print(f"1..{len(runs)}", flush=True)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for count, run in enumerate(pool.map(explore, runs), 1):
            show(count, run)
            failed += not run.succeeded()
    print(f"# {sum(run.states for run in runs)} states in all, two at a time")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
