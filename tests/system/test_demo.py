#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The demonstration on the real thing: transcript of both sides, other memory maps, swapped roles."""
import re

from tap import BOOT, boot, check, judge, run

DEMO = 60  # seconds the messages themselves may take


def run_demo(system, *judge_options, **machine_options):
    with boot(system, **machine_options) as machine:
        machine.expect(r"PREEMPT_RT", BOOT, source="VM 0")
        machine.expect(r"\[linux\] exit status 0", DEMO, source="VM 0")
        machine.expect(r"VM 0 \(openEuler-rt\): off", 20, source="base")
        machine.expect(r"demo: all sent", 20, source="VM 1")
        check(machine.quit() == 0, "QEMU should end by itself when the base powers off")
        judge(machine, *judge_options)
        return machine


def counter(machine, vm, kind):
    line = [text for text in machine.lines("base") if f"exits VM {vm}: " in text][-1]
    return int(re.search(rf"\b{kind} (\d+)", line).group(1))


def both_systems_exchange_their_messages():
    machine = run_demo("demo")
    # Eleven messages to VM 1 and sixteen to VM 0, each with its own doorbell.
    machine.expect(r"doorbells VM 0 -> VM 1: raised 11 coalesced 0 refused 0", 1, source="base")
    machine.expect(r"doorbells VM 1 -> VM 0: raised 16 coalesced 0 refused 0", 1, source="base")
    check(counter(machine, 1, "hvc") >= 16, "VM 1 rings by HVC")
    check(counter(machine, 0, "denied") == 0, "Linux touches nothing that is not its own")
    check(counter(machine, 1, "denied") == 0, "VM 1 touches nothing that is not its own")


def regions_move_with_the_description_alone():
    run_demo("moved", "--from-linux", "0x30000000:0x10000", "--to-linux", "0x1234560000:0x801000")


def the_roles_on_the_regions_can_be_swapped():
    run_demo("swapped", "--from-linux", "0x2ac00000:0x400000", "--to-linux", "0x2a800000:0x400000")


def another_machine_boots_the_same_binary():
    """A Versal: other addresses of RAM, GIC and UART; the regions lie at their own physical addresses."""
    run_demo("versal", machine="xlnx-versal-virt", cpu="cortex-a72", smp=4)


run(both_systems_exchange_their_messages, regions_move_with_the_description_alone,
    the_roles_on_the_regions_can_be_swapped, another_machine_boots_the_same_binary)
