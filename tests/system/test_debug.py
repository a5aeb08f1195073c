#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""gdb with the commands of scripts/gdb/fusiondock.py, as `make debug` starts it, in batch mode."""
import os
import re
import subprocess

from tap import BUILD, ROOT, check, run

COMMANDS = ("info threads", "vm", "tbreak PRT_AppInit", "continue", "bt 3", "vm", "regions", "vgic 2", "trace 9999",
            "tbreak vgic_raise_hw", "continue", "bt", "vm", "trace 9999")
EXPECTED = (
    # Halted at its first instruction, the symbols are there already.
    r"base: the image is at 0x40200000$",
    r"CPU#3",
    # In the stand-in, with its symbols.
    r"hit Temporary breakpoint \d+, PRT_AppInit ",
    r"#1 .* in standin_main ",
    r"VM 1 \(observer\): running, epoch 1, ",
    r"core 0 on physical core 2: on, EL[12] pc 0x[0-9a-f]+",
    r"VM 2 \(observed\): running, epoch 1, ",
    r"core 0 on physical core 3: on, EL1 pc 0x2b[0-9a-f]+ PRT_AppInit$",
    r"region 0: 0x2a800000 at 0x[0-9a-f]+, size 0x400000, VM 2 writes, VM 1 reads, read-write 0x6, read-only 0x0$",
    r"max_size 4194288, used_size 0, op_type 0 START, resevered 0$",
    r"view trace: 0x2a700000 at 0x[0-9a-f]+, size 0x40000, read-only 0x2$",
    r"VM 2: GICD_CTLR enables 0x2, doorbell INTID 10$",
    r"INTID 203: enabled, priority 0xa0, level$",
    r"core 0: online, ",
    r"us core 3 VM 2\.0: (sync|mmio|irq|inject) 0x[0-9a-f]+ 0x[0-9a-f]+ 0x[0-9a-f]+$",
    r"us core 3 VM 2\.0: return 0x0 0x2b[0-9a-f]+ 0x[0-9a-f]+$",
    r"events in the rings of 4 cores$",
    # In the base, with its symbols where it runs.
    r"hit Temporary breakpoint \d+, vgic_raise_hw .*intid=27",
    r"#\d .* in run_interrupt \(intid=27\)",
    r"#\d .* in irq_other \(\) at base/arch/vectors\.S",
    r"core 0 on physical core 3: on, EL2 pc 0x40[0-9a-f]+ vgic_raise_hw$",
    r"us core 3 VM 2\.0: irq 0x1b 0x2b[0-9a-f]+ 0x0$",
)


def gdb(system, *commands, **options):
    words = [word for command in commands for word in ("-ex", command)]
    done = subprocess.run([os.path.join(ROOT, "scripts", "debug"), "--system", system, "--console",
                           os.path.join(BUILD, "debug-test.console"), "-batch", *words], text=True, timeout=200,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **options)
    return done.returncode, done.stdout


def the_commands_show_the_live_machine():
    status, said = gdb("observe", *COMMANDS)
    # In no order: the other core goes on recording until it is stopped too, so all that is in the rings is shown.
    for pattern in EXPECTED:
        check(re.search(pattern, said, re.MULTILINE), f"nothing like {pattern!r} in:\n{said}")
    check(status == 0, f"exit status {status}")


def what_cannot_be_shown_is_said():
    _, said = gdb("shell", "vm", "trace")
    check("no VMs: the base has not come that far" in said, said)
    check("the description has no trace" in said, said)


run(the_commands_show_the_live_machine, what_cannot_be_shown_is_said)
