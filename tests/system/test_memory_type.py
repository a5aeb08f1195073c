#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The memory type of regions and guests, read back from the tables of the running machine: Normal, write-back,
inner shareable, with FEAT_S2FWB by force, without it by HCR_EL2.DC for a guest whose MMU stays off."""
import time

from gdbstub import Window
from shell import Shell
from tables import check_machine, stage1
from tap import boot, check, run

WRITE_BACK = 0xff  # MAIR_EL1 attribute: Normal, inner and outer write-back, read and write allocate
INNER = 3


def look(window, name, forced, mapped):
    """Tables of all VMs; then Linux's own entry for the two regions that a program of its has mapped."""
    with window as gdb:
        leaves = check_machine(name, gdb, forced)[0]
        found = [[stage1(gdb, core, leaves, address) for address in mapped] for core in (0, 1)]
    return [entries for entries in found if all(entries)]


def check_types(cpu, forced):
    name = "memory-type"
    window = Window()
    with boot(name, cpu=cpu, append=("interactive",), extra=window.arguments) as machine:
        shell = Shell(machine).ready()
        shell.type("ring stay 8")
        at = machine.expect(r"mapped at (0x[0-9a-f]+) and (0x[0-9a-f]+)", 30, source="VM 0")
        mapped = [int(address, 16) for address in at.groups()]
        for _ in range(40):
            # The program is on one of the two cores at most moments.
            entries = look(window, name, forced, mapped)
            if entries:
                break
            time.sleep(0.1)
        check(entries, "the program's mapping is on no core")
        for (ipa, attribute, shareable), region in zip(entries[0], (0x2a800000, 0x2ac00000)):
            check(ipa == region, f"Linux maps 0x{ipa:x}, not region 0x{region:x}")
            check((attribute, shareable) == (WRITE_BACK, INNER),
                  f"Linux maps region 0x{region:x} with attribute 0x{attribute:x}, shareability {shareable}")


def write_back_is_forced_where_the_core_can():
    check_types("max", True)


def without_that_a_guest_without_mmu_gets_default_cacheability():
    check_types("cortex-a72", False)


run(write_back_is_forced_where_the_core_can, without_that_a_guest_without_mmu_gets_default_cacheability)
