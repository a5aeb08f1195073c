/* SPDX-License-Identifier: Apache-2.0 */
/* What this side knows about a region, gathered once at the start of a call. */
#ifndef SHM_REGION_H
#define SHM_REGION_H

#include <stdbool.h>

#include "shm_pub.h"

struct shm_view {
	shm_info_s *shm;
	unsigned int capacity; /* max_size, read once and checked */
	unsigned int wait_us;  /* the wait setting that holds */
	bool device;           /* aligned accesses only */
};

/*
 * SHM_OK; SHM_E_PARAM (NULL, or not aligned for its fields); SHM_E_HEADER (max_size 0 or
 * beyond the attached size). Any context; lock-free.
 */
int shm_view_open(struct shm_view *view, shm_info_s *shm);

static inline bool shm_state_is_valid(int state)
{
	return state >= SHM_OP_START && state < SHM_OP_MAX;
}

/*
 * Ends a long message half way, from either side. The order matters: the peer may be
 * about to store READY or READ_END over the START, but after its own full barrier it
 * reads used_size, and then it sees the mark.
 */
void shm_view_give_up(const struct shm_view *view);

#endif
