#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The table of base/lib/symbol.h as assembly, of the functions in an image: symbols.py NM IMAGE."""
import subprocess
import sys


def functions(nm, image):
    """[(address, name)] in rising order, one name for each address."""
    text = subprocess.run([nm, "-n", image], stdout=subprocess.PIPE, text=True, check=True).stdout
    found = {}
    for line in text.splitlines():
        address, kind, name = line.split()[-3:]
        if kind in "tT" and not name.startswith(("$", "__text")):
            found.setdefault(int(address, 16), name)
    return sorted(found.items())


def main(nm, image):
    names = functions(nm, image)
    print('\t.section .symbols, "a"\n\t.balign 4')
    print(f"\t.word {len(names)}")
    for address, _ in names:
        print(f"\t.word {address:#x}")
    for _, name in names:
        print(f'\t.asciz "{name}"')


main(*sys.argv[1:])
