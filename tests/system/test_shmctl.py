#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""shmctl in VM 0 on the driver, with a peer that echoes: one boot, one test for each subcommand and fault."""
import json
import re
from xml.etree import ElementTree

from shell import Commands
from tap import BOOT, boot, check, run

MACHINE = None
SHELL = None
READY = "0x2a800008"  # op_type of region 0
MAX_SIZE = 0x400000 - 16


def sh(command, status=0, timeout=60):
    """Runs a command in VM 0: its lines. Its exit status must be as given."""
    return SHELL.run(command, status, timeout)


def has(text, *patterns):
    for pattern in patterns:
        check(re.search(pattern, text, re.MULTILINE), f"no line with {pattern} in:\n{text}")


def doctor(fault, cure):
    """doctor says the fault, and the cure in the line behind it."""
    has(sh("shmctl doctor", 5), rf"^WRONG: .*{fault}.*\n   do: .*{cure}")


def vm_0_boots():
    global MACHINE, SHELL
    MACHINE = boot("shmctl")
    MACHINE.start()
    MACHINE.expect(r"ringer: ready", BOOT, source="VM 1")
    SHELL = Commands(MACHINE).ready()


def info_shows_base_regions_views_and_vms():
    has(sh("shmctl info"), r"^base +fusiondock base, interface 1\.\d+$", r"^driver +mcs_km 1\.\d+$",
        r"^this VM +0$", r"^doorbells \d+ arrived, \d+ rung, 0 refused",
        r"^region 0 +0x2a800000, 0x400000 bytes, VM 0 to VM 1; this VM: writer, may read write$",
        rf"^ +START, type 0, 0 bytes, max_size {MAX_SIZE}$",
        r"^view +state, 0x2a7ff000, 0x1000 bytes$", r"^view +trace, 0x2a500000, 0x200000 bytes$",
        r"^VM 0 +running, epoch 1, this VM$", r"^ +exits hvc \d+ .*uart \d+", r"^VM 1 +running, epoch 1$",
        r"^ +faults 0, denied accesses 0, restarts after a fault 0$",
        r"^VM 2 +running, epoch 1, no region in common$")


