# SPDX-License-Identifier: Apache-2.0
"""QEMU's own window into the running machine: system registers of each core, EL2's too, and physical memory.

The protocol is GDB's remote serial protocol over a Unix socket; the machine stands still while it is open.
"""
import os
import re
import socket
import tempfile

SIGINT = b"\x03"
AT_ONCE = 256  # words; QEMU answers with 4096 characters at most


class Window:
    """Give `arguments` to QEMU, then use `with window as w:` while it runs."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="fusiondock-")
        path = os.path.join(self._folder.name, "gdb")
        self.arguments = ["-chardev", f"socket,path={path},server=on,wait=off,id=gdb", "-gdb", "chardev:gdb"]
        self._path = path
        self._socket = None
        self._buffer = b""
        self._numbers = {}

    def __enter__(self):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(20)
        self._socket.connect(self._path)
        self._buffer = b""
        self._socket.sendall(SIGINT)
        self._packet()
        for page in re.findall(r'href="([^"]*)"', self._xml("target.xml")):
            self._find_registers(self._xml(page))
        self._ask("Qqemu.PhyMemMode:1")
        return self

    def __exit__(self, kind, value, traceback):
        self._ask("Qqemu.PhyMemMode:0")
        self._send("D")
        self._packet()
        self._socket.close()

    def read64(self, physical, count):
        words = []
        for start in range(0, count, AT_ONCE):
            data = bytes.fromhex(self._ask(f"m{physical + 8 * start:x},{8 * min(AT_ONCE, count - start):x}"))
            words += [int.from_bytes(data[n:n + 8], "little") for n in range(0, len(data), 8)]
        return words

    def write64(self, physical, value):
        self._ask(f"M{physical:x},8:{value.to_bytes(8, 'little').hex()}")

    def register(self, core, name):
        """Of core 0, 1, ...; the name is the Arm ARM's, as in HCR_EL2."""
        self._ask(f"Hg{core + 1:x}")
        data = self._ask(f"p{self._numbers[name]:x}")
        return int.from_bytes(bytes.fromhex(data), "little")

    # --- Packets

    def _send(self, text):
        body = text.encode()
        self._socket.sendall(b"$" + body + b"#%02x" % (sum(body) % 256))

    def _ask(self, text):
        self._send(text)
        answer = self._packet()
        if re.fullmatch(r"E[0-9a-f]{2}", answer):
            raise RuntimeError(f"the gdbstub answers {answer} to {text}")
        return answer

    def _packet(self):
        while True:
            found = re.search(rb"\$([^#]*)#..", self._buffer, re.S)
            if found:
                self._buffer = self._buffer[found.end():]
                self._socket.sendall(b"+")
                return self._unescape(found.group(1)).decode("latin-1")
            data = self._socket.recv(65536)
            if not data:
                raise RuntimeError("QEMU has closed the gdbstub")
            self._buffer += data

    @staticmethod
    def _unescape(data):
        return re.sub(rb"\}(.)", lambda m: bytes([m.group(1)[0] ^ 0x20]), data, flags=re.S)

    def _xml(self, name):
        text, offset = "", 0
        while True:
            part = self._ask(f"qXfer:features:read:{name}:{offset:x},800")
            text += part[1:]
            offset = len(text)
            if part[0] == "l":
                return text

    def _find_registers(self, xml):
        # Numbers go on from the last one given where a register has none.
        for attributes in re.findall(r"<reg ([^>]*)/>", xml):
            fields = dict(re.findall(r'(\w+)="([^"]*)"', attributes))
            if "regnum" in fields:
                self._numbers[fields["name"]] = int(fields["regnum"])
