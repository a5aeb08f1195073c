# SPDX-License-Identifier: Apache-2.0
"""Reads the translation tables of a running machine back (gdbstub.py) and holds them against the description."""
import collections
import os
import subprocess

from tap import BUILD, check

PAGE = 4096
# HCR_EL2
VM, DC, FWB, RW = 1 << 0, 1 << 12, 1 << 46, 1 << 31
TRAPS = 1 << 29 | 1 << 27 | 1 << 26 | 1 << 30  # HCD, TGE, TVM, TRVM
INTERRUPTS = 1 << 3 | 1 << 4 | 1 << 5  # FMO, IMO, AMO: physical ones come to EL2

# Stage-2 MemAttr (Arm ARM D8.5.5): forced by S2FWB, Normal write-back without it, Device-nGnRE.
FORCED_WB, WB, DEVICE = 0b0110, 0b1111, 0b0001

Leaf = collections.namedtuple("Leaf", "ipa pa size attr access xn shared")
Window = collections.namedtuple("Window", "what ipa size kind")  # kind: ram, rw, ro, device


class Description:
    """build/systems/NAME.dtb, read by fdtget."""

    def __init__(self, name):
        self._file = os.path.join(BUILD, "systems", name + ".dtb")
        self.vms = {self.cells(f"/vms/{node}", "reg")[0]: f"/vms/{node}" for node in self.get("-l", "/vms").split()}
        # Views of the base are mapped as regions are, read only.
        self.regions = [f"/{parent}/{node}" for parent in self.get("-l", "/").split() if parent != "vms"
                        for node in self.get("-l", f"/{parent}").split()]

    def get(self, *words):
        option = [word for word in words if word.startswith("-")]
        rest = [word for word in words if not word.startswith("-")]
        return subprocess.run(["fdtget", *option, self._file, *rest], check=True, text=True,
                              stdout=subprocess.PIPE).stdout

    def cells(self, node, name):
        done = subprocess.run(["fdtget", "-t", "x", "-d", "", self._file, node, name], check=True, text=True,
                              stdout=subprocess.PIPE)
        return [int(word, 16) for word in done.stdout.split()]

    def range(self, node, name):
        high, low, size_high, size_low = self.cells(node, name)
        return high << 32 | low, size_high << 32 | size_low

    def _names(self, vm, region, rights):
        mine = self.cells(self.vms[vm], "phandle")
        return bool(mine) and mine[0] in self.cells(region, rights)

    def windows(self, vm, devices=()):
        """All that this VM may reach, by address. `devices`: pages of its devices."""
        found = [Window("memory", *self.range(self.vms[vm], "memory"), "ram")]
        for region in self.regions:
            for rights, kind in (("read-write", "rw"), ("read-only", "ro")):
                if self._names(vm, region, rights):
                    found.append(Window(region, *self.range(region, "reg"), kind))
        found += [Window("device", page, PAGE, "device") for page in devices]
        return sorted(found, key=lambda window: window.ipa)


def stage2(window, vttbr):
    """The leaves of the tables at VTTBR_EL2: 39-bit space, 4 KiB granule, from level 1."""
    leaves = []

    def walk(table, level, at):
        for index, entry in enumerate(window.read64(table, 512)):
            span = 1 << (39 - 9 * level)
            ipa = at + index * span
            if not entry & 1:
                continue
            address = entry & 0x0000fffffffff000
            if level < 3 and entry & 2:
                walk(address, level + 1, ipa)
            else:
                check(level < 3 or entry & 2, f"level 3 entry 0x{entry:x} at 0x{ipa:x} is reserved")
                check(entry & 1 << 10, f"entry 0x{entry:x} at 0x{ipa:x} has no access flag")
                leaves.append(Leaf(ipa, address & ~(span - 1), span, entry >> 2 & 0xf, entry >> 6 & 3,
                                   entry >> 53 & 3, entry >> 8 & 3))

    walk(vttbr & 0x0000fffffffffffe, 1, 0)
    return leaves


def merged(leaves):
    """Neighbours with the same attributes and consecutive addresses on both sides, as one."""
    runs = []
    for leaf in leaves:
        last = runs[-1] if runs else None
        if last and (last.ipa + last.size, last.pa + last.size) == (leaf.ipa, leaf.pa) and last[3:] == leaf[3:]:
            runs[-1] = last._replace(size=last.size + leaf.size)
        else:
            runs.append(leaf)
    return runs


def expected_bits(kind, forced):
    """MemAttr, S2AP, XN, SH of a leaf."""
    memory = FORCED_WB if forced else WB
    return {"ram": (memory, 3, 0, 3), "rw": (memory, 3, 2, 3), "ro": (memory, 1, 2, 3),
            "device": (DEVICE, 3, 2, 0)}[kind]


