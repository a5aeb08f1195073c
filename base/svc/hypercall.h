/* SPDX-License-Identifier: Apache-2.0 */
/* HVC from a guest: include/fusiondock/hypercall.h, PSCI and SMCCC. */
#ifndef BASE_SVC_HYPERCALL_H
#define BASE_SVC_HYPERCALL_H

#include "vm/vm.h"

/* imm: the immediate of the HVC instruction. The results are in regs. */
void hypercall(struct vcpu *v, struct guest_regs *regs, uint32_t imm);

#endif
