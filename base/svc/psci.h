/* SPDX-License-Identifier: Apache-2.0 */
/* PSCI 1.1 (Arm DEN0022) as a guest sees it: its own cores, its own power. */
#ifndef BASE_SVC_PSCI_H
#define BASE_SVC_PSCI_H

#include "vm/vm.h"

/* Whether fn is a PSCI or SMCCC general call; then regs->x[0] holds the result. */
bool psci_call(struct vcpu *v, struct guest_regs *regs, uint32_t fn);

#endif
