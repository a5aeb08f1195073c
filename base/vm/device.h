/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices of the machine given to a VM: registers and SPIs at the numbers they have on the machine, so that
 * the node of the machine's device tree holds for the guest too. Pure.
 */
#ifndef BASE_VM_DEVICE_H
#define BASE_VM_DEVICE_H

#include "vm/check.h"

/* Reads `devices` of a VM node: paths in the machine's device tree. Complains about what cannot be given. */
void read_devices(struct check *c, struct vm_desc *vm);

/* Complains about SPIs and pages that two VMs, or a VM and somebody else on the machine, would share. */
void check_devices(struct check *c, const struct system *s);

#endif
