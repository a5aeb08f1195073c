#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""VM 1 is reset at random moments while it and Linux send each other messages with checksums: Linux never hangs, takes
no message of two lives, and goes on with each new life. SOAK_KILLS times, SOAK_SEED for other moments."""
import os
import re

from shell import Shell
from tap import boot, check, run

KILLS = int(os.environ.get("SOAK_KILLS", "50"))
SEED = int(os.environ.get("SOAK_SEED", "1"))
STANDSTILL = 150  # seconds for 10 kills; VM 0's program gives up a standstill after 60


def await_end(machine):
    while True:
        found = machine.expect(r"FAILED: .*|kills: (\d+) survived|kills: (\d+) of \d+ survived, epoch (\d+)", STANDSTILL)
        check("FAILED" not in found.string, found.string)
        if found.group(3):
            return int(found.group(2)), int(found.group(3))


def vm_1_dies_at_any_moment():
    with boot("kills", append=("interactive",)) as machine:
        shell = Shell(machine).ready()
        shell.type(f"kills {KILLS} {SEED}")
        survived, epoch = await_end(machine)
        check((survived, epoch) == (KILLS, KILLS + 1), f"{survived} of {KILLS} survived, epoch {epoch}")
        ended = {}
        for line in machine.lines("VM 0"):
            match = re.search(r"kills: (VM . to VM .) (\d+) messages, lost (\d+), partial (\d+), not rung (\d+)", line)
            if match:
                print("# " + line, flush=True)
                ended[match[1]] = list(map(int, match.groups()[1:]))
        check(all(counts[0] > KILLS for counts in ended.values()) and len(ended) == 2, f"{ended}")
        check(ended["VM 0 to VM 1"][1] > 0 and ended["VM 1 to VM 0"][1] > 0, f"no call saw the end of VM 1: {ended}")
        resets = [line for line in machine.lines("base") if "VM 1 (UniProton): reset" in line]
        check(len(resets) == KILLS, f"the base says {len(resets)} resets")
        shell.prompt()
        shell.type("dmesg | grep -cE 'BUG|stall'")
        machine.expect(r"^\[VM 0\] 0$", 20, source="VM 0")
        check(machine.quit() == 0, "the console ends the machine")


run(vm_1_dies_at_any_moment)
