#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How deep the base's stacks can get, read out of the linked image (TAP).

Every function's frame and calls are taken from the disassembly, libfdt's too. The bound of an entry point is
its deepest path. There is no recursion, and the only calls through pointers are those named here.
"""
import collections
import os
import re
import subprocess
import sys

BUILD = os.environ.get("BUILD", "build")
CROSS = os.environ.get("CROSS_COMPILE", "aarch64-linux-gnu-")
ELF = os.path.join(BUILD, "base", "fusiondock.elf")
ASM_H = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "base", "arch", "asm.h")

TRAPS = ("trap_sync", "trap_irq", "trap_irq_acknowledged", "trap_kicked", "trap_serror")
# Calls through pointers: who makes them, and where they lead.
POINTERS = {"mistake": ["report"], "system_read": ["report"]}
# What gives memory away or changes the base's or a VM's translation: for booting alone.
BOOT_ONLY = {"pmem_alloc", "pool_page", "host_reserve", "mmu_map", "stage2_map", "stage2_init", "system_place"}
SHORT_WAY = 48  # what arch/vectors.S puts on the stack before it gives up on the short way

FUNCTION = re.compile(r"^[0-9a-f]+ <([^>+]+)>:$")
INSTRUCTION = re.compile(r"^\s*[0-9a-f]+:\t[0-9a-f]{8} \t(\S+)\s*(.*)$")


def read_image():
    """{function: bytes of its frame}, {function: functions it calls}, functions that call pointers."""
    frames, calls, indirect = collections.Counter(), collections.defaultdict(set), set()
    name = None
    text = subprocess.run([CROSS + "objdump", "-d", ELF], stdout=subprocess.PIPE, text=True, check=True).stdout
    for line in text.splitlines():
        start, step = FUNCTION.match(line), INSTRUCTION.match(line)
        if start:
            name = start.group(1)
            frames[name] += 0
        if not step or name is None:
            continue
        op, operands = step.groups()
        down = re.match(r"sp, sp, #0x([0-9a-f]+)|sp, sp, #(\d+)", operands) if op == "sub" else None
        push = re.search(r"\[sp, #-(\d+)\]!", operands)
        if down:
            frames[name] += int(down.group(1), 16) if down.group(1) else int(down.group(2))
        if push:
            frames[name] += int(push.group(1))
        target = re.search(r"<([^>+]+)>$", operands)
        if op in ("bl", "b") and target and target.group(1) != name:
            calls[name].add(target.group(1))
        if op == "blr":
            indirect.add(name)
    for caller, targets in POINTERS.items():
        calls[caller].update(targets)
    return frames, calls, indirect


def resolve_alias(frames, calls):
    """fdt_get_alias_namelen asks fdt_path_offset for "/aliases", a path that needs no alias: once more, no deeper."""
    again = ("fdt_path_offset", "fdt_path_offset_namelen")
    once_more = sum(frames[name] for name in again)
    for caller in ("fdt_get_alias_namelen", "fdt_path_offset_namelen"):
        if calls[caller] & set(again):
            calls[caller] -= set(again)
            frames[caller] += once_more


def deepest(entry, frames, calls, path=()):
    """(bytes, path) of the deepest way from entry; a cycle raises."""
    if entry in path:
        raise RecursionError(" -> ".join(path[path.index(entry):] + (entry,)))
    best = (0, ())
    for target in calls[entry]:
        if target not in cache:
            cache[target] = deepest(target, frames, calls, path + (entry,))
        best = max(best, cache[target])
    return frames[entry] + best[0], (entry,) + best[1]


def reachable(entry, calls):
    seen, todo = set(), [entry]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += calls[name]
    return seen


def size_of(name):
    with open(ASM_H, encoding="utf-8") as header:
        return int(re.search(rf"#define {name} (\d+)", header.read()).group(1))


def report(number, good, what):
    print(f"{'ok' if good else 'not ok'} {number} - {what}")
    return good


cache = {}


def main():
    frames, calls, indirect = read_image()
    regs, cpu_stack, boot_stack = size_of("REGS_SIZE"), size_of("CPU_STACK_SIZE"), size_of("BOOT_STACK_SIZE")
    resolve_alias(frames, calls)
    # vectors.S has one body for all traps; its frames are counted by name here.
    for entry in TRAPS:
        calls[entry].discard("vectors")
    print("1..6")
    good = True
    panic = regs + deepest("trap_from_base", frames, calls)[0]
    trap, path = max(deepest(entry, frames, calls) for entry in TRAPS)
    trap += regs + SHORT_WAY + panic
    good &= report(1, trap <= cpu_stack, f"a trap and a panic within it need at most {trap} of {cpu_stack} bytes")
    print("#   " + " -> ".join(path))
    second, path = deepest("base_secondary", frames, calls)
    good &= report(2, second + panic <= cpu_stack - regs,
                   f"a core that starts needs at most {second + panic} of {cpu_stack - regs} bytes")
    boot, path = deepest("base_main", frames, calls)
    good &= report(3, boot + panic <= boot_stack, f"booting needs at most {boot + panic} of {boot_stack} bytes")
    print("#   " + " -> ".join(path))
    running = set().union(*(reachable(entry, calls) for entry in TRAPS))
    libfdt = sorted(name for name in running if name.startswith("fdt_"))
    good &= report(4, not libfdt, "no trap calls libfdt" + (": " + " ".join(libfdt) if libfdt else ""))
    unknown = sorted((indirect & reachable("base_main", calls) | indirect & running) - set(POINTERS))
    good &= report(5, not unknown, "calls through pointers are the known ones" +
                   (": " + " ".join(unknown) if unknown else ""))
    running |= reachable("base_secondary", calls)
    # A name that is gone would make this test one that cannot fail.
    wrong = sorted(BOOT_ONLY & running | BOOT_ONLY - set(frames))
    good &= report(6, not wrong, "nothing is allocated or mapped after boot" +
                   (": " + " ".join(wrong) if wrong else ""))
    return 0 if good else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except RecursionError as cycle:
        print(f"not ok 1 - no recursion: {cycle}")
        sys.exit(1)
