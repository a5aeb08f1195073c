#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A VM does its worst; the others meet their checks meanwhile, and the base counts right. docs/walls.md

The victim works on deadlines and counts them. Nothing is judged by the clock of this machine: what is
due and what was met are counted by the same counter.
"""
import collections
import hashlib
import re
import time

from tap import BOOT, boot, check, run

SLOW = 120  # seconds a pass of an attack may take on a busy machine
VICTIM = r"victim: (?:at work|end) due (\d+) met (\d+) late (\d+) doorbells (\d+) strange 0 damaged 0 exceptions 0$"
END = VICTIM.replace("(?:at work|end)", "end")
AT_WORK = VICTIM.replace("(?:at work|end)", "at work")

CONSOLE_BUDGET = 65536  # characters a VM may have saved up
CONSOLE_RATE = 200000  # systems/attack_console.dts
CONSOLE_BUFFER = 4096
LINUX_DOORBELL_MS = 1  # systems/attack_ring.dts

Victim = collections.namedtuple("Victim", "due met late doorbells")


def keyboard_to(machine, vm):
    machine.send(b"\x1d%d" % vm)
    machine.expect(rf"keyboard: VM {vm} ", 20, source="base")


def exits(machine):
    """The counters as the base prints them: {VM: {name: number}}, the last ones."""
    found = {}
    for line in machine.lines("base"):
        match = re.match(r"\[base\] exits VM (\d+): (.*)$", line)
        if match:
            words = match[2].split()
            found[int(match[1])] = dict(zip(words[::2], map(int, words[1::2])))
    return found


def doorbells(machine, source, target):
    """raised, coalesced, refused of the last print."""
    pattern = rf"doorbells VM {source} -> VM {target}: raised (\d+) coalesced (\d+) refused (\d+)"
    return [tuple(map(int, match.groups())) for match in
            (re.search(pattern, line) for line in machine.lines("base")) if match][-1]


def print_counters(machine):
    machine.send(b"\x1ds")
    machine.expect(r"exits VM 2: ", 20, source="base")
    return exits(machine)


def attack_done(machine, what, *names):
    """The attack's own counts, by name; nothing may be wrong with them."""
    pattern = rf"attack: {what} done" + "".join(rf" {name} (\d+)" for name in names)
    counts = dict(zip(names, map(int, machine.expect(pattern, SLOW, source="VM 1").groups())))
    problems = [line for line in machine.lines() if "attack: PROBLEM" in line]
    check(not problems, "\n".join(problems))
    check(counts.get("wrong", 0) == 0, f"the attack counts {counts}")
    return counts


def victim_ends_well(machine):
    """After a pass of the attack the victim still works; then it ends by its own will."""
    machine.expect(AT_WORK, SLOW, source="VM 2")
    keyboard_to(machine, 2)
    machine.send(b"e")
    victim = Victim(*map(int, machine.expect(END, 30, source="VM 2").groups()))
    check(victim.due - victim.met <= 1, f"deadlines were lost: {victim}")
    machine.expect(r"VM 2 \(victim\): off", 20, source="base")
    return victim


def linux_is_up(machine):
    machine.expect(r"built-in shell \(ash\)", BOOT, source="VM 0")


def linux_ends_well(machine):
    digest = hashlib.sha256(bytes(4 << 20)).hexdigest()
    keyboard_to(machine, 0)
    machine.send(b"dd if=/dev/zero of=/zeros bs=64k count=64; sha256sum /zeros\n")
    machine.expect(rf"^\[VM 0\] {digest}  /zeros$", 60, source="VM 0")
    machine.send(b"sleep 1; echo $((6 * 7)) cores $(nproc)\n")
    machine.expect(r"^\[VM 0\] 42 cores 2$", 60, source="VM 0")
    machine.send(b"exit\n")
    machine.expect(r"VM 0 \(openEuler-rt\): off", 60, source="base")


def attack_goes_on(machine, before):
    """The attacker's exits grow beyond `before`, however long a busy machine takes for that."""
    end = time.monotonic() + SLOW
    while print_counters(machine)[1]["total"] <= before[1]["total"]:
        check(time.monotonic() < end, "the attack did not go on")
        time.sleep(0.5)


