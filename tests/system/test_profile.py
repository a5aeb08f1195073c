#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What existing UniProton images do, access by access, and messages with Linux by the original protocol."""
import re

from tap import BOOT, boot, check, judge, run

# tests/system/guests/profile.c says each of them, in this order.
CHECKS = """
x0 to x30
CurrentEL
SPSel
DAIF
SCTLR_EL1
MPIDR_EL1
FP registers
loaded at the start of RAM
the last word of RAM
and it can be written
no exception there
UARTICR reads as 0
UARTILPR
UARTIBRD
UARTFBRD
UARTLCR_H
UARTIFLS
UARTIMSC
UARTCR
UARTMIS
UARTFR has an empty receive FIFO
CNTPCT_EL0
CNTVCT_EL0 is the same counter
GICD_CTLR has no enable bit
GICD_CTLR.RWP
GICD_CTLR
GICD_IGROUPR and GICD_IGRPMODR
GICD_ISENABLER before the sweep
GICD_ICENABLER of every SPI
GICD_IROUTER, low halves
GICR_CTLR.RWP
GICR_WAKER.ChildrenAsleep
GICR_IGROUPR0
GICR_IGRPMODR0
GICR_ISENABLER0
GICR_ICENABLER0
GICR_IPRIORITYR2
GICR_IPRIORITYR6
ICC_SRE_EL1
ICC_BPR1_EL1
ICC_IGRPEN1_EL1
ICC_PMR_EL1
ICC_IAR1_EL1 with nothing pending
ICC_CTLR_EL1.EOImode
GICD_IPRIORITYR50
GICR_ISENABLER0 afterwards
CNTV, INTID 27, 100 a second
no ICC_DIR_EL1 with EOImode 0
ICC_CTLR_EL1.EOImode set
ICC_DIR_EL1 with EOImode 1
each of them deactivated
SGI 10
GICD_ICENABLER while VM 0 runs
sent
HVC says 0
HVC preserves x1 to x30
UART, INTID 203
no tick was lost
strange interrupts
exceptions
MMU off to the end
""".strip().splitlines()

FROM_LINUX = ["int 0", "int 1", "int 2", "Hello UniProton", "time", "time", "time"]
TO_LINUX = ["read from shm: 8080808", "read from shm: 8080807", "read from shm: 8080806",
            "read len: 0x10, st: Hello openEuler"] + ["read time: "] * 3


def after(machine, source, start):
    """What stands behind `start` in the lines of a source that have it."""
    found = (re.search(rf"{start}(.*)$", line) for line in machine.lines(source))
    return [match[1] for match in found if match]


def check_messages(machine):
    check(after(machine, "VM 1", "profile: received ") == FROM_LINUX,
          f"VM 1 received {after(machine, 'VM 1', 'profile: received ')}")
    read = [line for line in after(machine, "VM 0", r"\[linux\] (?=read )") if " region " not in line]
    check(len(read) == len(TO_LINUX) and all(map(str.startswith, read, TO_LINUX)),
          f"Linux received {read}")
    judge(machine, "--linux-only")


def run_profile(system, **machine_options):
    with boot(system, **machine_options) as machine:
        machine.expect(r"profile: waits for its first doorbell", BOOT, source="VM 1")
        machine.expect(r"\[linux\] exit status 0", BOOT + 60, source="VM 0")
        machine.expect(r"VM 0 \(openEuler-rt\): off", 20, source="base")
        machine.expect(r"profile: type a key", 30, source="VM 1")
        machine.send(b"\x1d1")
        machine.expect(r"keyboard: VM 1 \(UniProton\)", 10, source="base")
        machine.send(b"k")
        machine.expect(rf"profile: done checks {len(CHECKS)} failures 0 received 7$", 30, source="VM 1")
        check(machine.quit() == 0, "the console ends the machine")
        bad = [line for line in machine.lines("VM 1") if ": got " in line]
        check(not bad, "\n".join(bad))
        named = [text[:-4] for text in after(machine, "VM 1", "profile: ") if text.endswith(": ok")]
        check(named == CHECKS, f"other checks than expected: {set(named) ^ set(CHECKS)}")
        check_messages(machine)
        machine.expect(r"exits VM 1: .* smc 0 .* denied 0 ", 5, source="base")


def the_profile_holds_on_core_2():
    run_profile("profile")


def the_profile_holds_on_core_0_without_forced_write_back():
    run_profile("profile_core0", cpu="cortex-a72")


run(the_profile_holds_on_core_2, the_profile_holds_on_core_0_without_forced_write_back)
