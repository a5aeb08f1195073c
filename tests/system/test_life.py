#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Power and console: what one VM does to itself leaves the other alone."""
from tap import BOOT, boot, check, run

PROMPT = r"VM0:/# "


def key_reaches_uniproton(machine, key):
    machine.send(b"\x1d1")
    machine.expect(r"keyboard: VM 1 \(UniProton\)", 10, source="base")
    machine.send(key.encode())
    machine.expect(rf"\[UniProton\] key '{key}'", 10, source="VM 1")


def vm_0_reboots_alone():
    with boot("reboot") as machine:
        for _ in range(2):
            machine.expect(r"PREEMPT_RT", BOOT, source="VM 0")
            machine.expect(r"VM 0 \(openEuler-rt\): reset", 30, source="base")
        key_reaches_uniproton(machine, "r")
        machine.expect(r"PREEMPT_RT", BOOT, source="VM 0")
        check(len([line for line in machine.lines("VM 1") if "start time" in line]) == 1,
              "VM 1 has started a second time")
        check(machine.quit() == 0, "the console ends the machine")


def the_keyboard_moves_between_the_vms():
    with boot("shell", append=("interactive",)) as machine:
        machine.expect(PROMPT, BOOT + 60, source="VM 0", partial=True)
        machine.send(b"echo $((6 * 7)) cores $(nproc)\n")
        machine.expect(r"^\[VM 0\] 42 cores 2$", 10, source="VM 0")
        key_reaches_uniproton(machine, "k")
        machine.send(b"\x1d0")
        machine.expect(r"keyboard: VM 0 \(openEuler-rt\)", 10, source="base")
        machine.send(b"echo 0 > /sys/devices/system/cpu/cpu1/online; nproc\n")
        machine.expect(r"^\[VM 0\] 1$", 20, source="VM 0")
        machine.send(b"echo 1 > /sys/devices/system/cpu/cpu1/online; nproc\n")
        machine.expect(r"^\[VM 0\] 2$", 20, source="VM 0")
        machine.send(b"\x1d?")
        machine.expect(r"Ctrl-\] then 0-7", 10, source="base")
        machine.send(b"exit\n")
        machine.expect(r"VM 0 \(openEuler-rt\): off", 20, source="base")
        key_reaches_uniproton(machine, "o")
        check(machine.quit() == 0, "the console ends the machine")


STEERED = ("a VM without the right is refused", "itself is refused", "no such VM", "no such operation",
           "start of one that runs", "stop", "stop of one that does not run", "reset of one that does not run",
           "start", "reset")


def a_vm_with_the_right_stops_starts_and_resets_another():
    with boot("control") as machine:
        for what in STEERED:
            machine.expect(rf"control: {what}: ok$", 30, source="VM 1")
        machine.expect(r"control: done", 30, source="VM 1")
        machine.expect(r"alive", 10, source="VM 0")
        for what in ("off", "started", "reset, its images are loaded again"):
            machine.expect(rf"VM 0 \(openEuler-rt\): {what}", 10, source="base")
        check(machine.quit() == 0, "the console ends the machine")


def a_fault_starts_a_vm_again_as_often_as_described():
    with boot("control") as machine:
        for count in (1, 2):
            machine.expect(rf"VM 2 \(crasher\): started again after a fault, {count} of 2 times", 30, source="base")
        machine.expect(r"VM 2 \(crasher\): stopped", 30, source="base")
        machine.expect(r"control: done", 30, source="VM 1")
        check(machine.quit() == 0, "the console ends the machine")
        alive = [line for line in machine.lines("VM 2") if "alive" in line]
        check(len(alive) == 3, f"VM 2 ran {len(alive)} times, not 3")


def a_vm_that_misses_its_watchdog_has_had_a_fault():
    with boot("control") as machine:
        for what in ("started again after a fault, 1 of 1 times", "stopped"):
            machine.expect(r"called for a while", 60, source="VM 3")
            machine.expect(r"VM 3 \(sleeper\): missed its watchdog, the VM is stopped", 30, source="base")
            machine.expect(rf"VM 3 \(sleeper\): {what}", 10, source="base")
        check(machine.quit() == 0, "the console ends the machine")
        missed = [line for line in machine.lines("base") if "missed its watchdog" in line]
        check(len(missed) == 2, "a VM without a watchdog, or one that called in time, has missed it")


run(vm_0_reboots_alone, a_vm_that_misses_its_watchdog_has_had_a_fault, the_keyboard_moves_between_the_vms,
    a_vm_with_the_right_stops_starts_and_resets_another, a_fault_starts_a_vm_again_as_often_as_described)