def check_vm(name, description, vm, leaves, forced, devices=()):
    """Every byte of the description is mapped with its type and rights, and not one byte more."""
    windows = description.windows(vm, devices)
    check(sum(leaf.size for leaf in leaves) == sum(window.size for window in windows),
          f"{name}: VM {vm} maps {sum(leaf.size for leaf in leaves):#x} bytes, the description gives "
          f"{sum(window.size for window in windows):#x}")
    for window in windows:
        inside = [leaf for leaf in leaves if window.ipa <= leaf.ipa < window.ipa + window.size]
        runs = merged(inside)
        check(len(runs) == 1 and (runs[0].ipa, runs[0].size) == (window.ipa, window.size),
              f"{name}: VM {vm}: {window} is mapped as {runs}")
        bits = (runs[0].attr, runs[0].access, runs[0].xn, runs[0].shared)
        check(bits == expected_bits(window.kind, forced), f"{name}: VM {vm}: {window} has the bits {bits}")
        if window.kind == "device" or (devices and window.kind == "ram"):
            check(runs[0].pa == window.ipa, f"{name}: VM {vm}: {window} is not one to one")
        yield window, runs[0].pa


def check_machine(name, gdb, forced, device_pages=None):
    """All VMs of a running machine. `device_pages`: VM id -> pages. Returns VM id -> leaves."""
    description = Description(name)
    private, regions, tables = [], {}, {}
    for vm, node in sorted(description.vms.items()):
        flat = description.get(node, "guest").strip() == "flat"
        cores = description.cells(node, "cpus")
        for core in cores:
            check_core(f"{name}: VM {vm} core {core}", gdb, core, flat, forced)
        roots = {gdb.register(core, "VTTBR_EL2") for core in cores}
        check(len(roots) == 1, f"{name}: VM {vm}: its cores have different tables")
        tables[vm] = stage2(gdb, roots.pop())
        pages = (device_pages or {}).get(vm, ())
        for window, physical in check_vm(name, description, vm, tables[vm], forced, pages):
            if window.kind in ("ram", "device"):
                private.append((physical, physical + window.size, f"VM {vm} {window.what}"))
            else:
                check(regions.setdefault(window.what, physical) == physical,
                      f"{name}: VM {vm} has other memory at {window.what}")
        root = gdb.register(cores[0], "VTTBR_EL2") & 0x0000fffffffffffe
        private.append((root, root + PAGE, f"the tables of VM {vm}"))
    for what, physical in regions.items():
        private.append((physical, physical + description.range(what, "reg")[1], what))
    base = gdb.register(0, "TTBR0_EL2") & 0x0000fffffffffffe
    private.append((base, base + PAGE, "the tables of the base"))
    private.sort()
    for one, other in zip(private, private[1:]):
        check(one[1] <= other[0], f"{name}: {one[2]} and {other[2]} share physical memory")
    return tables


def check_core(what, gdb, core, flat, forced):
    """HCR_EL2 and VTCR_EL2 of a core that runs a guest."""
    hcr, vtcr = gdb.register(core, "HCR_EL2"), gdb.register(core, "VTCR_EL2")
    if not hcr & VM and not flat:
        return  # a core of Linux that is not up yet
    check(hcr & VM and hcr & RW and hcr & INTERRUPTS == INTERRUPTS, f"{what}: HCR_EL2 0x{hcr:x}")
    check(not hcr & TRAPS, f"{what}: HCR_EL2 0x{hcr:x} traps what a guest may do")
    check(bool(hcr & FWB) == forced, f"{what}: HCR_EL2 0x{hcr:x}: FWB should be {int(forced)}")
    check(bool(hcr & DC) == (flat and not forced),
          f"{what}: HCR_EL2 0x{hcr:x}: DC should be {int(flat and not forced)}")
    # T0SZ 25 (39 bits), SL0 1, write-back inner shareable walks, 4 KiB.
    check(vtcr & 0xffff == 0x3559, f"{what}: VTCR_EL2 0x{vtcr:x}")


def to_physical(leaves, ipa):
    for leaf in leaves:
        if leaf.ipa <= ipa < leaf.ipa + leaf.size:
            return leaf.pa + ipa - leaf.ipa
    raise AssertionError(f"IPA 0x{ipa:x} is not mapped")


def stage1(gdb, core, leaves, address):
    """The guest's own entry for a user address: IPA, MAIR attribute, shareability; None when there is none."""
    tcr, mair = gdb.register(core, "TCR_EL1"), gdb.register(core, "MAIR_EL1")
    check(tcr & 0x3f == 16 and tcr >> 14 & 3 == 0, f"TCR_EL1 0x{tcr:x} is not 48 bits of 4 KiB pages")
    table = gdb.register(core, "TTBR0_EL1") & 0x0000fffffffff000
    for level in range(4):
        shift = 39 - 9 * level
        entry = gdb.read64(to_physical(leaves, table + 8 * (address >> shift & 511)), 1)[0]
        if not entry & 1:
            return None
        table = entry & 0x0000fffffffff000
        if level == 3 or not entry & 2:
            base = table & ~((1 << shift) - 1)
            return base + (address & ((1 << shift) - 1)), mair >> 8 * (entry >> 2 & 7) & 0xff, entry >> 8 & 3
    return None
