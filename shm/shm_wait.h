/* SPDX-License-Identifier: Apache-2.0 */
/* One wait of a call, bounded as the wait setting says. */
#ifndef SHM_WAIT_H
#define SHM_WAIT_H

#include <stdbool.h>
#include <stdint.h>

#include "shm_region.h"

struct shm_wait {
	unsigned int limit_us; /* SHM_WAIT_OFF, SHM_WAIT_FOREVER or microseconds */
	unsigned int round;    /* looks made so far */
	bool over;             /* the time is over, the last look has been granted */
	bool lost;             /* the peer has ended or begun another life */
	const struct shm_view *view; /* whose peer to watch; NULL: none */
	uint64_t start;        /* counter at the first call */
	uint64_t ticks;        /* the limit */
};

/*
 * Start with { .limit_us = ..., .view = ... } and call after each look that found nothing. True: look
 * again. The clock starts with the first call, so a wait that need not wait costs no
 * counter read; and the last look is made after the time was found to be over, so a
 * caller that was held up does not miss what came meanwhile.
 */
bool shm_wait_again(struct shm_wait *wait);

/* Why shm_wait_again() said no: SHM_E_PEER_LOST, SHM_E_TIMEOUT, or off where waiting is off. */
static inline int shm_wait_result(const struct shm_wait *wait, int off)
{
	if (wait->lost)
		return SHM_E_PEER_LOST;
	return wait->limit_us == SHM_WAIT_OFF ? off : SHM_E_TIMEOUT;
}

#endif
