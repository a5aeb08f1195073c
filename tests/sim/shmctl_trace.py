#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""shmctl trace --file: traces made here by the layout of fusiondock/trace.h, whole and damaged. TAP."""
import json
import os
import re
import struct
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHMCTL = os.path.join(os.environ.get("BUILD", os.path.join(ROOT, "build")), "sim", "shmctl")
HEADER = open(os.path.join(ROOT, "include/fusiondock/trace.h"), encoding="utf-8").read()
KIND = {name.lower().replace("_", "-"): int(value)
        for name, value in re.findall(r"#define FUSIONDOCK_TRACE_([A-Z_]+) +(\d+)\b", HEADER)}
MAGIC, HZ, EVENTS = 0x63727466, 1000000000, 16
NO_VM = 0xff
COUNT = 0


def event(time, kind, vm=0, vcpu=0, a=0, b=0, c=0):
    return struct.pack("<QHBBIQQ", time, KIND.get(kind, kind), vm, vcpu, a, b, c & (1 << 64) - 1)


def ring(events, written=None, slots=EVENTS):
    """Event i is in slot i % slots; `written` more than there are: the others are the last."""
    places = [bytes(32)] * slots
    first = (len(events) if written is None else written) - len(events)
    for number, one in enumerate(events, first):
        places[number % slots] = one
    return struct.pack("<QQ6Q", first + len(events), 0, *[0] * 6) + b"".join(places)


def trace(*rings, **change):
    head = {"magic": MAGIC, "layout": 1, "cores": len(rings), "events": EVENTS, "first": 64, "stride": 64 + 32 * EVENTS,
            "frequency": HZ, **change}
    return struct.pack("<6I5Q", *[head[name] for name in ("magic", "layout", "cores", "events", "first", "stride")],
                       head["frequency"], 0, 0, 0, 0) + b"".join(rings)


