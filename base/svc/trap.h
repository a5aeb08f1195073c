/* SPDX-License-Identifier: Apache-2.0 */
/* Entry points of vectors.S. */
#ifndef BASE_SVC_TRAP_H
#define BASE_SVC_TRAP_H

#include "arch/trapframe.h"

void trap_sync(struct guest_regs *regs);
void trap_irq(struct guest_regs *regs);
void trap_irq_acknowledged(struct guest_regs *regs); /* cpu.intid, neither dropped nor deactivated */
void trap_kicked(struct guest_regs *regs);	      /* GIC_SGI_KICK, over and done */
void trap_serror(struct guest_regs *regs);

/* An exception in the base itself. kind: index of the vector, 0 .. 7. */
_Noreturn void trap_from_base(const struct guest_regs *regs, unsigned int kind);

#endif