def doctor_finds_nothing_wrong():
    has(sh("shmctl doctor --probe"), r"^good: +base 1\.\d+, driver 1\.\d+$", r"^good: +region 1: rights",
        r"^good: +VM 1 runs$", r"^good: +the state view is there$", r"^note: +no watchdog",
        r"^good: +VM 1 has sent a message back, with its doorbell$",
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


def ping_draws():
    text = sh("shmctl ping --count 50 --svg")
    drawing = ElementTree.fromstring(text[text.index("<svg"):text.rindex("</svg>") + 6])
    check(any("50 of 50 answered" in (e.text or "") for e in drawing), text)


def vm_list_and_what_is_refused():
    has(sh("shmctl vm list"), r"^VM 0 +running +epoch 1, this VM$", r"^VM 1 +running +epoch 1$",
        r"^VM 2 +running +epoch 1$")
    has(sh("shmctl vm stop 2", 1),
        r"VM 0 may not stop VM 2: `controls` of vm@0 in the system description does not name it")
    has(sh("shmctl vm reset 5", 2), r"there is no VM 5")
    has(sh("shmctl vm stop 0", 2), r"VM 0 is this VM")
    has(sh("shmctl vm start 1", 1), r"VM 1 runs already")


def vm_stop_start_and_reset():
    has(sh("shmctl vm stop 1"), r"^VM 1 +off +epoch 1$")
    has(sh("shmctl vm stop 1; shmctl vm reset 1", 1), r"VM 1 does not run; `shmctl vm start 1` starts it")
    has(sh("shmctl ping --count 1", 1), "the doorbell could not be rung")
    has(sh("shmctl vm start 1"), r"^VM 1 +running +epoch 2$")
    MACHINE.expect(r"ringer: ready", BOOT, source="VM 1")
    sh("shmctl ping --count 20 --discard")
    has(sh("shmctl vm reset 1 --timeout 30 && shmctl trace --kind vm-start,vm-control >/tmp/t"),
        r"^VM 1 +running +epoch 3$")
    MACHINE.expect(r"ringer: ready", BOOT, source="VM 1")
    has(sh("cat /tmp/t"), r"VM 0\.\d +vm-control +VM 1, epoch \d+, reset$",
        r"vm-start +VM 1, epoch 3, entry 0x2b000000$")
    has(sh("shmctl doctor --probe"),
        r"^note: +VM 1 has been started 3 times.*\n   do: .*\n  see:  guide, section 17: vm-restarted",
        r"^good: +VM 1 has sent a message back, with its doorbell$")


LINE = re.compile(r"^ *(\d+\.\d{9})  cpu (\d+) +VM (\d+)\.(\d+) +([a-z-]+) +(.*)$")


def doorbell_arrives(events):
    """Of (time, VM, kind, text): VM 0 rings VM 1, then VM 1 gets its interrupt; and nothing goes back in time."""
    times = [time for time, *_ in events]
    check(times == sorted(times), "the events are not in the order of their times")
    rung = [time for time, vm, kind, text in events if (vm, kind, text) == (0, "raised", "VM 1, vector 0")]
    injected = [time for time, vm, kind, text in events if (vm, kind, text) == (1, "inject", "INTID 10")]
    check(rung and injected, f"no ring or no injection: {events}")
    check(any(0 < after - rung[0] < 5 for after in injected), f"VM 0's ring at {rung[0]} was not followed: {injected}")


def while_doorbells_ring(command):
    """So that the last events are not all of Linux's timers. What the last ping has left is taken."""
    sh(f"shmctl ping --count 1000000 >/tmp/o & sleep 1; {command}; kill $!; wait")
    sh("shmctl ping --count 2 --discard")


def trace_as_text():
    while_doorbells_ring("shmctl trace --kind raised,coalesced,inject >/tmp/t 2>/tmp/e")
    text = sh("tail -120 /tmp/t; cat /tmp/e")
    found = [LINE.match(line) for line in text.splitlines()]
    doorbell_arrives([(float(m[1]), int(m[3]), m[5], m[6]) for m in found if m])
    # Of every VM there is more in the rings than they hold: Linux has booted.
    check(int(re.search(r"events shown, (\d+) were overwritten", text).group(1)) > 0, text)


def trace_as_json():
    while_doorbells_ring("shmctl trace --save /tmp/s")
    text = sh("shmctl trace --file /tmp/s --kind raised,coalesced,inject --count 120 --json 2>/tmp/e")
    found = json.loads(text[text.index("{"):text.rindex("}") + 1])
    events = [e for e in found["traceEvents"] if e["ph"] != "M"]
    names = {(e["name"], e["pid"]): e["args"]["name"] for e in found["traceEvents"] if e["ph"] == "M"}
    check(names[("process_name", 0)] == "VM 0" and names[("process_name", 1)] == "VM 1", names)
    check(len(events) == 120 == found["otherData"]["events"] and found["otherData"]["overwritten"] > 0,
          found["otherData"])
    doorbell_arrives([(e["ts"] / 1e6, e["pid"], e["name"], e["args"]["what"]) for e in events])


def trace_of_exits_as_slices():
    text = sh("shmctl trace --file /tmp/s --kind sync,irq,return,call --vm 1 --count 80 --json 2>/tmp/e")
    events = json.loads(text[text.index("{"):text.rindex("}") + 1])["traceEvents"]
    slices = [e for e in events if e["ph"] == "X"]
    check(len(slices) >= 20 and all(e["dur"] >= 0 and e["pid"] == 1 for e in slices), f"{len(slices)} slices")
    check(any(e["name"] == "sync" and e["args"]["what"].startswith("HVC") for e in slices), "no call of VM 1's")


def trace_follows():
    text = sh("{ sleep 1; shmctl ping --count 30; } >/tmp/o & "
              "shmctl trace --follow --count 20 --seconds 40 --vm 0 --kind raised 2>&1; wait")
    check(len(re.findall(r"VM 0\.\d +raised +VM 1, vector 0", text)) == 20, text)
    has(text, r"^shmctl: 20 events shown")
    has(sh("shmctl trace --follow --seconds 0.3 --kind vm-start --json 2>/tmp/e"), r'"events": 0,')


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
    has(sh("shmctl info"), r"^VM 1 +off, epoch 3$", r"^ +doorbells to VM 1: raised \d+, .*refused [1-9]")


def the_machine_ends():
    MACHINE.send(b"exit\n")
    MACHINE.expect(r"VM 0 \(openEuler-rt\): off", 30, source="base")
    check(MACHINE.quit() == 0, "the console ends the machine")


try:
    run(vm_0_boots, info_shows_base_regions_views_and_vms, doctor_finds_nothing_wrong, what_is_sent_comes_back,
        by_dev_mem_too, nothing_comes_by_itself, dump_shows_what_was_sent, watch_shows_message_and_doorbell,
        ping_measures, ping_draws, trace_as_text, trace_as_json, trace_of_exits_as_slices,
        vm_list_and_what_is_refused, vm_stop_start_and_reset, trace_follows, another_user_has_no_right,
        header_sizes_that_disagree,
        the_driver_is_loaded_again_and_no_interrupt_came, a_peer_that_is_off, the_machine_ends)
finally:
    if MACHINE is not None:
        MACHINE.kill()
