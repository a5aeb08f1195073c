/* SPDX-License-Identifier: Apache-2.0 */
/* A virtual core on its physical core. */
#ifndef BASE_VM_VCPU_H
#define BASE_VM_VCPU_H

#include "vm/vm.h"

/* What the calling core, once, needs at EL2 before it can run a guest. */
void vcpu_init_core(void);

/* Sets EL1 and EL2 registers for a vCPU that starts, and regs for its first instruction. */
void vcpu_reset(struct vcpu *v, struct guest_regs *regs);

/*
 * Asks the core of v to start it at entry with x0 = context. false: it is not off. Any core of the VM,
 * and the boot core.
 */
bool vcpu_start(struct vcpu *v, uint64_t entry, uint64_t context);

/*
 * On its own core: the guest is over. It can be started again once run_before_guest (svc/run.h) has seen it,
 * so that nobody starts it while its core is still on the way out.
 */
void vcpu_off(struct vcpu *v);

/* Synchronous exception for the guest: external abort for an address, or an undefined instruction. */
void inject_abort(struct vcpu *v, struct guest_regs *regs, uint64_t esr, uint64_t far);
void inject_undefined(struct vcpu *v, struct guest_regs *regs);

/* Value of the ID register encoded in ESR_EL2.ISS as this base shows it; false: no ID register. */
bool id_register(uint32_t iss, uint64_t *value);

#endif
