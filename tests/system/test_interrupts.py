#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The emulated GIC through the machine's own virtual CPU interface, with fewer list registers than interrupts."""
from tap import boot, check, run

# tests/system/guests/interrupts.c says each of them.
CHECKS = """
a priority that is not above the mask waits
and comes when the mask is lowered
more than list registers come
each once
the highest priority first
handlers in handlers
all of them active
the priority of the deepest
all of them ended
none is running
dropped, not deactivated: all come
in their order
none of them again
deactivated one by one in any order
what was raised meanwhile comes behind
active by a write holds back
and lets go
pending cleared by a write does not come
disabled does not come
enabled comes
a level comes until it is quieted
the second core is on
an SGI to the core itself
an SGI to the other core
an SGI to both
an SGI to all others
an SGI to all others ignores the list
an SGI to nobody
an SGI to cores that are not there
an SPI goes where it is routed
and moves with its route
one of N goes to one
spurious interrupts
exceptions
""".strip().splitlines()


def two_cores_and_few_list_registers():
    with boot("interrupts") as machine:
        machine.expect(r"interrupts: done", 120, source="VM 1")
        lines = [line.removeprefix("[VM 1] interrupts: ") for line in machine.lines("VM 1")]
        bad = [line for line in lines if ": got " in line]
        check(not bad, "\n".join(bad))
        named = [line[:-4] for line in lines if line.endswith(": ok")]
        check(named == CHECKS, f"other checks than expected: {set(named) ^ set(CHECKS)}")
        check(machine.quit() == 0, "the console ends the machine")


run(two_cores_and_few_list_registers)
