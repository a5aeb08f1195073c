#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a trace point costs that records nothing: two instructions, seen in the linked image (TAP).

A trace point loads the mask by an address relative to the PC and tests one bit. Nothing else may come between
the code before it and the code behind it.
"""
import os
import re
import subprocess
import sys

BUILD = os.environ.get("BUILD", "build")
CROSS = os.environ.get("CROSS_COMPILE", "aarch64-linux-gnu-")
ELF = os.path.join(BUILD, "base", "fusiondock.elf")
HERE = os.path.dirname(os.path.abspath(__file__))
TRACE_H = os.path.join(HERE, "..", "..", "include", "fusiondock", "trace.h")

FUNCTION = re.compile(r"^[0-9a-f]+ <([^>+]+)>:$")
INSTRUCTION = re.compile(r"^\s*[0-9a-f]+:\t[0-9a-f]{8} \t(\S+)\s*(.*)$")
ADDRESS = r"\s*[0-9a-f]+ <([^>]+)>$"


def disassemble():
    """[(function, operation, operands)] of the whole image."""
    text = subprocess.run([CROSS + "objdump", "-d", ELF], stdout=subprocess.PIPE, text=True, check=True).stdout
    name, found = None, []
    for line in text.splitlines():
        start, step = FUNCTION.match(line), INSTRUCTION.match(line)
        name = start.group(1) if start else name
        if step:
            found.append((name, *step.groups()))
    return found


def trace_points(code):
    """[(function, kind)]; kind is None where the mask is loaded and not tested at once."""
    points = []
    for (name, op, operands), (_, next_op, next_operands) in zip(code, code[1:]):
        if op != "ldr" or not re.match(r"[xw]16," + ADDRESS.replace("([^>]+)", "trace_mask"), operands):
            continue
        test = re.match(r"[xw]16, #(\d+),", next_operands) if next_op == "tbnz" else None
        points.append((name, int(test.group(1)) if test else None))
    return points


def other_uses(code, points):
    """Functions that use x16 for anything else: the compiler would have to save it around a trace point."""
    tested = len(points) * 2
    used = [name for name, _, operands in code if re.search(r"\b[xw]16\b", operands)
            and name in {name for name, _ in points}]
    return used if len(used) != tested else []


def kinds():
    with open(TRACE_H, encoding="utf-8") as header:
        text = header.read()
    text = text[text.index("#define FUSIONDOCK_TRACE_NONE"):text.index("#define FUSIONDOCK_TRACE_ALL")]
    count = int(re.search(r"#define FUSIONDOCK_TRACE_KINDS (\d+)", text).group(1))
    named = {int(number): name for name, number in re.findall(r"#define FUSIONDOCK_TRACE_(\w+) (\d+)\b", text)}
    return {number: named[number] for number in range(1, count)}


def report(number, good, what):
    print(f"{'ok' if good else 'not ok'} {number} - {what}", flush=True)
    return good


def main():
    code = disassemble()
    points = trace_points(code)
    wrong = sorted({name for name, kind in points if kind is None})
    seen = {kind for _, kind in points}
    missing = [name for kind, name in kinds().items() if kind not in seen]
    print("1..3")
    good = report(1, points and not wrong, f"{len(points)} trace points that record nothing take two instructions"
                  + (": not in " + " ".join(wrong) if wrong else ""))
    good &= report(2, not missing, "every kind of event has one" + (": not " + " ".join(missing) if missing else ""))
    spoilt = sorted(set(other_uses(code, points)))
    good &= report(3, not spoilt, "their register is free for them" + (": not in " + " ".join(spoilt) if spoilt else ""))
    return 0 if good else 1


sys.exit(main())
