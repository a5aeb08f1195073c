/* SPDX-License-Identifier: Apache-2.0 */
/* What this side knows about a region, gathered once at the start of a call. */
#ifndef SHM_REGION_H
#define SHM_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fusiondock/hypercall.h"
#include "fusiondock/state.h"
#include "shm_barrier.h"
#include "shm_pub.h"

#define SHM_LINE 64u /* bytes of a cache line; only how fast it is depends on it */

struct shm_view {
	shm_info_s *shm;
	unsigned int capacity; /* max_size, read once and checked */
	unsigned int wait_us;  /* the wait setting that holds */
	unsigned int limit;    /* the largest max_size to believe */
	bool device;           /* aligned accesses only */
	/*
	 * The cache lines of the header and behind it, to hint at; where more follow the core sees them come.
	 * Of Device memory, where no hint belongs, this view's own: a branch would cost more than the hint.
	 */
	const void *header_line, *next_line;
	const volatile uint64_t *life; /* the peer's, NULL: it is not watched */
	uint64_t life_then;            /* what it was when the call began, or was watched anew */
};

/*
 * What the table knows. SHM_OK; SHM_E_PARAM (NULL, or not aligned for its fields). Touches no region. Any
 * context; lock-free.
 */
int shm_view_find(struct shm_view *view, shm_info_s *shm);

/* The capacity, behind shm_view_find(). SHM_OK; SHM_E_HEADER (max_size 0 or beyond the attached size). */
int shm_view_check(struct shm_view *view);

/* Both. */
static inline int shm_view_open(struct shm_view *view, shm_info_s *shm)
{
	int result = shm_view_find(view, shm);

	return result == SHM_OK ? shm_view_check(view) : result;
}

/* Acquire: what the base did to the region before it changed the word is seen afterwards. */
static inline uint64_t shm_load_life(const volatile uint64_t *life)
{
	return __atomic_load_n(life, __ATOMIC_ACQUIRE);
}

/* Whether now, which is not the word compared with, is of another life than the one waited for. */
bool shm_view_is_other_life(const struct shm_view *view, uint64_t now);

/*
 * Whether the peer has ended or begun another life since the call began. Loads made before are not made
 * after this look.
 */
static inline bool shm_view_is_lost(const struct shm_view *view)
{
	uint64_t now;

	if (view->life == NULL)
		return false;
	/* Who has seen anything of another life in the region sees its word; pairs with the base's release. */
	shm_barrier_load();
	now = shm_load_life(view->life);
	return now != view->life_then && shm_view_is_other_life(view, now);
}

/* Whether the peer ran at the word that is compared with, or is not watched. */
static inline bool shm_view_peer_runs(const struct shm_view *view)
{
	return view->life == NULL || FUSIONDOCK_LIFE_STATE(view->life_then) == FUSIONDOCK_VM_RUNNING;
}

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
