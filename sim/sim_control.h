/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the simulation's launcher and its programs share besides the regions: which
 * regions there are, the doorbells, and the faults to make. One POSIX shared memory
 * object, made and filled by the launcher before the programs run; afterwards only
 * `rings` and `life` change.
 */
#ifndef SIM_CONTROL_H
#define SIM_CONTROL_H

#include <stdint.h>

#include "fault.h"
#include "fusiondock/hypercall.h"

#define SIM_MAGIC 0x66646b32u
#define SIM_NAME_SIZE 64

/* The launcher tells a program by these environment variables what it is. */
#define SIM_ENV_CONTROL "FUSIONDOCK_SIM"       /* name of the control object, for shm_open */
#define SIM_ENV_VM "FUSIONDOCK_SIM_VM"         /* id of the VM this program plays */
#define SIM_ENV_EVENTS "FUSIONDOCK_SIM_EVENTS" /* file descriptor of the event pipe */

struct sim_region {
	char object[SIM_NAME_SIZE]; /* for shm_open */
	uint32_t writer, reader;    /* VM ids */
	uint64_t ipa;               /* where it is in the real system; only shown here */
	uint64_t size;
};

/* The life of a VM, as <fusiondock/state.h> has it; one cache line each. The launcher alone changes it. */
struct sim_life {
	_Alignas(64) uint64_t life;
};

/* One cache line each: the two sides ring at the same time. */
struct sim_bell {
	_Alignas(64) uint32_t rings; /* futex; rings so far, modulo 2^32 */
};

struct sim_control {
	uint32_t magic;
	uint32_t vm_count;
	uint32_t region_count;
	uint32_t fault_count;
	uint32_t seed; /* of what strikes by chance */
	struct sim_region region[FUSIONDOCK_REGION_MAX];
	struct sim_fault fault[SIM_FAULT_MAX];
	struct sim_bell bell[FUSIONDOCK_VM_MAX];
	struct sim_life life[FUSIONDOCK_VM_MAX];
};

_Static_assert(sizeof(struct sim_bell) == 64, "bells do not share a cache line");

#endif
