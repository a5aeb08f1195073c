#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Linux and VM 1 send each other messages of random lengths, 0 to 3 regions, with all wait settings, beside a load
that keeps the cores of VM 0 busy. SOAK_MESSAGES in all, SOAK_SEED for others."""
import os
import re
import time

from shell import Shell
from tap import boot, check, run

MESSAGES = int(os.environ.get("SOAK_MESSAGES", "20000"))
SEED = int(os.environ.get("SOAK_SEED", "1"))
# VM 1 looks for the end of a part every tick of 10 ms, so what it sends takes longer.
TO_VM0 = MESSAGES * 7 // 20
TO_VM1 = MESSAGES - TO_VM0
STANDSTILL = 150  # seconds without progress; the VMs themselves miss a doorbell after 60
MOVED = re.compile(r"soak: (sent|received) (\d+) messages, (\d+) long, (\d+) bytes; off (\d+), brief (\d+), "
                   r"bounded (\d+), for ever (\d+); ")


def await_end(machine):
    """The script's last line. A failure on either side, or a standstill, ends it earlier."""
    before, since = None, time.monotonic()
    while True:
        found = machine.expect(r"FAILED: .*|soak: progress (.*)|\[soak\] run: ok, (.*)", STANDSTILL)
        if found.group(2):
            return found.group(2)
        check(found.group(1), found.string)
        if found.group(1) != before:
            before, since = found.group(1), time.monotonic()
        check(time.monotonic() - since < STANDSTILL, f"standstill at {before}")


def moved(machine, vm):
    """What a VM says it sent and received: {"sent": (messages, long ones, bytes), …}."""
    found = {}
    for what in range(2):
        match = machine.expect(MOVED.pattern + ".*", 30, source=f"VM {vm}")
        print(f"# {match.string}", flush=True)
        what, *numbers = match.groups()
        numbers = [int(number) for number in numbers]
        check(all(numbers), f"VM {vm} has not {what} messages of every kind: {match.string}")
        found[what] = tuple(numbers[:3])
    return found


def doorbells(machine, sender, receiver):
    """The base's count: raised, coalesced, refused."""
    line = machine.expect(rf"doorbells VM {sender} -> VM {receiver}: raised (\d+) coalesced (\d+) refused (\d+)", 10,
                          source="base")
    return [int(number) for number in line.groups()]


def both_directions_beside_a_load():
    with boot("soak", append=("interactive",)) as machine:
        machine.expect(r"soak: ready", 180, source="VM 1")
        shell = Shell(machine).ready()
        shell.type(f"soak run {TO_VM1} {TO_VM0} {SEED}")
        end = await_end(machine)
        print(f"# {end}", flush=True)
        linux, uniproton = moved(machine, 0), moved(machine, 1)
        check(linux["sent"][0] == TO_VM1 and linux["received"][0] == TO_VM0, "some are missing")
        check(linux["sent"] == uniproton["received"] and linux["received"] == uniproton["sent"],
              f"VM 0 says {linux}, VM 1 {uniproton}")
        machine.send(b"\x1ds")
        raised, coalesced, refused = doorbells(machine, 0, 1)
        counted = {name: int(value) for name, value in re.findall(r"(\w+) (\d+)", end)}
        check(counted["rung"] == raised + coalesced == TO_VM1 + 1 and not refused and not counted["refused"],
              f"VM 0 rang {counted['rung']} times, the base counts {raised} and {coalesced}, {refused} refused")
        raised, coalesced, refused = doorbells(machine, 1, 0)
        # One that came while one was pending at the guest's own interface is raised, but no interrupt of its own.
        check(0 < counted["doorbells"] <= raised and raised + coalesced == TO_VM0 and not refused,
              f"VM 0 took {counted['doorbells']} doorbells, the base counts {raised} and {coalesced}, "
              f"{refused} refused")
        check(machine.quit() == 0, "the console ends the machine")


run(both_directions_beside_a_load)
