#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The longest time at EL2 in the demonstration, in instructions (TAP).

Interrupts are masked at EL2 from the vector to the return, so the longest visit is the longest masked stretch.
Judged is the steady run: from the demonstration's first message to its last. Booting, starting a VM (which clears its
memory and copies its images) and switching the machine off come before and behind it, and are given apart.
--table prints the figures alone.
"""
import sys

from counting import counting
from tap import BOOT, check, run

LIMIT = 10_000  # instructions


def visits():
    """{phase: [instructions of each visit]}"""
    with counting("demo") as (machine, counted):
        machine.expect(r"PREEMPT_RT", 2 * BOOT, source="VM 0")
        counted.mark()
        machine.expect(r"\[linux\] write to shm", 2 * BOOT, source="VM 0")
        counted.mark()
        machine.expect(r"\[linux\] exit status 0", 60, source="VM 0")
        counted.mark()
        machine.expect(r"VM 0 \(openEuler-rt\): off", 30, source="base")
        check(machine.quit() == 0, "the console ends the machine")
        edges = [0, *counted.marks, None]
        names = ("boot, VMs start", "Linux boots", "steady run", "power off")
        return {name: [value for letter, _, value in counted.lines(*pair) if letter == "V"]
                for name, pair in zip(names, zip(edges, edges[1:]))}


def table(found):
    print("visits to EL2        number   median  longest  (instructions)")
    for name, values in found.items():
        values = sorted(values)
        if values:
            print(f"{name:20} {len(values):6}  {values[len(values) // 2]:7}  {values[-1]}")


def interrupts_are_masked_for_a_bounded_time():
    found = visits()
    steady = found["steady run"]
    check(len(steady) > 100, f"only {len(steady)} visits were counted")
    for name, values in found.items():
        if values:
            print(f"# {name}: {len(values)} visits, longest {max(values)}")
    check(max(steady) <= LIMIT, f"a visit took {max(steady)} instructions at EL2, more than {LIMIT}")


if sys.argv[1:] == ["--table"]:
    table(visits())
elif sys.argv[1:]:
    sys.exit(__doc__)
else:
    run(interrupts_are_masked_for_a_bounded_time)
