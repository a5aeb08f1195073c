/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a core: waiting for work, running its guest, and the end of a VM. */
#ifndef BASE_SVC_RUN_H
#define BASE_SVC_RUN_H

#include "vm/vm.h"

/* Loads a VM and starts its first core. Boot core. */
void run_start_vm(struct vm *vm);

/*
 * Everything that must be done before a core goes back to its guest: posted work, interrupts to show. If
 * the guest may not run, waits here until it may; then regs are those of a fresh start.
 */
void run_before_guest(struct guest_regs *regs);

/* Runs the calling core for ever. */
_Noreturn void run_core(struct cpu *cpu);

/* Handles an interrupt that the calling core has acknowledged; GIC_SPURIOUS: none. */
void run_interrupt(uint32_t intid);

/* The machine's UART interrupt, 0: none. Set once by the boot core. */
extern uint32_t run_uart_intid;

#endif
