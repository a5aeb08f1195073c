# SPDX-License-Identifier: Apache-2.0
"""What the counting programs of this folder share: QEMU with the plugin of count.c, and what it wrote."""
import collections
import contextlib
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tests", "system"))

from tap import BUILD, boot  # noqa: E402 (the path comes first)

LOAD_ADDRESS = 0x40200000  # where QEMU puts an arm64 Image without a text offset


def image_size():
    with open(os.path.join(BUILD, "base", "fusiondock.bin"), "rb") as image:
        return int.from_bytes(image.read(24)[16:24], "little")


class Counted:
    """The plugin's lines; `mark` remembers how far they have come."""

    def __init__(self, path):
        self.path = path
        self.marks = []

    def mark(self):
        self.marks.append(os.path.getsize(self.path))

    def lines(self, first=0, last=None):
        """(letter, core or offset, value) between two places of the file."""
        with open(self.path, "rb") as log:
            log.seek(first)
            data = log.read() if last is None else log.read(last - first)
        for line in data.decode("ascii").splitlines():
            fields = line.split()
            # A mark may have come in the middle of a line.
            if len(fields) == 3 and len(fields[0]) == 1:
                yield fields[0], int(fields[1]), int(fields[2])

    def events(self):
        """{core: [(letter, value)]} of visits and marks."""
        found = collections.defaultdict(list)
        for letter, core, value in self.lines():
            if letter in "VMT":
                found[core].append((letter, value))
        return found


@contextlib.contextmanager
def counting(system, **options):
    """(machine, Counted) of one run; the whole of it is there when the machine has ended."""
    with tempfile.TemporaryDirectory() as work:
        log = os.path.join(work, "log")
        plugin = (f"{BUILD}/bench/base/count.so,lo={LOAD_ADDRESS:x},"
                  f"hi={LOAD_ADDRESS + image_size():x},out={log}")
        with boot(system, extra=("-plugin", plugin), **options) as machine:
            yield machine, Counted(log)