def shmctl(data, *arguments, status=0):
    """Standard output and standard error."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        done = subprocess.run([SHMCTL, "trace", "--file", file.name, *arguments], capture_output=True, text=True,
                              check=False, timeout=20)
    assert done.returncode == status, f"status {done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout, done.stderr


def lines(data, *arguments):
    return [re.sub(" +", " ", line).strip() for line in shmctl(data, *arguments)[0].splitlines()]


def rejected(data, why):
    _, said = shmctl(data, status=1)
    assert "is no trace: " in said and why in said, said


DOORBELL = trace(ring([event(1000, "sync", 0, 1, 0x16, 0xffff800008010000, 0x5a000000),
                       event(1500, "raised", 0, 1, 1, 0), event(2750, "return", 0, 1, 0, 0xffff800008010004, 5)]),
                 ring([event(2000, "irq", 1, 0, 1, 0x2b000100), event(2100, "inject", 1, 0, 10, 0x5000000a),
                       event(2600, "return", 1, 0, 0, 0x2b000100, 0x3c5)]))


def cores_are_merged_by_time():
    assert lines(DOORBELL) == [
        "0.000001000 cpu 0 VM 0.1 sync HVC, pc 0xffff800008010000, esr 0x5a000000",
        "0.000001500 cpu 0 VM 0.1 raised VM 1, vector 0",
        "0.000002000 cpu 1 VM 1.0 irq INTID 1, pc 0x2b000100",
        "0.000002100 cpu 1 VM 1.0 inject INTID 10",
        "0.000002600 cpu 1 VM 1.0 return pc 0x2b000100, spsr 0x3c5",
        "0.000002750 cpu 0 VM 0.1 return pc 0xffff800008010004, spsr 0x5"], lines(DOORBELL)


def kinds_vm_and_count_choose():
    assert [line.split()[5] for line in lines(DOORBELL, "--kind", "raised,inject")] == ["raised", "inject"]
    assert len(lines(DOORBELL, "--vm", "1")) == 3
    assert lines(DOORBELL, "--count", "1")[0].startswith("0.000002750")
    _, said = shmctl(DOORBELL, "--kind", "rung", status=2)
    assert "--kind rung: none of" in said and "coalesced" in said, said


def each_kind_is_said():
    """With a word of its own for what its arguments are; none is shown by bare numbers."""
    said = {"call": ("0xc6000002, x1 0x1, result -3", (0xc6000002, 1, -3)),
            "mmio": ("write 4 bytes of GICD at 0x8000104: 0x20", (3 | 1 << 8 | 4 << 16, 0x8000104, 32)),
            "denied": ("write at 0x30000000, pc 0x2b000010", (1, 0x30000000, 0x2b000010)),
            "undefined": ("MSR/MRS, pc 0x10, esr 0x60000000", (0x18, 0x10, 0x60000000)),
            "refused": ("VM 2, vector 1: not granted", (2, 1, -3)),
            "put-off": ("VM 2, vector 1", (2, 1, 0)),
            "vm-start": ("VM 1, epoch 2, entry 0x2b000000", (1, 2, 0x2b000000)),
            "vm-end": ("VM 1, epoch 2, fault", (1, 2, 3)),
            "vm-fault": ("VM 1, epoch 2, esr 0x92000047", (1, 2, 0x92000047)),
            "vm-watchdog": ("VM 1, epoch 2", (1, 2, 0)),
            "vm-control": ("VM 1, epoch 2, reset", (1, 2, 2)),
            "core-on": ("entry 0x40200000, x0 0x44000000", (0, 0x40200000, 0x44000000)),
            "console": ("VM 1, 4096 characters wait", (1, 4096, 0)),
            "stray": ("INTID 99", (99, 0, 0))}
    for kind, (text, (a, b, c)) in said.items():
        found = lines(trace(ring([event(5, kind, 0, 0, a, b, c)])))
        assert found == [f"0.000000005 cpu 0 VM 0.0 {kind} {text}"], found
    names = set(re.findall(r'"([a-z-]+)"', HEADER.split("FUSIONDOCK_TRACE_NAMES")[1].split("}")[0])) - {"none"}
    others = {"sync", "irq", "serror", "return", "raised", "coalesced", "inject", "core-off"}
    assert names == set(said) | others, names ^ (set(said) | others)
    assert "kind 77: 0x1, 0x2, 0x3" in lines(trace(ring([event(5, 77, NO_VM, 0, 1, 2, 3)])))[0]


def what_was_overwritten_is_counted():
    full = [event(100 + n, "stray", NO_VM, 0, n) for n in range(EVENTS)]
    out, said = shmctl(trace(ring(full, written=1000)))
    # The slot that the core might be writing at this moment is not read.
    assert len(out.splitlines()) == EVENTS - 1 and "INTID 1\n" in out and "INTID 0\n" not in out, out
    assert f"{EVENTS - 1} events shown, {1000 - EVENTS + 1} were overwritten" in said, said


def json_has_slices_and_instants():
    found = json.loads(shmctl(DOORBELL, "--json")[0])
    events = found["traceEvents"]
    assert [e["name"] for e in events if e["ph"] == "X"] == ["irq", "sync"], events
    sync = next(e for e in events if e["name"] == "sync")
    assert (sync["pid"], sync["tid"], sync["ts"], sync["dur"]) == (0, 1, 1.0, 1.75), sync
    assert {(e["name"], e["pid"], e["ts"]) for e in events if e["ph"] == "i"} == {("raised", 0, 1.5), ("inject", 1, 2.1)}
    assert {(e["name"], e["pid"]) for e in events if e["ph"] == "M"} == {
        ("process_name", 0), ("process_name", 1), ("thread_name", 0), ("thread_name", 1)}
    assert found["otherData"] == {"events": 6, "overwritten": 0} and found["frequency"] == HZ, found


def json_of_halves():
    """A return without its exit, an exit whose return is lost, and one that has none yet."""
    found = json.loads(shmctl(trace(ring([event(10, "return"), event(20, "sync"), event(30, "irq")])), "--json")[0])
    assert [(e["ph"], e["name"]) for e in found["traceEvents"] if e["ph"] != "M"] == [
        ("i", "return"), ("i", "sync"), ("i", "irq")], found
    assert json.loads(shmctl(trace(ring([])), "--json")[0])["traceEvents"] == []


def a_saved_trace_shows_the_same():
    full = [event(100 + n, "inject", 1, 0, n) for n in range(EVENTS)]
    source = trace(ring(full, written=77), ring([event(105, "raised", 0, 0, 1)]))
    with tempfile.TemporaryDirectory() as work:
        copy = os.path.join(work, "copy")
        shmctl(source, "--save", copy)
        with open(copy, "rb") as file:
            again = file.read()
    assert len(again) == len(source) and lines(again) == lines(source) and len(lines(source)) == EVENTS, lines(again)


def damaged_ones_are_rejected():
    rejected(b"", "too short")
    rejected(DOORBELL[:63], "too short")
    rejected(DOORBELL[:-1], "do not fit")
    rejected(bytes(4096), "does not begin")
    for why, change in (("layout", {"layout": 2}), ("cores", {"cores": 0}), ("cores", {"cores": 65}),
                        ("events", {"events": 0}), ("events", {"events": 24}), ("frequency", {"frequency": 0}),
                        ("frequency", {"frequency": 1 << 63}), ("do not fit", {"first": 0}), ("do not fit", {"first": 65}),
                        ("do not fit", {"stride": 64}), ("do not fit", {"stride": 0xfffffff8}),
                        ("do not fit", {"events": 1 << 31}), ("do not fit", {"cores": 3})):
        rejected(trace(*[ring([])] * 2, **change), why)


def the_command_line():
    for arguments, why in ((["--follow"], "--follow"), (["--seconds", "1"], "--seconds"), (["--count", "0"], "--count"),
                           (["--vm", "8"], "--vm"), (["extra"], "extra")):
        _, said = shmctl(DOORBELL, *arguments, status=2)
        assert why in said, said
    done = subprocess.run([SHMCTL, "trace", "--file", "/no/such/file"], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "No such file" in done.stderr, done.stderr
    _, said = shmctl(DOORBELL, "--save", "/no/such/folder/file", status=1)
    assert "No such file" in said, said


def run(*tests):
    if not os.access(SHMCTL, os.X_OK):
        print(f"Bail out! {SHMCTL} is not built, run: make shmctl")
        sys.exit(1)
    print(f"1..{len(tests)}")
    failed = False
    for number, test in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} - {test.__name__.replace('_', ' ')}")
        except (AssertionError, ValueError, KeyError, StopIteration) as why:
            failed = True
            print(f"not ok {number} - {test.__name__.replace('_', ' ')}")
            print("".join(f"# {line}\n" for line in f"{type(why).__name__}: {why}".splitlines()), end="")
    sys.exit(failed)


run(cores_are_merged_by_time, kinds_vm_and_count_choose, each_kind_is_said, what_was_overwritten_is_counted,
    json_has_slices_and_instants, json_of_halves, a_saved_trace_shows_the_same, damaged_ones_are_rejected,
    the_command_line)
