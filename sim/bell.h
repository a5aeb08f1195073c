/* SPDX-License-Identifier: Apache-2.0 */
/* The doorbell of the simulation: a counter that one can sleep on. */
#ifndef SIM_BELL_H
#define SIM_BELL_H

#include <stdbool.h>
#include <time.h>

#include "sim_control.h"

/* Counts the ring and wakes who sleeps on it. */
void bell_ring(struct sim_bell *bell);

/* Sleeps while `taken` rings are all; false when until (CLOCK_MONOTONIC, or NULL) is over. */
bool bell_sleep(struct sim_bell *bell, uint32_t taken, const struct timespec *until);

static inline uint32_t bell_rings(const struct sim_bell *bell)
{
	/* Acquire: the message is there. Partner: the addition in bell_ring(). */
	return __atomic_load_n(&bell->rings, __ATOMIC_ACQUIRE);
}

#endif
