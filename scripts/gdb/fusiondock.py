# SPDX-License-Identifier: Apache-2.0
"""Commands of gdb for a machine that runs the base: base, vm, regions, vgic, trace.

They read the base's own structures as physical memory (the base maps memory one to one), so they work wherever
the cores are: in a guest, in the base, or halted. docs/debugging.md shows them at work. Needs QEMU's gdbstub.
"""
import contextlib
import os
import re
import struct

import gdb

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
INCLUDE = os.path.join(ROOT, "include", "fusiondock")
BLOCK = 0x200000  # the image is at a multiple of it
MAGIC = b"ARM\x64"  # of the arm64 Image header, at offset 56
CANDIDATES = range(0x0, 0x100000000, 0x40000000)  # where RAM may begin
STATES = {0: "off", 1: "running", 2: "faulted"}
VCPU_STATES = {0: "off", 1: "starting", 2: "on", 3: "leaving"}
OPERATIONS = {0: "START", 1: "READY_TO_READ", 2: "READ_END", 3: "DEL", 4: "MAX"}
NO_VM = 0xff


class Said(gdb.GdbError):
    """What went wrong, and what to do."""


@contextlib.contextmanager
def physical():
    """Memory is physical memory inside, whatever the translation of the chosen core says."""
    gdb.execute("maintenance packet Qqemu.PhyMemMode:1", to_string=True)
    try:
        yield
    finally:
        gdb.execute("maintenance packet Qqemu.PhyMemMode:0", to_string=True)


def read(address, size):
    return bytes(gdb.selected_inferior().read_memory(address, size))


def value(expression):
    try:
        return gdb.parse_and_eval(expression)
    except gdb.error as error:
        raise Said(f"{error}: are the base's symbols loaded? The command `base` loads them") from None


def fields(structure):
    return {field.name for field in structure.type.fields()}


def text_of(array):
    return array.string(errors="replace")


def header_number(name, file):
    with open(os.path.join(INCLUDE, file), encoding="utf-8") as header:
        return int(re.search(rf"#define {name} (0x[0-9a-f]+|\d+)", header.read()).group(1), 0)


def vms():
    """(id, struct vm) of those that the description has."""
    every = value("vms")
    for number in range(every.type.range()[1] + 1):
        if int(every[number]["desc"]):
            yield number, every[number]


def threads():
    """{physical core: gdb's thread}, in the order of the machine's cores."""
    return {thread.num - 1: thread for thread in gdb.selected_inferior().threads()}


def place_of(thread):
    """Exception level and pc of a core."""
    before = gdb.selected_thread()
    thread.switch()
    try:
        frame = gdb.newest_frame()
        level = int(gdb.parse_and_eval("$cpsr")) >> 2 & 3
        name = frame.name()
        return f"EL{level} pc 0x{frame.pc():x}" + (f" {name}" if name else "")
    finally:
        before.switch()


class Command(gdb.Command):
    """A command whose work is done on physical memory."""

    def __init__(self, name):
        super().__init__(name, gdb.COMMAND_USER)

    def invoke(self, argument, from_tty):
        words = gdb.string_to_argv(argument)
        places = {number: place_of(thread) for number, thread in threads().items()}
        with physical():
            self.work(words, places)


class Base(gdb.Command):
    """base [ELF]: finds the base's image in memory and loads its symbols there."""

    def __init__(self):
        super().__init__("base", gdb.COMMAND_USER)

    def invoke(self, argument, from_tty):
        elf = argument or os.path.join(ROOT, os.environ.get("BUILD", "build"), "base", "fusiondock.elf")
        at = self.by_vectors(elf) or self.by_magic(elf)
        if at is None:
            raise Said("no image of the base in memory: is it the one that runs, and is the machine QEMU's?")
        gdb.execute(f"add-symbol-file {elf} -o 0x{at:x}", to_string=True)
        print(f"base: the image is at 0x{at:x}")

    @staticmethod
    def is_image(at, elf):
        with open(os.path.splitext(elf)[0] + ".bin", "rb") as image:
            head = image.read(64)
        with physical():
            try:
                return read(at, 64) == head and head[56:60] == MAGIC
            except gdb.MemoryError:
                return False

    def by_vectors(self, elf):
        """A base that has started has its vectors in VBAR_EL2."""
        try:
            vectors = int(gdb.parse_and_eval("(unsigned long)$VBAR_EL2"))
        except gdb.error:
            return None
        at = vectors & ~(BLOCK - 1)
        return at if vectors and self.is_image(at, elf) else None

    def by_magic(self, elf):
        """QEMU puts it one block behind the beginning of RAM."""
        return next((ram + BLOCK for ram in CANDIDATES if self.is_image(ram + BLOCK, elf)), None)


class Vm(Command):
    """vm: every VM, its state and life, and where its cores are."""

    def work(self, words, places):
        if not list(vms()):
            print("no VMs: the base has not come that far, or has refused the description")
        for number, vm in vms():
            desc = vm["desc"].dereference()
            print(f"VM {number} ({text_of(desc['label'])}): {STATES.get(int(vm['state']), '?')}, epoch {vm['epoch']}, "
                  f"posted 0x{int(vm['posted']):x}, denied {vm['denied']}, faults {vm['faults']}, "
                  f"restarts {vm['restarts']}")
            print(f"  memory 0x{int(desc['memory']['ipa']):x} at 0x{int(desc['memory_pa']['pa']):x}, "
                  f"size 0x{int(desc['memory_size']):x}")
            for index in range(int(desc["cpu_count"])):
                vcpu = vm["vcpus"][index]
                core = int(vcpu["cpu"]["index"])
                print(f"  core {index} on physical core {core}: {VCPU_STATES.get(int(vcpu['state']), '?')}, "
                      f"{places.get(core, 'gdb has no thread for it')}")


