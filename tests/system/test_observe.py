#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A VM reads the trace and the counters of the base, and finds in them what it does itself."""
from tap import boot, check, run

SEEN = ("the call names the view", "the header is ours", "the rings fit the view", "a call makes three events",
        "its way in", "itself", "its way back", "its time", "another core's events", "the view is read-only",
        "calls are counted", "a refused ring is counted by its vector", "the denied store is counted",
        "the other's timer is seen", "the other has been started once", "there is no VM 0")


def a_vm_sees_its_own_doings_in_trace_and_counters():
    with boot("observe") as machine:
        for what in SEEN:
            machine.expect(rf"observe: {what}: ok$", 30, source="VM 1")
        machine.expect(r"observe: done", 30, source="VM 1")
        machine.send(b"\x1ds")
        machine.expect(r"exits VM 1: total \d+ hvc \d+ ", 10, source="base")
        machine.expect(r"life VM 1: starts 1 restarts 0 faults 0 denied 1", 10, source="base")
        machine.expect(r"doorbells VM 1 -> VM 2: raised 0 coalesced 0 refused 1", 10, source="base")
        machine.expect(r"doorbells VM 1 -> VM 2 vector 5: raised 0 coalesced 0 refused 1", 10, source="base")
        check(machine.quit() == 0, "the console ends the machine")


run(a_vm_sees_its_own_doings_in_trace_and_counters)