def machine_ends_well(machine, before=None):
    """The attack went on after `before`, and the counters that the base prints at the end add up."""
    if before:
        attack_goes_on(machine, before)
    check(machine.quit(20) == 0, "the console ends the machine")
    after = exits(machine)
    check(all(counts["total"] == sum(counts.values()) - counts["total"] for counts in after.values()),
          f"the counters do not add up: {after}")
    check(all(counts["other"] == 0 for counts in after.values()), f"exits of no known kind: {after}")
    check(after[2]["denied"] == 0, "the victim touched what it does not own")
    return after


def attacked(system, what, *names, **options):
    """An attack on the victim alone: the attack's counts, the victim and the base's counters."""
    with boot(system, **options) as machine:
        machine.expect(r"victim: ready", BOOT, source="VM 2")
        counts = attack_done(machine, what, *names)
        before = print_counters(machine)
        victim = victim_ends_well(machine)
        return counts, victim, machine_ends_well(machine, before), machine


def every_boundary_of_every_mapping():
    counts, _, after, machine = attacked("attack_edges", "edges", "accesses", "wrong")
    check(counts["accesses"] > 500000, f"{counts}")
    check(after[1]["denied"] > 500000, f"{after}")
    shown = [line for line in machine.lines("base") if "which it does not own" in line]
    check(len(shown) == 8, f"the base shows the first 8 denials of a VM, not {len(shown)}")


def a_million_calls_with_random_registers():
    counts, victim, after, machine = attacked("attack_calls", "calls", "hvc", "smc", "wrong")
    check(counts["hvc"] + counts["smc"] == 1000000, f"{counts}")
    check(after[1]["hvc"] > counts["hvc"] and after[1]["smc"] >= counts["smc"], f"{after}")
    raised, _, _ = doorbells(machine, 1, 2)
    check(victim.doorbells <= raised, f"{victim.doorbells} doorbells of {raised}")
    check(doorbells(machine, 1, 1)[:2] == (0, 0), "nobody may ring itself")


def every_device_register_and_the_holes():
    counts, _, after, _ = attacked("attack_mmio", "mmio", "accesses", "wrong")
    seen = sum(after[1][kind] for kind in ("gicd", "gicr", "uart", "denied"))
    check(seen >= counts["accesses"] > 250000, f"{counts}, {after}")


def sweep_system_registers(**options):
    counts, _, after, _ = attacked("attack_sysreg", "sysreg", "executed", "values", "undefined",
                                   "trapped", "aborts", "wrong", **options)
    # op0 1 to 3, once reading and with four values writing; five registers are not written.
    check(counts["executed"] == 3 * 8 * 16 * 16 * 8 * 5 - 5 * 4, f"{counts}")
    check(after[1]["sysreg"] > 0, f"{after}")


def every_system_register():
    sweep_system_registers()


def every_system_register_of_another_core():
    sweep_system_registers(cpu="cortex-a72")


def doorbells_at_full_speed():
    with boot("attack_ring") as machine:
        linux_is_up(machine)
        keyboard_to(machine, 1)
        machine.send(b"s")
        counts = attack_done(machine, "ring", "victim", "linux", "wrong")
        before = print_counters(machine)
        machine.expect(r"doorbells VM 1 -> VM 2: ", 20, source="base")
        to_linux = doorbells(machine, 1, 0)
        victim = victim_ends_well(machine)
        linux_ends_well(machine)
        machine_ends_well(machine, before)
        # One period of the timer is the victim's doorbell-min-interval, and its first ring is free.
        check(victim.doorbells <= victim.due + 2, f"the limit does not hold: {victim}")
        check(to_linux[0] <= 10 * victim.due / LINUX_DOORBELL_MS + 2, f"{to_linux} in {victim}")
        # What is put off when the counters are read is in neither of them: one for each target.
        check(sum(doorbells(machine, 1, 2)[:2]) >= counts["victim"] - 1, "a ring was lost")
        check(sum(doorbells(machine, 1, 0)[:2]) >= counts["linux"] - 1, "a ring was lost")


