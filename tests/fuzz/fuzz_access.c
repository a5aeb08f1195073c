/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hook: each access of the library is judged, and the peer gets its turn before it.
 *
 * A load is judged when the peer has had its turn, so the value in memory is the one the
 * library gets. A store is judged when it has been made, at the next moment that comes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_check.h"

#define ENDLESS 1000000u /* accesses of one call; the longest legal one needs some 20000 */

struct fuzz_watch fuzz_watch;

static struct {
	size_t offset;
	size_t size; /* 0: none */
} store;
static unsigned char shadow[FUZZ_REGION_MAX];

_Noreturn void fuzz_die(const char *promise)
{
	const struct fuzz_call *call = &fuzz_watch.call;

	fprintf(stderr,
		"fuzz_shm: broken promise: %s\n"
		"fuzz_shm: side %d, len %u, wait %u us, region of %zu bytes, access %u, pause %u\n",
		promise, (int)call->side, call->len, call->wait_us, fuzz_memory.region_size,
		fuzz_watch.accesses, fuzz_watch.pauses);
	abort();
}

void fuzz_take_shadow(void)
{
	memcpy(shadow, fuzz_memory.shm, fuzz_memory.region_size);
}

void fuzz_check_shadow(void)
{
	fuzz_promise(memcmp(shadow, fuzz_memory.shm, fuzz_memory.region_size) == 0,
		     "the region is changed through shm_access.h only");
}

void fuzz_peer_stores(size_t offset, const void *bytes, size_t size)
{
	memcpy((unsigned char *)fuzz_memory.shm + offset, bytes, size);
	memcpy(shadow + offset, bytes, size);
}

void fuzz_check_settle(void)
{
	if (store.size == 0)
		return;
	memcpy(shadow + store.offset, (unsigned char *)fuzz_memory.shm + store.offset, store.size);
	fuzz_watch.stores++;
	fuzz_judge_store(&fuzz_watch, store.offset, store.size);
	store.size = 0;
}

/*
 * A message begins to be taken. Length and type may have been loaded while its writer took
 * another back and stored these; so READY, and the same two, must have been seen again.
 */
void fuzz_begin_message(struct fuzz_watch *watch)
{
	fuzz_promise(watch->before.state == SHM_OP_READY_TO_READ &&
			     watch->before.sampled == FUZZ_SAMPLED_ALL &&
			     watch->before.used_size == watch->used_size &&
			     watch->before.type == watch->type,
		     "length and type are those of one message that is READY");
	watch->total = watch->used_size;
	watch->total_type = watch->type;
}

/* Where in its part an access begins; parts are copied upwards, without a gap. */
unsigned int fuzz_part_offset(const struct fuzz_watch *watch, size_t offset)
{
	unsigned int at = (unsigned int)(offset - SHM_HEADER_SIZE);

	fuzz_promise(at <= watch->copied, "a part is copied from its start, without gaps");
	return at;
}

void fuzz_copied(struct fuzz_watch *watch, unsigned int at, size_t size, unsigned int total)
{
	unsigned int end = at + (unsigned int)size;

	fuzz_promise(end <= fuzz_part(total), "no more than the part is copied");
	if (end > watch->copied)
		watch->copied = end;
}

static void load_payload(struct fuzz_watch *watch, size_t offset, size_t size)
{
	unsigned int at = fuzz_part_offset(watch, offset);

	fuzz_promise(watch->call.side == FUZZ_READER, "only a reader loads payload");
	fuzz_promise(watch->state == SHM_OP_READY_TO_READ, "payload is loaded behind a READY");
	fuzz_promise(watch->sampled == FUZZ_SAMPLED_ALL, "length and type are loaded behind READY");
	if (watch->base == 0 && watch->copied == 0)
		fuzz_begin_message(watch);
	fuzz_promise(watch->total <= watch->call.len, "a message too long is not copied");
	fuzz_copied(watch, at, size, watch->total);
	memcpy(watch->seen + watch->base + at, (unsigned char *)fuzz_memory.shm + offset, size);
	watch->looked = 0;
}

static void load_header(struct fuzz_watch *watch, size_t offset)
{
	const shm_info_s *shm = fuzz_memory.shm;

	switch ((enum fuzz_field)offset) {
	case FUZZ_MAX_SIZE:
		watch->capacity = shm->max_size;
		fuzz_promise(++watch->max_loads == 1, "max_size is loaded once in a call");
		break;
	case FUZZ_USED_SIZE:
		watch->used_size = shm->used_size;
		watch->looked_at_used_size = true;
		watch->looked |= FUZZ_LOOKED_AT_USED_SIZE;
		watch->sampled |= FUZZ_LOOKED_AT_USED_SIZE;
		break;
	case FUZZ_STATE:
		watch->before.state = watch->state;
		watch->before.used_size = watch->used_size;
		watch->before.type = watch->type;
		watch->before.sampled = watch->sampled;
		watch->state = shm->op_type;
		watch->looked |= FUZZ_LOOKED_AT_STATE;
		watch->sampled = 0;
		break;
	case FUZZ_TYPE:
		watch->type = shm->resevered;
		watch->looked |= FUZZ_LOOKED_AT_TYPE;
		watch->sampled |= FUZZ_LOOKED_AT_TYPE;
		break;
	}
}

static void check_place(uintptr_t address, size_t size)
{
	size_t offset = address - (uintptr_t)fuzz_memory.shm;

	fuzz_promise(offset < fuzz_memory.region_size && size <= fuzz_memory.region_size - offset,
		     "accesses stay inside the region");
	fuzz_promise(offset >= SHM_HEADER_SIZE || (size == 4 && offset % 4 == 0),
		     "a header field is one access of 4 bytes");
	fuzz_promise(!fuzz_memory.is_device || (size <= 8 && address % size == 0),
		     "accesses to Device memory are naturally aligned");
}

void fuzz_access(const volatile void *address, size_t size, int is_store)
{
	struct fuzz_watch *watch = &fuzz_watch;
	size_t offset = (uintptr_t)address - (uintptr_t)fuzz_memory.shm;

	fuzz_check_settle();
	fuzz_promise(watch->is_under_way, "only a call under way touches the region");
	fuzz_promise(++watch->accesses < ENDLESS, "a call ends");
	check_place((uintptr_t)address, size);
	fuzz_peer_moment();
	if (is_store) {
		store.offset = offset;
		store.size = size;
	} else if (offset >= SHM_HEADER_SIZE) {
		load_payload(watch, offset, size);
	} else {
		load_header(watch, offset);
	}
}
