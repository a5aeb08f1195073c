#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The same image of the base starts from any address that is a multiple of 2 MiB (arm64 Linux boot protocol)."""
import os
import struct
import tempfile

from gdbstub import Window
from tap import BUILD, Machine, check, run

RAM = 0x40000000  # of QEMU's machine
BLOCK = 0x200000
TEXT_OFFSET = 8  # in the image's header: where QEMU loads it, from the start of RAM


def loaded_at(folder, offset):
    """A copy of the image that QEMU loads there; not one other byte differs."""
    path = os.path.join(folder, f"at_{offset:x}.bin")
    with open(os.path.join(BUILD, "base", "fusiondock.bin"), "rb") as image:
        data = bytearray(image.read())
    struct.pack_into("<Q", data, TEXT_OFFSET, offset)
    with open(path, "wb") as copy:
        copy.write(data)
    return path


def start_at(offset):
    window = Window()
    with tempfile.TemporaryDirectory(prefix="fusiondock-") as folder:
        bundle = os.path.join(BUILD, "systems", "interrupts.itb")
        with Machine(loaded_at(folder, offset), bundle, extra=window.arguments) as machine:
            machine.expect(r"interrupts: done", 120, source="VM 1")
            with window as gdb:
                # The vectors of all cores are in the image, which is smaller than a block.
                found = {gdb.register(core, "VBAR_EL2") & ~(BLOCK - 1) for core in (0, 2)}
            check(found == {RAM + offset}, f"it runs at {found}, not at 0x{RAM + offset:x}")
            check(machine.quit() == 0, "the console ends the machine")


def at_the_next_block_of_ram():
    start_at(2 * BLOCK)


def in_the_middle_of_ram():
    start_at(0x2e600000)


def near_the_end_of_ram():
    start_at(0x70000000)


run(at_the_next_block_of_ram, in_the_middle_of_ram, near_the_end_of_ram)
