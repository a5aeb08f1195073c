/* SPDX-License-Identifier: Apache-2.0 */
/* What the library does not tell: driver/platform.c asks /dev/mcs, sim/platform.c the simulation.
 */
#ifndef SHMCTL_PLATFORM_H
#define SHMCTL_PLATFORM_H

#include <stdbool.h>

#include <fusiondock/hypercall.h>
#include <fusiondock/mcs.h>

#include "facts.h"

/* "fusiondock base" or "simulation". */
extern const char *const platform_name;

/* After port_open(). False: not known here. */
bool platform_version(struct mcs_version *version);
bool platform_stats(struct mcs_stats *stats);

/* FUSIONDOCK_VM_*, VM_NOT_THERE or VM_UNKNOWN. After port_open(). */
#define VM_NOT_THERE (-1)
#define VM_UNKNOWN (-2)
int platform_vm_state(unsigned int vm);

/*
 * These three: 0 or an errno, those of MCS_IOC_VM_LIFE, MCS_IOC_VM_CONTROL and MCS_IOC_COUNTER;
 * EOPNOTSUPP where driver or base is older or there is none. After port_open().
 */
int platform_vm_life(struct mcs_vm_life *life);
int platform_vm_control(unsigned int vm, unsigned int operation);
int platform_counter(struct mcs_counter *counter);

/*
 * Where the view is, and in *at, if wanted, a mapping that stays: 0 or an errno, that of
 * MCS_IOC_VIEW or mmap(). After port_open().
 */
int platform_view(struct mcs_view *view, const void **at);

/* What can be found out without the port: node, module, device, rights, versions. */
void platform_facts(struct facts *facts);

enum watchdog platform_watchdog(void);

#endif
