#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Linux on two and on three cores: plugging, interrupts moved between cores, real-time load, while doorbells fly to
a VM on the fourth and back. What happens to VM 0 happens to VM 0 alone. SOAK_SECONDS makes the load longer."""
import os
import re

from gdbstub import Window
from shell import Shell, ring_total
from tables import check_machine
from tap import boot, check, run

SOAK = int(os.environ.get("SOAK_SECONDS", "0"))
LOAD = SOAK or 5
TROUBLE = re.compile(r"BUG|rcu.*(stall|starved)|scheduling while atomic|lockup|blocked for more than|nobody cared|"
                     r"WARNING|Call trace")


def no_trouble(machine):
    found = [line for line in machine.lines("VM 0") if TROUBLE.search(line)]
    check(not found, "the kernel complains: " + "\n".join(found))


def off(machine, shell, exact):
    """Power-off from inside: VM 0 goes, VM 1 stays, and the base has counted the doorbells that VM 0 has."""
    sent = ring_total(machine)
    shell.type("poweroff -f")
    machine.expect(r"VM 0 \(openEuler-rt\): off", 30, source="base")
    machine.send(b"\x1ds")
    counted = machine.expect(r"doorbells VM 0 -> VM 1: raised (\d+) coalesced (\d+) refused (\d+)", 10,
                             source="base")
    raised, coalesced, refused = (int(number) for number in counted.groups())
    check(refused == 0, f"{refused} doorbells of VM 0 were refused")
    check(coalesced == 0 and raised >= sent, f"{sent} rung, {raised} raised, {coalesced} coalesced")
    if exact:
        check(raised == sent, f"{sent} rung, {raised} raised")
    no_trouble(machine)
    check(machine.quit() == 0, "the console ends the machine, VM 1 is still there")


def two_cores_and_the_doorbell_moves_between_them():
    with boot("smp2", append=("interactive",)) as machine:
        shell = Shell(machine).ready()
        shell.step("smp cores 2")
        shell.step("smp ipi")
        shell.step("smp affinity")
        shell.step("ring burst 20000")
        off(machine, shell, exact=True)


def three_cores_under_load_and_a_reset_in_the_middle_of_it():
    window = Window()
    with boot("smp3", append=("interactive",), extra=window.arguments) as machine:
        shell = Shell(machine).ready()
        shell.step("smp cores 3")
        shell.step("smp unplug")
        shell.step(f"smp load {LOAD}", LOAD + 120)
        with window as gdb:
            check_machine("smp3", gdb, forced=True)
        shell.type("smp crash")
        machine.expect(r"\[smp\] crash: now", 30, source="VM 0")
        machine.expect(r"VM 0 \(openEuler-rt\): reset", 30, source="base")
        shell.ready()
        before = ring_total(machine)
        shell.type("ring hello")
        read = int(machine.expect(r"VM 1 has read (\d+) messages", 30, source="VM 0").group(1))
        check(read > before, f"VM 1 has read {read} messages, of {before} and those before the reset")
        check(len([line for line in machine.lines("VM 1") if "answer: ready" in line]) == 1,
              "VM 1 has started a second time")
        shell.step("smp cores 3")
        if SOAK:
            shell.step("smp affinity")
        off(machine, shell, exact=False)  # nobody has counted for the one that was reset


run(two_cores_and_the_doorbell_moves_between_them, three_cores_under_load_and_a_reset_in_the_middle_of_it)
