/* SPDX-License-Identifier: Apache-2.0 */
/* What this side knows about a region, gathered once at the start of a call. */
#ifndef SHM_REGION_H
#define SHM_REGION_H

#include <stdbool.h>
#include <stdint.h>

#include "shm_pub.h"

struct shm_view {
	shm_info_s *shm;
	unsigned int capacity; /* max_size, read once and checked */
	unsigned int wait_us;  /* the wait setting that holds */
	bool device;           /* aligned accesses only */
	const volatile uint64_t *life; /* the peer's, NULL: it is not watched */
	uint64_t life_then;            /* what it was when the call began, or was watched anew */
};

/*
 * SHM_OK; SHM_E_PARAM (NULL, or not aligned for its fields); SHM_E_HEADER (max_size 0 or
 * beyond the attached size). Any context; lock-free.
 */
int shm_view_open(struct shm_view *view, shm_info_s *shm);

/*
 * Whether the peer has ended or begun another life since the call began. Loads made before are not made
 * after this look.
 */
bool shm_view_is_lost(const struct shm_view *view);

/* Whether the peer ran at the word that is compared with, or is not watched. */
bool shm_view_peer_runs(const struct shm_view *view);

/* From now on the comparison is with the word as it is now. */
void shm_view_watch_anew(struct shm_view *view);

/* Why a long message ended half way: SHM_E_PEER_LOST or SHM_E_PARTIAL. */
static inline int shm_view_half_way(const struct shm_view *view)
{
	return shm_view_is_lost(view) ? SHM_E_PEER_LOST : SHM_E_PARTIAL;
}

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
