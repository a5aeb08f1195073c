/* SPDX-License-Identifier: Apache-2.0 */
/* A guest's registers while the base works for it; laid out by vectors.S. */
#ifndef BASE_ARCH_TRAPFRAME_H
#define BASE_ARCH_TRAPFRAME_H

#include <stddef.h>
#include <stdint.h>
#include "arch/asm.h"

struct guest_regs {
	uint64_t x[31];
	uint64_t elr, spsr;
	uint64_t unused; /* the stack stays 16-byte aligned */
};

_Static_assert(offsetof(struct guest_regs, elr) == REGS_ELR, "vectors.S");
_Static_assert(offsetof(struct guest_regs, spsr) == REGS_SPSR, "vectors.S");
_Static_assert(sizeof(struct guest_regs) == REGS_SIZE, "vectors.S");

/* Leaves for the guest with these registers; regs lies at the top of the core's stack. */
_Noreturn void guest_enter(struct guest_regs *regs);

#endif