def linux_reboots_while_another_vm_meets_its_deadlines():
    with boot("attack_ring") as machine:
        linux_is_up(machine)
        keyboard_to(machine, 1)
        machine.send(b"s")
        for _ in range(3):
            keyboard_to(machine, 0)
            machine.send(b"reboot -f\n")
            machine.expect(r"VM 0 \(openEuler-rt\): reset", 30, source="base")
            linux_is_up(machine)
        attack_done(machine, "ring", "victim", "linux", "wrong")
        victim_ends_well(machine)
        linux_ends_well(machine)
        machine_ends_well(machine)


def a_vm_that_runs_wild():
    with boot("attack_cpu") as machine:
        machine.expect(r"victim: ready", BOOT, source="VM 2")
        counts = attack_done(machine, "cpu", "jumps", "data", "aborts", "waits", "walks", "wrong")
        check(all(counts[name] >= 20000 for name in counts if name != "wrong"), f"{counts}")
        # By now one of its cores spins, the other has garbage for page tables.
        victim_ends_well(machine)
        after = machine_ends_well(machine)
        check(after[1]["denied"] >= counts["aborts"], f"{after}")


def power_of_one_vm():
    with boot("attack_power") as machine:
        machine.expect(r"victim: ready", BOOT, source="VM 2")
        machine.expect(r"attack: power done cycles 0 lives 21 came-back 0 lost 0", SLOW, source="VM 3")
        machine.expect(r"VM 3 \(third\): core 0 has no memory at its exception vector", 20, source="base")
        machine.expect(r"VM 3 \(third\): stopped", 20, source="base")
        machine.expect(r"attack: power done cycles 2000 lives 21 came-back 0 lost 0", SLOW, source="VM 1")
        before = print_counters(machine)
        victim_ends_well(machine)
        machine_ends_well(machine, before)
        for vm in ("1 (attacker)", "3 (third)"):
            resets = [line for line in machine.lines("base") if f"VM {vm}: reset" in line]
            check(len(resets) == 20, f"VM {vm} was reset {len(resets)} times")


def check_raw(raw):
    """Every line whole, behind its source, and nothing that would move a terminal's cursor."""
    for number, line in enumerate(raw.decode("utf-8", "replace").split("\n")[:-1], 1):
        check(re.match(r"\[(base|VM \d)\] ", line), f"line {number} has no source: {line!r}")
        check(line.endswith("\r"), f"line {number} does not end as lines do: {line!r}")
        control = re.search(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]", line[:-1])
        check(not control, f"line {number} has a control character: {line!r}")


def a_console_flood():
    raw = bytearray()
    with boot("attack_console", on_bytes=raw.extend) as machine:
        linux_is_up(machine)
        keyboard_to(machine, 1)
        machine.send(b"s")
        attack_done(machine, "console", "characters")
        victim = victim_ends_well(machine)
        shown = sum(len(line) - len("[VM 1] ") for line in machine.lines("VM 1"))
        before = print_counters(machine)
        linux_ends_well(machine)
        machine_ends_well(machine, before)
        bound = CONSOLE_BUDGET + CONSOLE_BUFFER + CONSOLE_RATE * victim.due // 100
        check(shown <= bound, f"{shown} characters shown, {bound} allowed: {victim}")
        lines = [line for line in machine.lines("VM 2") if not re.search(VICTIM, line)]
        check(lines == ["[VM 2] victim: ready"], f"lines of the victim are torn: {lines}")
        reports = len(machine.lines("VM 2")) - 2
        check(reports >= victim.met // 200, f"{reports} reports in {victim.met} periods")
        check_raw(bytes(raw))


run(every_boundary_of_every_mapping, a_million_calls_with_random_registers,
    every_device_register_and_the_holes, every_system_register, every_system_register_of_another_core,
    doorbells_at_full_speed, linux_reboots_while_another_vm_meets_its_deadlines, a_vm_that_runs_wild, power_of_one_vm, a_console_flood)
