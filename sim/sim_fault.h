/* SPDX-License-Identifier: Apache-2.0 */
/* Faults, in the program that plays a VM. Without any, each call is one comparison. */
#ifndef SIM_FAULT_PROGRAM_H
#define SIM_FAULT_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "sim_control.h"

void sim_fault_init(struct sim_control *control, unsigned int self);

/* This VM is about to do the step: makes the faults that are due. */
void sim_fault_at(enum sim_step step);

/* This VM rings target. True: a fault has taken the ring, it must not arrive now. */
bool sim_fault_takes_ring(unsigned int target);

/* SHM_ACCESS_HOOK of the library that the simulation links: turns accesses into steps. */
void sim_access_hook(const volatile void *address, size_t size, int is_store);

#endif
