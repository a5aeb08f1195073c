#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""shmctl in VM 0 on the driver, with a peer that echoes: one boot, one test for each subcommand and fault."""
import json
import re

from tap import BOOT, boot, check, run

MACHINE = None
COMMANDS = 0
READY = "0x2a800008"  # op_type of region 0
MAX_SIZE = 0x400000 - 16


def sh(command, status=0, timeout=60):
    """Runs a command in VM 0: its lines. Its exit status must be as given."""
    global COMMANDS
    COMMANDS += 1
    first = len(MACHINE.lines("VM 0"))
    MACHINE.send(f"{command}\necho end-$(({COMMANDS})):$?\n".encode())
    got = MACHINE.expect(rf"end-{COMMANDS}:(\d+)", timeout, source="VM 0").group(1)
    lines = [line.removeprefix("[VM 0] ") for line in MACHINE.lines("VM 0")[first:]]
    text = "\n".join(lines)
    check(int(got) == status, f"`{command}` has status {got}, not {status}:\n{text}")
    return text


def has(text, *patterns):
    for pattern in patterns:
        check(re.search(pattern, text, re.MULTILINE), f"no line with {pattern} in:\n{text}")


def doctor(fault, cure):
    """doctor says the fault, and the cure in the line behind it."""
    has(sh("shmctl doctor", 5), rf"^WRONG: .*{fault}.*\n   do: .*{cure}")


def vm_0_boots():
    global MACHINE
    MACHINE = boot("shmctl")
    MACHINE.start()
    MACHINE.expect(r"ringer: ready", BOOT, source="VM 1")
    MACHINE.expect(r"job control turned off", BOOT, source="VM 0")
    sh("stty -echo; PS1=")


def info_shows_base_regions_and_peer():
    has(sh("shmctl info"), r"^base +fusiondock base, interface 1\.\d+$", r"^driver +mcs_km 1\.\d+$",
        r"^this VM +0$", r"^doorbells \d+ arrived, \d+ rung, 0 refused",
        r"^region 0 +0x2a800000, 0x400000 bytes, VM 0 to VM 1; this VM: writer, may read write$",
        rf"^ +START, type 0, 0 bytes, max_size {MAX_SIZE}$", r"^VM 1 +running$")


def doctor_finds_nothing_wrong():
    has(sh("shmctl doctor --probe"), r"^good: +base 1\.\d+, driver 1\.\d+$", r"^good: +region 1: rights",
        r"^good: +VM 1 runs$", r"^good: +VM 1 has sent a message back, with its doorbell$",
        r"^nothing wrong was found$")


def what_is_sent_comes_back():
    has(sh("shmctl send --text 'Hello ringer' && shmctl recv --timeout 9"),
        r"^type 1, 13 bytes$", r"^Hello ringer$")
    sh("dd if=/bin/busybox of=/tmp/a bs=4096 count=1 2>/dev/null")
    has(sh("shmctl send --type 7 --file - --progress </tmp/a"), r"sent 4096 of 4096 bytes \(100 %\)")
    has(sh("shmctl recv --timeout 9 --output /tmp/b && cmp /tmp/a /tmp/b"), r"^type 7, 4096 bytes$")


def by_dev_mem_too():
    has(sh("shmctl send --int -77 --devmem && shmctl recv --timeout 9 --devmem"), r"^type 0, 4 bytes$", r"^-77$")
    has(sh("shmctl dump --devmem --length 4"), r"^00000010  b3 ff ff ff ")


def nothing_comes_by_itself():
    has(sh("shmctl recv --timeout 0.3", 4), r"no message came from VM 1 in region 1")


def dump_shows_what_was_sent():
    sh("shmctl send --hex 00112233445566778899 --type 5 && shmctl recv --timeout 9")
    has(sh("shmctl dump --length 8"), r"used_size 10, op_type 2 \(READ_END\), resevered 5$",
        r"^00000010  00 11 22 33 44 55 66 77 ")


