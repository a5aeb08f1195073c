#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A VM that touches what it does not own gets an abort or is stopped; base and other VM go on."""
from tap import BOOT, boot, check, run

FOREIGN = ("0x0", "0x2a7feffc", "0x2c000000", "0x40000000", "0x40200000", "0x8000000", "0x9000000",
           "0x7ffeffff00", "0x7ffffff000")


def a_trespasser_gets_aborts_and_the_other_vm_goes_on():
    with boot("trespass") as machine:
        for address in FOREIGN:
            machine.expect(rf"trespass: read {address}: abort$", 30, source="VM 1")
            machine.expect(rf"trespass: write {address}: abort$", 30, source="VM 1")
        machine.expect(r"trespass: fetch 0x40000000: abort$", 30, source="VM 1")
        # max_size of region 0 (4 MiB less the header), of which this VM may write the data.
        machine.expect(r"trespass: read-write region 0x3ffff0: went through$", 30, source="VM 1")
        machine.expect(r"trespass: read-only region 0x3ffff0: went through$", 30, source="VM 1")
        machine.expect(r"trespass: write read-only region 0x2ac00010: abort$", 30, source="VM 1")
        machine.expect(r"trespass: write state view 0x2a7ff010: abort$", 30, source="VM 1")
        machine.expect(r"trespass: fetch 0x2a800000: abort$", 30, source="VM 1")
        machine.expect(r"VM 1 \(UniProton\): core 0 has no memory at its exception vector", 30, source="base")
        machine.expect(r"VM 1 \(UniProton\): stopped", 10, source="base")
        machine.expect(r"PREEMPT_RT", BOOT, source="VM 0")
        machine.expect(r"\[linux\] exit status 0", 30, source="VM 0")
        machine.expect(r"VM 0 \(openEuler-rt\): off", 20, source="base")
        check(machine.quit() == 0, "the base still ends the machine")
        check(not [line for line in machine.lines("VM 1") if "still there" in line],
              "a VM that was stopped has gone on")
        shown = [line for line in machine.lines("base") if "which it does not own" in line]
        check(len(shown) == 8, f"the base shows the first 8 denials of a VM, not {len(shown)}")


run(a_trespasser_gets_aborts_and_the_other_vm_goes_on)
