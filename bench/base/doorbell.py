#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a doorbell costs at EL2: counts instructions and visits, and checks them (TAP).

--table prints the figures alone. The counts do not depend on the machine this runs on.
"""
import collections
import statistics
import sys

from counting import counting
from tap import check, run

LIMIT = 120  # instructions of a doorbell, both ends together
SEND, EOI = 0x60, 0x63  # marks of pingpong.c


def count(kind):
    """Events per core, [(letter, value)], of one run with doorbells of this kind."""
    with counting("doorbell-" + kind, smp=2) as (machine, counted):
        machine.expect(r"pingpong: done", 120, source="VM 0")
        check(machine.quit() == 0, "the console ends the machine")
        return counted.events()


def phases(events):
    """Visits by phase in the steady part: {phase: [instructions of each doorbell's visits]}."""
    found = collections.defaultdict(list)
    for core in (0, 1):
        sends = sum(1 for event in events[core] if event == ("M", SEND))
        last, seen = None, 0
        for letter, value in events[core]:
            if letter == "M":
                last = value
                seen += value == SEND
            elif letter == "V" and 200 < seen < sends - 2:
                # A visit that ends at the vector has its mark behind it: told apart below.
                found[{SEND: "send", EOI: "eoi"}.get(last, "deliver")].append(value)
        found["doorbells"].append(max(0, sends - 202))
    return found


def figures(kind):
    found = phases(count(kind))
    doorbells = min(found["doorbells"])
    each = {phase: found[phase] for phase in ("send", "deliver", "eoi")}
    total = sum(statistics.median(values) for values in each.values() if values)
    visits = sum(len(values) for values in each.values()) / max(1, sum(found["doorbells"]))
    return doorbells, each, total, visits


def table():
    print("doorbell  send  deliver  eoi  total  visits  (instructions at EL2, medians)")
    for kind in ("sgi", "spi", "traced"):
        _, each, total, visits = figures(kind)
        medians = [f"{statistics.median(each[phase]):.0f}" if each[phase] else "0"
                   for phase in ("send", "deliver", "eoi")]
        print(f"{kind.upper():8}  {medians[0]:>4}  {medians[1]:>7}  {medians[2]:>3}  {total:5.0f}  {visits:6.2f}")


def check_kind(kind):
    doorbells, each, total, visits = figures(kind)
    check(doorbells > 500, f"only {doorbells} doorbells were counted")
    check(each["send"] and each["deliver"], "no visit was seen: the plugin counts nothing")
    check(not each["eoi"], f"ending the interrupt made {len(each['eoi'])} visits")
    worst = max(each["send"]) + max(each["deliver"])
    print(f"# {kind}: {total:.0f} instructions, worst {worst}, {visits:.2f} visits a doorbell")
    check(worst <= LIMIT, f"a doorbell took {worst} instructions at EL2, more than {LIMIT}")
    check(abs(visits - 2) < 0.02, f"a doorbell took {visits:.2f} visits, not 2")


def a_doorbell_by_sgi_is_short():
    check_kind("sgi")


def a_doorbell_by_spi_is_short():
    check_kind("spi")


def a_doorbell_that_is_traced_rings_all_the_same():
    doorbells, each, total, visits = figures("traced")
    check(doorbells > 500, f"only {doorbells} doorbells were counted")
    print(f"# traced: {total:.0f} instructions, {visits:.2f} visits a doorbell")
    check(min(each["send"]) > LIMIT < min(each["deliver"]), "the short way was taken, which records nothing")
    check(abs(visits - 2) < 0.02, f"a doorbell took {visits:.2f} visits, not 2")


if sys.argv[1:] == ["--table"]:
    table()
elif sys.argv[1:]:
    sys.exit(__doc__)
else:
    run(a_doorbell_by_sgi_is_short, a_doorbell_by_spi_is_short,
        a_doorbell_that_is_traced_rings_all_the_same)