def watch_shows_message_and_doorbell():
    has(sh("shmctl watch --seconds 3 & sleep 1; shmctl send --text watched; wait; shmctl recv"),
        r"region 0, VM 0 to VM 1: READ_END, type 1, 8 bytes",
        r"region 1, VM 1 to VM 0: READY_TO_READ, type 1, 8 bytes",
        r"doorbells: \d+ arrived \(\+1\), \d+ rung")


def ping_measures():
    has(sh("shmctl ping --count 300"), r"^VM 1: 300 sent, 300 answered, 16 bytes", r"^p99\.9 +\d+\.\d+ us$",
        r"^from +[\d.]+ us +\d+ #+$")
    text = sh("shmctl ping --count 200 --length 4000 --json")
    found = json.loads(text[text.index("{"):text.rindex("}") + 1])
    check(found["answered"] == 200 and found["without_doorbell"] == 0, found)
    check(0 < found["min"] <= found["p50"] <= found["p99"] <= found["p99.9"] <= found["max"], found)
    print(f"# 4000 bytes there and back (TCG, not hardware): p50 {found['p50']} ns, max {found['max']} ns", flush=True)


def another_user_has_no_right():
    sh("echo 'u:x:1000:1000::/tmp:/bin/sh' >> /etc/passwd; chmod 660 /dev/mcs")
    found = sh("su u -c 'shmctl doctor'", 5)
    has(found, r"^WRONG: .*/dev/mcs cannot be opened: Permission denied; it has mode 0660.*\n   do: .*udev")
    has(sh("su u -c 'shmctl info'", 3), "shmctl doctor")
    sh("chmod 666 /dev/mcs; su u -c 'shmctl ping --count 5'; x=$?; chmod 660 /dev/mcs; (exit $x)")


def header_sizes_that_disagree():
    sh("devmem 0x2a800000 32 4096")
    doctor("region 0 has room for 4194288 bytes, its max_size says 4096", "devmem 0x2a800000 32 4194288")
    sh("devmem 0x2a800000 32 4194288")
    sh(f"devmem {READY} 32 9")
    doctor("region 0 has op_type 9", "devmem 0x2a800008 32 0")
    sh(f"devmem {READY} 32 0; shmctl doctor")


def the_driver_is_loaded_again_and_no_interrupt_came():
    sh("rmmod mcs_km")
    doctor("mcs_km is not loaded", "insmod")
    has(sh("shmctl info", 3), "shmctl doctor")
    sh("insmod /lib/modules/mcs_km.ko && devmem 0x2ac00008 32 1")
    doctor("interrupt never arrives: a message of VM 1 waits in region 1", "/proc/interrupts")
    sh("shmctl recv && shmctl doctor --probe")


def a_peer_that_is_off():
    sh("shmctl send --type 101 --hex 00")
    MACHINE.expect(r"VM 1 \(UniProton\): off", 20, source="base")
    doctor("VM 1 is off", "console")
    has(sh("shmctl ping --count 1", 1), "the doorbell could not be rung")
    doctor("peer silent: a message of type 1346981447 for VM 1 has waited", "shm_ipi_init")
    has(sh("shmctl ping --count 1 --timeout 0.3", 4), "VM 1 does not read region 0")
    has(sh("shmctl info"), r"^VM 1 +off$")


def the_machine_ends():
    MACHINE.send(b"exit\n")
    MACHINE.expect(r"VM 0 \(openEuler-rt\): off", 30, source="base")
    check(MACHINE.quit() == 0, "the console ends the machine")


try:
    run(vm_0_boots, info_shows_base_regions_and_peer, doctor_finds_nothing_wrong, what_is_sent_comes_back,
        by_dev_mem_too, nothing_comes_by_itself, dump_shows_what_was_sent, watch_shows_message_and_doorbell,
        ping_measures, another_user_has_no_right, header_sizes_that_disagree,
        the_driver_is_loaded_again_and_no_interrupt_came, a_peer_that_is_off, the_machine_ends)
finally:
    if MACHINE is not None:
        MACHINE.kill()
