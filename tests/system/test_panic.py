#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A base that fails says what it knows: cause, registers, a backtrace with names, the last events of each core."""
import os
import re
import time

from gdbstub import Window
from tap import BUILD, ROOT, boot, check, run

CORE = 2           # of VM 1
DRAIN = 3  # seconds
BAD = 0x6f00000000000  # a pointer to nowhere


def offset(name):
    with open(os.path.join(ROOT, "base", "arch", "asm.h"), encoding="utf-8") as header:
        return int(re.search(rf"#define {name} (\d+)", header.read()).group(1))


def timer_interrupts(machine, vm):
    machine.send(b"\x1ds")
    return int(machine.expect(rf"exits VM {vm}: .* irq-timer (\d+)", 10, source="base").group(1))


def a_base_that_fails_says_what_it_knows():
    """The gdbstub bends the pointer from a core to its vCPU; the next timer interrupt follows it."""
    window = Window()
    with boot("panic", extra=window.arguments) as machine:
        for vm in (1, 2):
            # Its last words: from here on it has nothing but its timer.
            machine.expect(r"read region 0x", 30, source=f"VM {vm}")
            while timer_interrupts(machine, vm) < 3:
                pass
        # A panic waits for the console for a bounded time only: let what was asked for leave it first.
        time.sleep(DRAIN)
        with window as gdb:
            at = gdb.register(CORE, "TPIDR_EL2") + offset("CPU_VCPU")
            image = gdb.register(CORE, "VBAR_EL2") & ~0x1fffff
            gdb.write64(at, BAD)
        first = machine.expect(r"panic: synchronous exception in the base, pc 0x([0-9a-f]+), ESR_EL2 0x[0-9a-f]+, "
                               r"FAR_EL2 0x([0-9a-f]+)", 20, source="base")
        pc, far = (int(text, 16) for text in first.groups())
        check(BAD <= far < BAD + 0x10000, f"FAR_EL2 0x{far:x} is not near the bad pointer")
        machine.expect(rf"core {CORE}, MPIDR_EL1 0x[0-9a-f]+, the image is at 0x{image:x}$", 5, source="base")
        machine.expect(rf"x\d+ 0x{BAD:x}\b", 5, source="base")
        machine.expect(rf"at   0x{pc:x} (\w+)\+0x[0-9a-f]+$", 5, source="base")
        machine.expect(r"from 0x[0-9a-f]+ trap_irq_acknowledged\+0x[0-9a-f]+$", 5, source="base")
        machine.expect(r"from 0x[0-9a-f]+ irq_other\+0x[0-9a-f]+$", 5, source="base")
        # The last event of the core itself is the interrupt that met the pointer: 27, the virtual timer.
        machine.expect(rf"core {CORE}, \d+ us ago, VM 1\.0: irq 0x1b 0x[0-9a-f]+ 0x0$", 5, source="base")
        machine.expect(r"core 3, \d+ us ago, VM 2\.0: (irq|return|inject) ", 5, source="base")
        machine.expect(rf"panic: core {CORE} stops$", 5, source="base")
        before = timer_interrupts(machine, 2)
        check(timer_interrupts(machine, 2) >= before > 0, "VM 2 does not go on")
        check(machine.quit() == 0, "the console still ends the machine")


run(a_base_that_fails_says_what_it_knows)
