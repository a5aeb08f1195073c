/* SPDX-License-Identifier: Apache-2.0 */
/* One wait of a call, bounded as the wait setting says. */
#ifndef SHM_WAIT_H
#define SHM_WAIT_H

#include <stdbool.h>
#include <stdint.h>

struct shm_wait {
	unsigned int limit_us; /* SHM_WAIT_OFF, SHM_WAIT_FOREVER or microseconds */
	unsigned int round;    /* looks made so far */
	bool over;             /* the time is over, the last look has been granted */
	uint64_t start;        /* counter at the first call */
	uint64_t ticks;        /* the limit */
};

/*
 * Start with { .limit_us = ... } and call after each look that found nothing. True: look
 * again. The clock starts with the first call, so a wait that need not wait costs no
 * counter read; and the last look is made after the time was found to be over, so a
 * caller that was held up does not miss what came meanwhile.
 */
bool shm_wait_again(struct shm_wait *wait);

#endif
