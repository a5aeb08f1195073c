/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the judge knows about the call under way. fuzz_access.c gathers it access by
 * access and judges loads, fuzz_store.c stores, fuzz_result.c the result.
 */
#ifndef FUZZ_CHECK_H
#define FUZZ_CHECK_H

#include "fuzz_shm.h"

#define FUZZ_GIVEN_UP 0xffffffffu
#define FUZZ_NOT_LOOKED                                                                            \
	INT64_MIN /* no state has been loaded since this side's last store of one                  \
		   */

#define FUZZ_LOOKED_AT_USED_SIZE 1u
#define FUZZ_LOOKED_AT_STATE 2u
#define FUZZ_LOOKED_AT_TYPE 4u
#define FUZZ_LOOKED_AT_ALL 7u
#define FUZZ_SAMPLED_ALL (FUZZ_LOOKED_AT_USED_SIZE | FUZZ_LOOKED_AT_TYPE)

/* Offsets in the header. */
enum fuzz_field { FUZZ_MAX_SIZE = 0, FUZZ_USED_SIZE = 4, FUZZ_STATE = 8, FUZZ_TYPE = 12 };

struct fuzz_watch {
	struct fuzz_call call;
	bool is_under_way;
	unsigned int accesses;
	unsigned int stores;
	unsigned int pauses;
	unsigned int rings;
	unsigned int discards;  /* READ_ENDs for the rest of a message that was given up */
	unsigned int parts;     /* READYs stored, or READ_ENDs for a part that was copied */
	unsigned int max_loads; /* of max_size */
	unsigned int capacity;  /* what max_size was when it was loaded */
	int64_t state;          /* last loaded, or FUZZ_NOT_LOOKED */
	unsigned int used_size; /* last loaded */
	int type;               /* last loaded */
	unsigned int looked;    /* FUZZ_LOOKED_*, since the last access to the payload */
	unsigned int sampled;   /* the same, since the last load of the state */
	struct {
		int64_t state;
		unsigned int used_size;
		int type;
		unsigned int sampled;
	} before;                 /* what that look saw */
	bool looked_at_used_size; /* since the last READY of the writer */
	bool has_stored_type;
	bool has_stored_used_size;
	bool has_marked;                  /* used_size = FUZZ_GIVEN_UP */
	bool has_given_up;                /* and START behind it */
	unsigned int total;               /* length of the message that is copied */
	int total_type;                   /* its type */
	unsigned int base;                /* bytes in the parts before this one */
	unsigned int copied;              /* bytes of this part */
	unsigned int round;               /* of the wait under way */
	unsigned char seen[FUZZ_LEN_MAX]; /* payload at the moment the library loaded it */
};

extern struct fuzz_watch fuzz_watch;

static inline void fuzz_promise(bool is_kept, const char *promise)
{
	if (__builtin_expect(!is_kept, 0))
		fuzz_die(promise);
}

static inline unsigned int fuzz_part(unsigned int total)
{
	unsigned int left = total - fuzz_watch.base;

	return left < fuzz_watch.capacity ? left : fuzz_watch.capacity;
}

static inline bool fuzz_state_is_valid(int64_t state)
{
	return state >= SHM_OP_START && state < SHM_OP_MAX;
}

void fuzz_judge_store(struct fuzz_watch *watch, size_t offset, size_t size);
void fuzz_begin_message(struct fuzz_watch *watch);
unsigned int fuzz_part_offset(const struct fuzz_watch *watch, size_t offset);
void fuzz_copied(struct fuzz_watch *watch, unsigned int at, size_t size, unsigned int total);

/* Dies when the region differs from what all the stores that were seen have made of it. */
void fuzz_check_shadow(void);

#endif