class Regions(Command):
    """regions: every shared region, where it is, and the header in it."""

    def work(self, words, places):
        system = value("the_system")
        for number in range(int(system["region_count"])):
            region = system["regions"][number]
            at = int(region["pa"]["pa"])
            max_size, used_size, op_type, kind = struct.unpack("<IIii", read(at, 16))
            print(f"region {number}: 0x{int(region['at']['ipa']):x} at 0x{at:x}, size 0x{int(region['size']):x}, "
                  f"VM {region['writer']} writes, VM {region['reader']} reads, "
                  f"read-write 0x{int(region['read_write']):x}, read-only 0x{int(region['read_only']):x}")
            print(f"  max_size {max_size}, used_size {used_size}, op_type {op_type} "
                  f"{OPERATIONS.get(op_type, 'outside the enum')}, resevered {kind}")
        if "views" not in fields(system):
            return
        for number, name in enumerate(("state", "trace")):
            view = system["views"][number]
            if int(view["used"]):
                print(f"view {name}: 0x{int(view['at']['ipa']):x} at 0x{int(view['pa']['pa']):x}, "
                      f"size 0x{int(view['size']):x}, read-only 0x{int(view['read_only']):x}")


class Vgic(Command):
    """vgic [VM]: the emulated GIC: what is enabled, pending, active, and what list registers hold."""

    def work(self, words, places):
        for number, vm in vms():
            if words and number != int(words[0], 0):
                continue
            gic = vm["vgic"]
            print(f"VM {number}: GICD_CTLR enables 0x{int(gic['ctlr']):x}, doorbell INTID {gic['doorbell']}")
            for n in range(int(gic["spis"].type.range()[1]) + 1):
                self.bank(gic["spis"][n], 32 * (n + 1), "  SPI")
            for index in range(int(gic["cpu_count"])):
                self.core(gic["cpus"][index].dereference(), index)

    def core(self, cpu, index):
        first = int(cpu["claims_doorbell"])
        held = [int(cpu["lr_intid"][n]) for n in range(int(cpu["lr_used"]))]
        print(f"  core {index}: {'online' if int(cpu['online']) else 'offline'}, "
              f"{'to be looked at again' if int(cpu['dirty']) else 'up to date'}, "
              f"list register 0 {'is the doorbell, ' if first else 'is free for any, '}"
              f"others hold {' '.join(map(str, held)) or 'nothing'}")
        self.bank(cpu["private_irqs"], 0, "    ")

    @staticmethod
    def bank(bank, first, indent):
        for n in range(32):
            words = [name for name in ("enabled", "latch", "line", "active", "in_lr", "hw")
                     if int(bank[name]) >> n & 1]
            if words and (words != ["enabled"] or first >= 32):
                print(f"{indent} INTID {first + n}: {' '.join(words)}, priority 0x{int(bank['priority'][n]):x}, "
                      f"{'edge' if int(bank['edge']) >> n & 1 else 'level'}")


class Trace(Command):
    """trace [COUNT]: the last events of all cores (20), in order of time, as <fusiondock/trace.h> lays them out."""

    def work(self, words, places):
        view = value("the_system")["views"][header_number("FUSIONDOCK_VIEW_TRACE", "hypercall.h")]
        if not int(view["used"]):
            raise Said("the description has no trace: give it a node trace@... in /views (docs/systems.md)")
        at = int(view["pa"]["pa"])
        magic, layout, cores, events, first, stride, frequency = struct.unpack("<6IQ", read(at, 32))
        if (magic, layout) != (header_number("FUSIONDOCK_TRACE_MAGIC", "trace.h"),
                               header_number("FUSIONDOCK_TRACE_LAYOUT", "trace.h")):
            raise Said("the view is not laid out yet: the base has not come that far")
        found = []
        for core in range(cores):
            found += self.ring(core, at + first + core * stride, events)
        found.sort()
        for time, core, kind, vm, vcpu, a, b, c in found[-int(words[0], 0) if words else -20:]:
            who = "no VM" if vm == NO_VM else f"VM {vm}.{vcpu}"
            print(f"{time * 1e6 / frequency:15.2f} us core {core} {who}: {self.name(kind)} 0x{a:x} 0x{b:x} 0x{c:x}")
        print(f"{len(found)} events in the rings of {cores} cores")

    @staticmethod
    def ring(core, at, events):
        written = struct.unpack("<Q", read(at, 8))[0]
        data = read(at + 64, 32 * min(written, events)) if written else b""
        return [(time, core, *rest) for time, *rest in struct.iter_unpack("<QHBBIQQ", data)]

    @staticmethod
    def name(kind):
        with open(os.path.join(INCLUDE, "trace.h"), encoding="utf-8") as header:
            names = re.search(r"#define FUSIONDOCK_TRACE_NAMES(.*?)\}", header.read(), re.S).group(1)
        names = re.findall(r'"([a-z-]+)"', names)
        return names[kind] if kind < len(names) else f"kind {kind}"


Base()
Vm("vm")
Regions("regions")
Vgic("vgic")
Trace("trace")
