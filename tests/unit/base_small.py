#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How large the base is: lines of its source, bytes of its image (TAP). libfdt, which is Debian's, is told apart."""
import glob
import os
import re
import subprocess
import sys

LINES = 7000
BYTES = 96 * 1024
BUILD = os.environ.get("BUILD", "build")
CROSS = os.environ.get("CROSS_COMPILE", "aarch64-linux-gnu-")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ELF = os.path.join(BUILD, "base", "fusiondock.elf")
MAP = os.path.join(BUILD, "base", "fusiondock.map")
DEBUGGING = re.compile(r"\.(debug|comment|symtab|strtab|shstrtab|bss)")


def lines_of(path):
    """Neither blank nor comment."""
    with open(path, encoding="utf-8") as source:
        text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), source.read(), flags=re.S)
    return sum(1 for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("//", "#!", "# ")))


def sources():
    """Of what runs at EL2: base/host is for the development machine."""
    return [path for kind in ("c", "h", "S", "ld")
            for path in glob.glob(os.path.join(ROOT, "base", "**", "*." + kind), recursive=True)
            if f"{os.sep}host{os.sep}" not in os.path.relpath(path, ROOT)]


def image_bytes():
    """All that is loaded, but for .bss."""
    text = subprocess.run([CROSS + "size", "-A", ELF], stdout=subprocess.PIPE, text=True, check=True).stdout
    sections = [line.split() for line in text.splitlines() if line.startswith(".")]
    return sum(int(size) for name, size, _ in sections if not DEBUGGING.match(name))


def libfdt_bytes():
    """What the linker took out of libfdt for the same sections."""
    with open(MAP, encoding="utf-8") as linked:
        text = linked.read()
    text = text[text.index("Linker script and memory map"):]
    parts = re.findall(r"^ (\.\S+)\s+0x[0-9a-f]+\s+0x([0-9a-f]+) \S*libfdt\S*\(\S+\)$", text, re.M)
    return sum(int(size, 16) for name, size in parts if re.match(r"\.(text|rodata|data)", name))


def report(number, good, what):
    print(f"{'ok' if good else 'not ok'} {number} - {what}", flush=True)
    return good


def main():
    lines = sum(lines_of(path) for path in sources())
    whole, libfdt = image_bytes(), libfdt_bytes()
    print("1..3")
    good = report(1, 1000 < lines < LINES, f"the base has {lines} lines, less than {LINES}")
    good &= report(2, 1000 < libfdt < whole, f"{libfdt} bytes of the image are libfdt's")
    good &= report(3, 1000 < whole - libfdt < BYTES, f"text and data are {whole - libfdt} bytes, less than {BYTES}")
    return 0 if good else 1


sys.exit(main())
