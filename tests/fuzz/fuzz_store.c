/* SPDX-License-Identifier: Apache-2.0 */
/* Judges a store of the library to the region, when it has been made. */
#include <string.h>

#include "fuzz_check.h"

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
	fuzz_promise(watch->sampled == FUZZ_SAMPLED_ALL, "length and type are loaded behind READY");
	if (watch->base == 0 && watch->copied == 0)
		fuzz_begin_message(watch);
	fuzz_promise(watch->total <= watch->call.len, "a message too long stays READY");
	fuzz_promise(watch->copied == fuzz_part(watch->total),
		     "READ_END comes behind the whole part");
	fuzz_promise(watch->total <= watch->capacity ||
			     (watch->looked == FUZZ_LOOKED_AT_ALL &&
			      watch->used_size == watch->total && watch->type == watch->total_type),
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

static void stored_payload(struct fuzz_watch *watch, size_t offset, size_t size)
{
	const unsigned char *bytes = (const unsigned char *)fuzz_memory.shm + offset;
	unsigned int at = fuzz_part_offset(watch, offset);

	fuzz_promise(watch->call.side == FUZZ_WRITER, "only a writer stores payload");
	fuzz_promise(has_room(watch), "no part is stored over one that is READY");
	fuzz_promise(watch->parts == 0 ||
			     (watch->looked_at_used_size && watch->used_size == watch->call.len),
		     "no part is stored for a message that was given up");
	fuzz_copied(watch, at, size, watch->call.len);
	fuzz_promise(memcmp(bytes, fuzz_memory.buffer + watch->base + at, size) == 0,
		     "payload is the caller's bytes");
}

void fuzz_judge_store(struct fuzz_watch *watch, size_t offset, size_t size)
{
	unsigned int word = 0;

	if (offset >= SHM_HEADER_SIZE) {
		stored_payload(watch, offset, size);
		return;
	}
	memcpy(&word, (const unsigned char *)fuzz_memory.shm + offset, sizeof(word));
	switch ((enum fuzz_field)offset) {
	case FUZZ_MAX_SIZE:
		fuzz_die("max_size is never stored");
	case FUZZ_USED_SIZE:
		stored_used_size(watch, word);
		break;
	case FUZZ_STATE:
		stored_state(watch, (int)word);
		break;
	case FUZZ_TYPE:
		stored_type(watch, (int)word);
		break;
	}
}
