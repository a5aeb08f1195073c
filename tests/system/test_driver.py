#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The driver mcs_km in VM 0, with a peer that rings and echoes: one boot, one test for each group.

With the argument `fuzz` only the fuzzer runs, for FUZZ_SECONDS; with `measure` the exits to the base
and the context switches of a message are printed.
"""
import os
import re
import sys

from tap import BOOT, boot, check, run

KERNEL_TROUBLE = re.compile(
    r"BUG|WARNING|Oops|scheduling while atomic|sleeping function|Unbalanced|nobody cared|stall|"
    r"hung task|Call trace|Unable to handle|lockdep|refcount_t|list_(?:add|del) corruption")

MACHINE = None


def machine():
    """Booted by the first test that needs it; VM 0 has a shell."""
    global MACHINE
    check(MACHINE is None or MACHINE.running, "the machine does not run (any more)")
    if MACHINE is None:
        MACHINE = boot("driver")
        MACHINE.start()
        MACHINE.expect(r"ringer: ready", BOOT, source="VM 1")
        MACHINE.expect(r"PREEMPT_RT", BOOT, source="VM 0")
        MACHINE.expect(r"job control turned off", BOOT, source="VM 0")
        sh("stty -echo; PS1=", 30)
    return MACHINE


COMMANDS = 0


def sh(command, timeout):
    """Runs a command in VM 0: its lines. The status must be 0."""
    global COMMANDS
    COMMANDS += 1
    target = MACHINE
    first = len(target.lines("VM 0"))
    target.send(f"{command}\necho end-$(({COMMANDS})):$?\n".encode())
    status = target.expect(rf"end-{COMMANDS}:(\d+)", timeout, source="VM 0").group(1)
    lines = [line.removeprefix("[VM 0] ") for line in target.lines("VM 0")[first:]]
    check(status == "0", f"`{command}` has status {status}:\n" + "\n".join(lines))
    return lines


def silent_kernel():
    """What the kernel has said so far must hold no trouble."""
    trouble = [line for line in sh("dmesg", 20) if KERNEL_TROUBLE.search(line)]
    check(not trouble, "the kernel says:\n" + "\n".join(trouble))


def group(name, timeout=60):
    def test():
        machine()
        lines = sh(f"mcs_check {name}", timeout)
        summary = [line for line in lines if line.startswith(f"mcs_check {name}: ")]
        found = re.search(r": (\d+) checks, 0 failed$", summary[-1] if summary else "")
        check(found and int(found.group(1)) > 0, "\n".join(lines))
        for line in lines:
            if line.startswith(("#", "mcs_check")):
                print(f"# {line.lstrip('# ')}", flush=True)
        silent_kernel()
    test.__name__ = f"driver_{name}"
    return test


def driver_fuzz():
    seconds = int(os.environ.get("FUZZ_SECONDS", "60"))
    machine()
    lines = sh(f"mcs_fuzz {seconds}", seconds + 60)
    for line in lines:
        if line.startswith("mcs_fuzz"):
            print(f"# {line}", flush=True)
    check("mcs_fuzz: fine" in lines, "\n".join(lines))
    silent_kernel()
    sh("mcs_check errors", 60)


def exits():
    """The base's counters by VM and kind."""
    MACHINE.send(b"\x1ds")
    lines = [MACHINE.expect(rf"exits VM {vm}: (.*)", 10, source="base").group(1) for vm in (0, 1)]
    return [{name: int(count) for name, count in re.findall(r"(\S+) (\d+)", line)} for line in lines]


def cost(way, count):
    """Exits of both VMs for the messages alone, and what the program says of switches."""
    MACHINE.send(f"mcs_cost {way} {count}\n".encode())
    MACHINE.expect(r"mcs_cost: start", 30, source="VM 0")
    first = exits()
    MACHINE.send(b"\n")
    MACHINE.expect(r"mcs_cost: end", 120, source="VM 0")
    last = exits()
    MACHINE.send(b"\n")
    said = MACHINE.expect(rf"mcs_cost: {way}.* switches (\d+), involuntary (\d+), of the interrupt threads (\d+), "
                          r"(\d+) us", 30, source="VM 0")
    spent = [{kind: (last[vm][kind] - first[vm][kind]) / count for kind in first[vm]} for vm in (0, 1)]
    return spent, [int(number) for number in said.groups()]


def measure():
    """A row for each way of waiting, as in docs/linux.md."""
    count = int(os.environ.get("MESSAGES", "2000"))
    machine()
    print("# | VM 0 waits by | exits of VM 0 | ring | kick | SGI | timer | distributor | exits of VM 1 | ring | kick | "
          "switches of the task | forced | of the thread | us |", flush=True)
    for way in ("wait", "receive", "poll", "spin"):
        (linux, peer), (slept, forced, threads, us) = cost(way, count)
        row = [linux["total"], linux["hvc"], linux["irq-kick"], linux["sysreg"], linux["irq-timer"], linux["gicd"],
               peer["total"], peer["hvc"], peer["irq-kick"], slept / count, forced / count, threads / count]
        print(f"# | {way} | " + " | ".join(f"{value:.2f}" for value in row) + f" | {us} |", flush=True)
        check(linux["hvc"] < 1.1 and linux["gicd"] < 0.1, f"more calls and distributor accesses than doorbells: {linux}")
        check(way != "spin" or slept < count / 10, f"it sleeps {slept} times where it should spin")
    for name in ("direct", "threaded", "throttled"):
        print(f"# {name} {sh(f'cat /sys/class/misc/mcs/{name}', 10)[0]}", flush=True)


def the_machine_ends():
    machine().send(b"exit\n")
    MACHINE.expect(r"VM 0 \(openEuler-rt\): off", 30, source="base")
    check(MACHINE.quit() == 0, "the console ends the machine")


GROUPS = ("doorbells", "direct", "poll", "notify", "errors", "maps", "sysfs", "port", "storm", "life")


def main(wanted):
    try:
        if wanted == ["fuzz"]:
            run(driver_fuzz, the_machine_ends)
        elif wanted == ["measure"]:
            run(measure, the_machine_ends)
        elif wanted:
            run(*[group(name) for name in wanted])
        else:
            run(*[group(name) for name in GROUPS], driver_fuzz, group("reload"), the_machine_ends)
    finally:
        if MACHINE is not None:
            MACHINE.kill()


main(sys.argv[1:])
