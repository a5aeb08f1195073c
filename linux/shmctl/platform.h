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

/* What can be found out without the port: node, module, device, rights, versions. */
void platform_facts(struct facts *facts);

#endif
