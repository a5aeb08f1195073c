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

enum field { MAX_SIZE = 0, USED_SIZE = 4, STATE = 8, TYPE = 12 };

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

static void stored_ready(struct fuzz_watch *watch)
{
	fuzz_promise(watch->call.side == FUZZ_WRITER, "only a writer stores READY");
	fuzz_promise(watch->has_stored_type && watch->has_stored_used_size,
		     "length and type are stored before READY");
	fuzz_promise(watch->copied == fuzz_part(watch->call.len),
		     "READY comes behind the whole part");
	watch->base += watch->copied;
	watch->copied = 0;
	watch->parts++;
	watch->looked_at_used_size = false;
}

static void stored_read_end(struct fuzz_watch *watch)
{
	fuzz_promise(watch->call.side == FUZZ_READER || watch->call.side == FUZZ_PEEKER,
		     "only a reader stores READ_END");
	fuzz_promise(watch->state == SHM_OP_READY_TO_READ, "READ_END answers a READY");
	if (watch->used_size == FUZZ_GIVEN_UP && watch->copied == 0) {
		watch->discards++;
		return;
	}
	fuzz_promise(watch->call.side == FUZZ_READER, "peek leaves the message");
	if (watch->base == 0 && watch->copied == 0)
		watch->total = watch->used_size;
	fuzz_promise(watch->total <= watch->call.len, "a message too long stays READY");
	fuzz_promise(watch->copied == fuzz_part(watch->total),
		     "READ_END comes behind the whole part");
	fuzz_promise(watch->total <= watch->capacity ||
			     (watch->looked == FUZZ_LOOKED_AT_ALL && watch->used_size == watch->total &&
			      watch->type == watch->total_type),
		     "a part replaced during the copy is not acknowledged");
	watch->base += watch->copied;
	watch->copied = 0;
	watch->parts++;
}

static void stored_start(struct fuzz_watch *watch)
{
	unsigned int len = watch->call.side == FUZZ_WRITER ? watch->call.len : watch->total;

	fuzz_promise(watch->has_marked && len > watch->capacity,
		     "START is stored behind the mark of a long message only");
	watch->has_given_up = true;
}

static void stored_state(struct fuzz_watch *watch, int state)
{
	if (state == SHM_OP_READY_TO_READ)
		stored_ready(watch);
	else if (state == SHM_OP_READ_END)
		stored_read_end(watch);
	else if (state == SHM_OP_START)
		stored_start(watch);
	else
		fuzz_die("START, READY and READ_END are the states that are stored");
	watch->state = FUZZ_NOT_LOOKED;
}

static bool has_room(const struct fuzz_watch *watch)
{
	return fuzz_state_is_valid(watch->state) && watch->state != SHM_OP_READY_TO_READ;
}

static void stored_used_size(struct fuzz_watch *watch, unsigned int used_size)
{
	if (used_size == FUZZ_GIVEN_UP) {
		watch->has_marked = true;
		return;
	}
	fuzz_promise(watch->call.side == FUZZ_WRITER && used_size == watch->call.len,
		     "used_size is the writer's length, or the mark");
	fuzz_promise(has_room(watch), "nothing is stored before there is room");
	watch->has_stored_used_size = true;
}

static void stored_type(struct fuzz_watch *watch, int type)
{
	fuzz_promise(watch->call.side == FUZZ_WRITER && type == watch->call.type,
		     "resevered is the writer's type");
	fuzz_promise(has_room(watch), "nothing is stored before there is room");
	watch->has_stored_type = true;
}

/* Where in its part an access begins; parts are copied upwards, without a gap. */
static unsigned int part_offset(const struct fuzz_watch *watch, size_t offset)
{
	unsigned int at = (unsigned int)(offset - SHM_HEADER_SIZE);

	fuzz_promise(at <= watch->copied, "a part is copied from its start, without gaps");
	return at;
}

static void copied(struct fuzz_watch *watch, unsigned int at, size_t size, unsigned int total)
{
	unsigned int end = at + (unsigned int)size;

	fuzz_promise(end <= fuzz_part(total), "no more than the part is copied");
	if (end > watch->copied)
		watch->copied = end;
}

static void stored_payload(struct fuzz_watch *watch, size_t offset, size_t size)
{
	const unsigned char *bytes = (const unsigned char *)fuzz_memory.shm + offset;
	unsigned int at = part_offset(watch, offset);

	fuzz_promise(watch->call.side == FUZZ_WRITER, "only a writer stores payload");
	fuzz_promise(has_room(watch), "no part is stored over one that is READY");
	fuzz_promise(watch->parts == 0 ||
			     (watch->looked_at_used_size && watch->used_size == watch->call.len),
		     "no part is stored for a message that was given up");
	copied(watch, at, size, watch->call.len);
	fuzz_promise(memcmp(bytes, fuzz_memory.buffer + watch->base + at, size) == 0,
		     "payload is the caller's bytes");
}

void fuzz_check_settle(void)
{
	struct fuzz_watch *watch = &fuzz_watch;
	const unsigned char *bytes = (const unsigned char *)fuzz_memory.shm + store.offset;
	unsigned int word = 0;

	if (store.size == 0)
		return;
	memcpy(shadow + store.offset, bytes, store.size);
	watch->stores++;
	if (store.offset >= SHM_HEADER_SIZE) {
		stored_payload(watch, store.offset, store.size);
	} else {
		memcpy(&word, bytes, sizeof(word));
		if (store.offset == STATE)
			stored_state(watch, (int)word);
		else if (store.offset == USED_SIZE)
			stored_used_size(watch, word);
		else if (store.offset == TYPE)
			stored_type(watch, (int)word);
		else
			fuzz_die("max_size is never stored");
	}
	store.size = 0;
}

static void load_payload(struct fuzz_watch *watch, size_t offset, size_t size)
{
	unsigned int at = part_offset(watch, offset);

	fuzz_promise(watch->call.side == FUZZ_READER, "only a reader loads payload");
	fuzz_promise(watch->state == SHM_OP_READY_TO_READ, "payload is loaded behind a READY");
	if (watch->base == 0 && watch->copied == 0) {
		watch->total = watch->used_size;
		watch->total_type = watch->type;
	}
	fuzz_promise(watch->total <= watch->call.len, "a message too long is not copied");
	copied(watch, at, size, watch->total);
	memcpy(watch->seen + watch->base + at, (unsigned char *)fuzz_memory.shm + offset, size);
	watch->looked = 0;
}

static void load_header(struct fuzz_watch *watch, size_t offset)
{
	const shm_info_s *shm = fuzz_memory.shm;

	switch ((enum field)offset) {
	case MAX_SIZE:
		watch->capacity = shm->max_size;
		fuzz_promise(++watch->max_loads == 1, "max_size is loaded once in a call");
		break;
	case USED_SIZE:
		watch->used_size = shm->used_size;
		watch->looked_at_used_size = true;
		watch->looked |= FUZZ_LOOKED_AT_USED_SIZE;
		break;
	case STATE:
		watch->state = shm->op_type;
		watch->looked |= FUZZ_LOOKED_AT_STATE;
		break;
	case TYPE:
		watch->type = shm->resevered;
		watch->looked |= FUZZ_LOOKED_AT_TYPE;
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
