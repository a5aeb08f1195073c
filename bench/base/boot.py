#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How many instructions it takes from the base's first to the first of VM 1, and where they go (TAP).

Two flat guests, all cores together. --table prints the figures alone. Clearing and copying memory, and the cache
maintenance that goes with it, are told apart: they grow with the images, not with the base.
"""
import bisect
import collections
import os
import re
import subprocess
import sys

from counting import counting
from tap import BUILD, check, run

LIMIT = 3_000_000
CROSS = os.environ.get("CROSS_COMPILE", "aarch64-linux-gnu-")
MEMORY = re.compile(r"clear_bss$|mem(set|cpy|move)$|cache_clean_invalidate$|clean_invalidate_range$")
PARTS = (
    ("libfdt, reading three trees", re.compile(r"fdt_|(mem(cmp|chr)|str(len|nlen|chr|rchr|cmp|ncmp))$")),
    ("device tree, description and images", re.compile(
        r"(host|system|bundle|check|read|get|mistake|place|pmem|overlap|inherited|is_|add_|linux|copy_|find|same_page)")),
    ("translation tables", re.compile(r"(mmu|stage2|map_|pool|walk|table|primary_entry|relocate)")),
    ("console", re.compile(r"(uart|vuart|out_|put|move_line|take|drain|flush|format|base_print|text_|refill)")),
)


def functions():
    """Offsets and names of the base's functions, in rising order."""
    text = subprocess.run([CROSS + "nm", "-n", os.path.join(BUILD, "base", "fusiondock.elf")], text=True,
                          stdout=subprocess.PIPE, check=True).stdout
    found = [line.split() for line in text.splitlines()]
    found = [(int(at, 16), name) for at, kind, name in found if kind in "tT" and not name.startswith("$")]
    return [at for at, _ in found], [name for _, name in found]


def profile():
    """{function: instructions} up to the first instruction of VM 1."""
    with counting("doorbell-sgi", smp=2) as (machine, counted):
        machine.expect(r"pingpong: done", 120, source="VM 0")
        check(machine.quit() == 0, "the console ends the machine")
        offsets, names = functions()
        found = collections.Counter()
        for letter, offset, times in counted.lines():
            if letter == "A":
                found[names[bisect.bisect_right(offsets, offset) - 1]] += times
        return found


def part_of(name):
    return next((part for part, pattern in PARTS if pattern.match(name)), "all else")


def figures():
    """Instructions apart from memory, those on memory, and the parts of the first: {part: instructions}."""
    found = profile()
    memory = sum(times for name, times in found.items() if MEMORY.match(name))
    parts = collections.Counter()
    for name, times in found.items():
        if not MEMORY.match(name):
            parts[part_of(name)] += times
    return sum(parts.values()), memory, parts, found


def table():
    total, memory, parts, found = figures()
    print(f"boot to VM 1's first instruction: {total} instructions, and {memory} that clear, copy and clean memory")
    for part, times in parts.most_common():
        print(f"  {times:9}  {part}")
    print("  the largest functions: " + ", ".join(
        f"{name} {times}" for name, times in found.most_common(12) if not MEMORY.match(name)))


def booting_takes_few_instructions():
    total, memory, parts, _ = figures()
    print(f"# {total} instructions, and {memory} on memory; " + ", ".join(
        f"{part}: {times}" for part, times in parts.most_common()))
    check(total > 100_000, "the plugin has counted nothing")
    check(total <= LIMIT, f"booting took {total} instructions, more than {LIMIT}")


if sys.argv[1:] == ["--table"]:
    table()
elif sys.argv[1:]:
    sys.exit(__doc__)
else:
    run(booting_takes_few_instructions)
