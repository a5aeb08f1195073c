#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Four VMs and five regions, one of them read-only for its reader, one shared by three: all pairs exchange messages
by doorbells, and what the description does not grant is refused, each right by itself."""
from gdbstub import Window
from tables import check_machine
from tap import BOOT, boot, check, run

DENIED, INVALID = "denied", "invalid"

# What each VM says about itself: VM -> the answers it must get. VM 1 and VM 2 may ring each other and VM 0.
FLAT = {
    1: {"ring VM 1": DENIED, "original ring VM 1": "refused", "ring VM 3": DENIED, "original ring VM 3": "refused",
        "ring VM 4": INVALID, "original ring VM 4": "refused",
        "region 0": "read-write", "region 1": "read-write", "region 2": DENIED, "region 3": "read-write",
        "region 4": DENIED, "region 5": INVALID,
        "read of region 2": "abort", "write of region 2": "abort", "read of region 4": "abort",
        "write of region 4": "abort", "read of region 0": "goes", "write of region 0": "goes",
        "read of region 3": "goes", "write of region 3": "goes"},
    2: {"ring VM 2": DENIED, "ring VM 3": DENIED, "original ring VM 3": "refused",
        "region 0": DENIED, "region 1": "read-write", "region 2": "read-write", "region 3": "read-write",
        "region 4": "read-write", "region 5": INVALID,
        "read of region 0": "abort", "write of region 0": "abort", "write of region 4": "goes"},
    3: {**{f"ring VM {n}": DENIED for n in (0, 1, 2, 3)}, **{f"original ring VM {n}": "refused" for n in range(5)},
        **{f"region {n}": DENIED for n in range(5)}, "region 5": INVALID,
        **{f"{what} of region {n}": "abort" for n in range(5) for what in ("read", "write")}},
}
LINUX = {
    "region 0": "read-write", "region 2": "read-write", "region 3": "read-write", "region 4": "read-only",
    "ring VM 3": "EACCES", "ring VM 4": "ENODEV", "ring VM 1 by vector 7": "ENODEV",
    "map region 1": "EINVAL", "map region 4 for writing": "EACCES", "map region 4 for reading": "ok",
    "read of region 1": "SIGBUS", "write of region 1": "SIGBUS",
    "read of region 4": "goes", "write of region 4": "SIGBUS",
    "original message memory": "ok", "original message memory is at": "0xd00000, 0x200000",
    "original message memory of instance 1": "EINVAL",
}


def answers(machine, vm, program):
    prefix = f"[VM {vm}] [{program}] " if vm == 0 else f"[VM {vm}] {program}: "
    lines = [line.removeprefix(prefix) for line in machine.lines(f"VM {vm}") if line.startswith(prefix)]
    return dict(line.rsplit(": ", 1) for line in lines if ": " in line)


def compare(vm, found, wanted):
    wrong = [f"{what}: {found.get(what)}, not {answer}" for what, answer in wanted.items()
             if found.get(what) != answer]
    check(not wrong, f"VM {vm}: " + "; ".join(wrong))


def all_pairs_exchange_and_nobody_else_does():
    window = Window()
    with boot("several", extra=window.arguments) as machine:
        machine.expect(r"\[share\] 100 numbers came round, 100 balls with each", BOOT + 60, source="VM 0")
        machine.expect(r"\[linux\] exit status 0", 20, source="VM 0")
        for vm, wanted in FLAT.items():
            compare(vm, answers(machine, vm, "several"), wanted)
        compare(0, answers(machine, 0, "share"), LINUX)
        check("region 1" not in answers(machine, 0, "share"), "VM 0 sees region 1")
        machine.expect(r"VM 0 \(openEuler-rt\): off", 20, source="base")
        with window as gdb:
            check_machine("several", gdb, forced=True)
        check(machine.quit() == 0, "the console ends the machine")
        for pair in ("0 -> VM 1", "0 -> VM 2", "1 -> VM 0", "1 -> VM 2", "2 -> VM 0", "2 -> VM 1"):
            rung = machine.expect(rf"doorbells VM {pair}: raised (\d+) coalesced (\d+)", 5, source="base")
            check(sum(int(number) for number in rung.groups()) >= 100, f"VM {pair}: {rung.group()}")
        for vm in (0, 1, 2):
            machine.expect(rf"doorbells VM 3 -> VM {vm}: raised 0 coalesced 0 refused 2", 5, source="base")


run(all_pairs_exchange_and_nobody_else_does)
