#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A description that cannot be is refused: node, property and reason on the console, no VM starts."""
from tap import boot, check, run


def refused(system, words):
    with boot(system) as machine:
        machine.expect(words, 20, source="base")
        machine.expect(r"refused: 1 mistake in what this machine is to run, no VM started", 5, source="base")
        check(machine.quit() == 0, "the console still ends the machine")
        check(not [line for line in machine.lines() if line.startswith("[VM")], "a VM has started")


def overlapping_memory_is_refused():
    refused("refused-overlap",
            r"refused: /regions/region@2ac00000: reg: 0x2b800000 \+ 0x400000 overlaps /vms/vm@1: memory, "
            r"0x2b000000 \+ 0x1000000, in VM 1")


def a_core_used_twice_is_refused():
    refused("refused-cores", r"refused: /vms/vm@1: cpus: core 0x1 is already VM 0's; a core runs one VM")


def memory_that_is_not_there_is_refused():
    refused("refused-memory", r"refused: /vms/vm@0: memory: the machine has no 0x100000000 bytes")


def an_unknown_property_is_refused():
    refused("refused-unknown", r"refused: /vms/vm@1: doorbel-intids: unknown property")


def a_region_off_the_pages_is_refused():
    refused("refused-unaligned", r"refused: /regions/region@2a800000: reg: .* must be multiples of a page")


def a_missing_bundle_is_refused():
    with boot("demo") as machine:
        pass
    machine = boot("demo")
    at = machine.command.index("-initrd")
    del machine.command[at:at + 2]
    with machine:
        machine.expect(r"refused: the machine's device tree: no bundle", 20, source="base")
        check(machine.quit() == 0, "the console still ends the machine")


run(overlapping_memory_is_refused, a_core_used_twice_is_refused, memory_that_is_not_there_is_refused,
    an_unknown_property_is_refused, a_region_off_the_pages_is_refused, a_missing_bundle_is_refused)
