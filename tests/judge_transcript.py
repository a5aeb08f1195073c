#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Judges the transcript of the demonstration: values and order on both sides.

The transcript is the console output, each line with the prefix of its VM ("[VM 0] ...").
Colours and other lines are ignored. Exit status 0, or 1 with the first wrong line and the
reason; 2 for wrong options.
"""
import argparse
import re
import sys

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PREFIX = re.compile(r"\[VM (\d+)\] ?(.*)")
READ_TIME = re.compile(r"read time: (\d+), one way (-?\d+\.\d\d) us$")
WRITE_TIME = re.compile(r"write to shm time: (\d+)$")
END = re.compile(r"demo: sent (\d+), received (\d+)$")
TIMES = 5


class Wrong(Exception):
    """The transcript is wrong: the message says where and why."""


class Line:
    def __init__(self, number, text):
        self.number = number
        self.text = text


class Side:
    """What one program is expected to say."""

    def __init__(self, tag, vm, name, ints, string, regions, others):
        self.tag = f"[{tag}] "
        self.vm = vm
        self.name = name
        self.ints = ints
        self.string = string
        self.regions = regions
        self.others = re.compile(others)
        self.lines = []

    def pick(self, start):
        return [line for line in self.lines if line.text.startswith(start)]


def read_transcript(path, sides):
    """Gives each side the lines with its tag, and looks for torn ones."""
    tags = [side.tag.strip() for side in sides]
    with open(path, encoding="utf-8", errors="replace") as transcript:
        for number, raw in enumerate(transcript, 1):
            match = PREFIX.match(ANSI.sub("", raw).replace("\r", "").rstrip("\n"))
            if not match:
                continue
            vm, text = int(match[1]), match[2]
            for side in sides:
                if text.startswith(side.tag):
                    if vm != side.vm:
                        raise Wrong(f"line {number}: {side.name} runs on VM {side.vm}, "
                                    f"this line came from VM {vm}: {text}")
                    side.lines.append(Line(number, text[len(side.tag):]))
            if any(tag in text[1:] for tag in tags) or "[VM " in text:
                raise Wrong(f"line {number}: two lines have torn each other: {text}")


def expect(side, what, lines, expected):
    """Compares in order; an expected item is a text or a compiled pattern."""
    for line, want in zip(lines, expected):
        if not (want.match(line.text) if isinstance(want, re.Pattern) else line.text == want):
            shown = want.pattern if isinstance(want, re.Pattern) else want
            raise Wrong(f"line {line.number}: {side.tag}{line.text}\n  {side.name} should {what} "
                        f"here: {side.tag}{shown}")
    if len(lines) > len(expected):
        raise Wrong(f"line {lines[len(expected)].number}: {side.tag}{lines[len(expected)].text}\n"
                    f"  {side.name} should {what} only {len(expected)} times")
    if len(lines) < len(expected):
        want = expected[len(lines)]
        shown = want.pattern if isinstance(want, re.Pattern) else want
        raise Wrong(f"{side.name} did not {what}: {side.tag}{shown} "
                    f"(number {len(lines) + 1} of {len(expected)})")


def judge_regions(side):
    lines = [line for line in side.lines if re.match(r"(map )?(read|write) region ", line.text)]
    lines.sort(key=lambda line: "write region" in line.text)
    expect(side, "find its regions", lines, side.regions)


def judge_writes(side):
    ints = [f"write to shm int: {value}" for value in side.ints]
    expect(side, "send", side.pick("write to shm "),
           ints + [f"write to shm string: {side.string}"] + [WRITE_TIME] * TIMES)


def judge_reads(side, peer):
    ints = [f"read from shm: {value}" for value in peer.ints]
    length = len(peer.string) + 1
    expect(side, "receive", [line for line in side.pick("read ") if " region " not in line.text],
           ints + [f"read len: 0x{length:x}, st: {peer.string}"] + [READ_TIME] * TIMES)


def judge_times(side, peer):
    """Each stamp arrives as it was sent, later than the one before, and not before it was sent."""
    sent = [int(WRITE_TIME.match(line.text)[1]) for line in peer.pick("write to shm time: ")]
    before = -1
    for stamp, line in zip(sent, side.pick("read time: ")):
        got, way = READ_TIME.match(line.text).groups()
        where = f"line {line.number}: {side.tag}{line.text}\n  "
        if int(got) != stamp:
            raise Wrong(f"{where}{peer.name} sent {stamp}")
        if int(got) <= before:
            raise Wrong(f"{where}the stamp before was {before}: time does not go forward")
        if way.startswith("-"):
            raise Wrong(f"{where}it arrived before it was sent: the counters of the VMs differ")
        before = int(got)


def judge_known(side):
    for line in side.lines:
        if not side.others.match(line.text) and not line.text.startswith(("write to shm ", "read ")):
            raise Wrong(f"line {line.number}: {side.tag}{line.text}\n"
                        f"  is not a line of a good run")


def judge_end(side, sent, received):
    ends = side.pick("demo: ")
    if not ends:
        raise Wrong(f"{side.name} did not come to its end: no line \"{side.tag}demo: sent ...\"")
    for line in side.pick("exit status "):
        if line.text != "exit status 0":
            raise Wrong(f"line {line.number}: {side.tag}{line.text}\n  should be 0")
    match = END.match(ends[-1].text)
    where = f"line {ends[-1].number}: {side.tag}{ends[-1].text}\n  "
    if not match:
        raise Wrong(f"{where}{side.name} failed")
    if sent is not None and (int(match[1]), int(match[2])) != (sent, received):
        raise Wrong(f"{where}should be: sent {sent}, received {received}")
    return int(match[2])


def judge_all_sent(side):
    ends = side.pick("demo: all sent")
    writes = side.pick("write to shm ")
    if len(ends) != 1:
        raise Wrong(f"{side.name} should say once \"{side.tag}demo: all sent\", "
                    f"it did {len(ends)} times")
    if ends[0].number < writes[-1].number:
        raise Wrong(f"line {ends[0].number}: {side.tag}{ends[0].text}\n"
                    f"  comes before its last message, line {writes[-1].number}")


def judge_both(linux, uniproton):
    for side, peer in ((linux, uniproton), (uniproton, linux)):
        judge_known(side)
        judge_regions(side)
        judge_writes(side)
        judge_reads(side, peer)
    judge_times(linux, uniproton)
    judge_times(uniproton, linux)
    judge_all_sent(uniproton)
    judge_end(linux, len(linux.ints) + 1 + TIMES, len(uniproton.ints) + 1 + TIMES)


def judge_linux_only(linux):
    received = judge_end(linux, None, None)
    shown = len([line for line in linux.pick("read ") if " region " not in line.text])
    if received < 1:
        raise Wrong("Linux received nothing")
    if shown != received:
        raise Wrong(f"Linux says it received {received} messages and shows {shown}")


def region(text):
    match = re.fullmatch(r"(0x[0-9a-fA-F]+):(0x[0-9a-fA-F]+)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"'{text}' is not ADDRESS:SIZE, both like 0x2a800000")
    return f"region 0x{int(match[1], 16):x} size 0x{int(match[2], 16):x}"


def options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("transcript")
    parser.add_argument("--linux-vm", type=int, default=0, metavar="N", help="id (0)")
    parser.add_argument("--uniproton-vm", type=int, default=1, metavar="N", help="id (1)")
    parser.add_argument("--from-linux", type=region, metavar="ADDRESS:SIZE",
                        default="0x2a800000:0x400000",
                        help="region that Linux writes (0x2a800000:0x400000)")
    parser.add_argument("--to-linux", type=region, metavar="ADDRESS:SIZE",
                        default="0x2ac00000:0x400000",
                        help="region that Linux reads (0x2ac00000:0x400000)")
    parser.add_argument("--status", type=int, metavar="N", help="exit status of linux_shm_demo")
    parser.add_argument("--linux-only", action="store_true",
                        help="for another UniProton image: Linux received something and ended well")
    return parser.parse_args()


def judge(opt):
    linux = Side("linux", opt.linux_vm, "Linux", range(5), "Hello UniProton",
                 [f"map read {opt.to_linux}", f"map write {opt.from_linux}"],
                 r"map (read|write) region |demo: |Linux \d|exit status 0$")
    uniproton = Side("UniProton", opt.uniproton_vm, "UniProton", range(8080808, 8080798, -1),
                     "Hello openEuler", [f"read {opt.from_linux}", f"write {opt.to_linux}"],
                     r"stand-in kernel |write region |key |demo: all sent$")
    read_transcript(opt.transcript, [linux] if opt.linux_only else [linux, uniproton])
    if not linux.lines:
        raise Wrong(f"no line of {linux.tag.strip()} from VM {opt.linux_vm}")
    if opt.linux_only:
        judge_linux_only(linux)
    else:
        judge_both(linux, uniproton)
    if opt.status:
        raise Wrong(f"linux_shm_demo ended with status {opt.status}")


def main():
    opt = options()
    try:
        judge(opt)
    except (Wrong, OSError) as reason:
        print(f"judge: {opt.transcript}: {reason}")
        return 1
    print(f"judge: {opt.transcript}: good")
    return 0


if __name__ == "__main__":
    sys.exit(main())
