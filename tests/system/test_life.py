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


run(vm_0_reboots_alone, the_keyboard_moves_between_the_vms)
